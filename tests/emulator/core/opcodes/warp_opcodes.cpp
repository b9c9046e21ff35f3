// Instructions that read other lanes: shfl, vote, match, redux, elect, bar.warp, activemask.
#include "core/block.hpp"
#include "core/lanewise.hpp"
#include "core/opcodes/float_rules.hpp"
#include "core/undefined_values.hpp"

#include <bit>
#include <string>

namespace emulator {

namespace {

// What a lane gets from one that does not take part: undefined, and a value that shows.
constexpr u32 poison = 0xDEADBEEF;

enum class shuffle { up, down, butterfly, index };

template <shuffle mode>
void run_shuffle(warp& w, decoded_instruction const& in, lane_mask mask) {
  u32 values[warp_size];
  u32 const* const a = w.lanes<u32 const>(in.src[0]);
  for (unsigned i = 0; i < warp_size; ++i) values[i] = a[i];
  u32 const* const b = w.lanes<u32 const>(in.src[1]);
  u32 const* const c = w.lanes<u32 const>(in.src[2]);
  u32 results[warp_size];
  lane_mask in_range = 0;
  lane_mask from_nobody = 0;
  for (unsigned lane = 0; lane < warp_size; ++lane) {
    u32 const distance = b[lane] & 31;
    u32 const clamp = c[lane] & 31;
    u32 const segment = c[lane] >> 8 & 31;
    auto const first = static_cast<s32>(lane & segment);
    auto const last = static_cast<s32>((lane & segment) | (clamp & ~segment & 31));
    auto const self = static_cast<s32>(lane);
    s32 const from = mode == shuffle::up     ? self - static_cast<s32>(distance)
                     : mode == shuffle::down ? self + static_cast<s32>(distance)
                     : mode == shuffle::butterfly
                         ? static_cast<s32>(lane ^ distance)
                         : first | static_cast<s32>(distance & ~segment & 31);
    bool const inside = mode == shuffle::up ? from >= last : from <= last;
    s32 const source = inside ? from : self;
    bool const takes_part = (mask >> source & 1U) != 0;
    results[lane] = takes_part ? values[source] : poison;
    from_nobody |= lane_mask{!takes_part} << lane;
    in_range |= lane_mask{inside} << lane;
  }
  u32* const to = w.lanes<u32>(in.dst);
  for (unsigned i = 0; i < warp_size; ++i) to[i] = (mask >> i & 1U) != 0 ? results[i] : to[i];
  if (in.dst2 != no_operand) {
    lane_mask& p = w.predicate(in.dst2);
    p = (p & ~mask) | (in_range & mask);
  }
  for (lane_mask rest = from_nobody & mask; rest != 0; rest &= rest - 1)
    note_value_of_nobody(w, in, static_cast<unsigned>(std::countr_zero(rest)));
}

void decode_shuffle(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  if (at.operands.size() != 5)
    throw unsupported{"shfl.sync needs a destination, a value, a lane, a clamp and a membermask"};
  decoded_instruction in;
  in.run = row.run;
  in.kind = flow::warp_sync;
  for (unsigned i = 0; i < 4; ++i) in.src[i] = d.source(at.operands[i + 1], operand_of<u32>());
  ptx::operand const& to = at.operands[0];
  bool const is_pair = to.kind == ptx::operand::kind_t::pair;
  in.dst = d.destination(is_pair ? to.elements[0] : to, operand_of<u32>());
  in.dst2 = is_pair ? d.destination(to.elements[1], operand_of<bool>()) : no_operand;
  d.emit(in);
}

void write_predicate(warp& w, slot to, lane_mask mask, bool value) {
  lane_mask& p = w.predicate(to);
  p = value ? p | mask : p & ~mask;
}

void write_all(warp& w, slot to, lane_mask mask, u32 value) {
  u32* const lanes = w.lanes<u32>(to);
  for (unsigned i = 0; i < warp_size; ++i) lanes[i] = (mask >> i & 1U) != 0 ? value : lanes[i];
}

lane_mask votes(warp const& w, decoded_instruction const& in, lane_mask mask) {
  return (w.predicate(in.src[0]) ^ (in.option != 0 ? full_mask : 0)) & mask;
}

void run_all(warp& w, decoded_instruction const& in, lane_mask mask) {
  write_predicate(w, in.dst, mask, votes(w, in, mask) == mask);
}
void run_any(warp& w, decoded_instruction const& in, lane_mask mask) {
  write_predicate(w, in.dst, mask, votes(w, in, mask) != 0);
}
void run_uniform(warp& w, decoded_instruction const& in, lane_mask mask) {
  lane_mask const holds = votes(w, in, mask);
  write_predicate(w, in.dst, mask, holds == 0 || holds == mask);
}
void run_ballot(warp& w, decoded_instruction const& in, lane_mask mask) {
  write_all(w, in.dst, mask, votes(w, in, mask));
}

void decode_vote(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  if (at.operands.size() != 3)
    throw unsupported{"vote.sync needs a destination, a predicate and a membermask"};
  decoded_instruction in;
  in.run = row.run;
  in.kind = flow::warp_sync;
  ptx::operand predicate = at.operands[1];
  in.option = predicate.negated && predicate.kind == ptx::operand::kind_t::reg;
  if (in.option != 0) predicate.negated = false;
  in.src[0] = d.source(predicate, operand_of<bool>());
  in.src[3] = d.source(at.operands[2], operand_of<u32>());
  in.dst = d.destination(at.operands[0], row.dst);
  d.emit(in);
}

template <class T>
void run_match_any(warp& w, decoded_instruction const& in, lane_mask mask) {
  T const* const a = w.lanes<T const>(in.src[0]);
  u32 results[warp_size] = {};
  for (unsigned i = 0; i < warp_size; ++i) {
    for (unsigned j = 0; j < warp_size; ++j)
      results[i] |= (mask >> j & 1U) != 0 && a[i] == a[j] ? 1U << j : 0;
  }
  u32* const to = w.lanes<u32>(in.dst);
  for (unsigned i = 0; i < warp_size; ++i) to[i] = (mask >> i & 1U) != 0 ? results[i] : to[i];
}

template <class T>
void run_match_all(warp& w, decoded_instruction const& in, lane_mask mask) {
  T const* const a = w.lanes<T const>(in.src[0]);
  bool same = true;
  for (unsigned i = 0; i < warp_size; ++i)
    same = same && ((mask >> i & 1U) == 0 || a[i] == a[std::countr_zero(mask)]);
  write_all(w, in.dst, mask, same ? mask : 0);
  if (in.dst2 != no_operand) write_predicate(w, in.dst2, mask, same);
}

template <unsigned bytes>
void decode_match(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  if (at.operands.size() != 3)
    throw unsupported{"match.sync needs a destination, a value and a membermask"};
  decoded_instruction in;
  in.run = row.run;
  in.kind = flow::warp_sync;
  in.src[0] = d.source(at.operands[1], {operand_type::kind::integer, bytes, false});
  in.src[3] = d.source(at.operands[2], operand_of<u32>());
  ptx::operand const& to = at.operands[0];
  bool const is_pair = to.kind == ptx::operand::kind_t::pair;
  in.dst = d.destination(is_pair ? to.elements[0] : to, operand_of<u32>());
  in.dst2 = is_pair ? d.destination(to.elements[1], operand_of<bool>()) : no_operand;
  d.emit(in);
}

template <class T, auto combine>
void run_reduction(warp& w, decoded_instruction const& in, lane_mask mask) {
  T const* const a = w.lanes<T const>(in.src[0]);
  T result = a[std::countr_zero(mask)];
  for (lane_mask rest = mask & (mask - 1); rest != 0; rest &= rest - 1)
    result = combine(result, a[std::countr_zero(rest)]);
  write_all(w, in.dst, mask, static_cast<u32>(result));
}

// A NaN counts only if every lane has one, or the instruction says so; -0 is less than +0.
template <bool larger, bool of_magnitudes, bool propagates_nan>
void run_float_reduction(warp& w, decoded_instruction const& in, lane_mask mask) {
  f32 const* const a = w.lanes<f32 const>(in.src[0]);
  auto const less = [](f32 x, f32 y) {
    return x < y || (x == y && std::signbit(x) && !std::signbit(y));
  };
  bool has_nan = false;
  f32 result = std::numeric_limits<f32>::quiet_NaN();
  for (lane_mask rest = mask; rest != 0; rest &= rest - 1) {
    f32 const own = a[std::countr_zero(rest)];
    f32 const value = of_magnitudes ? std::fabs(own) : own;
    has_nan = has_nan || value != value;
    bool const better = larger ? less(result, value) : less(value, result);
    if (value == value && (result != result || better)) result = value;
  }
  if (propagates_nan && has_nan) result = std::numeric_limits<f32>::quiet_NaN();
  write_all(w, in.dst, mask, bits_as<u32>(canonical(result)));
}

void decode_reduction(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  if (at.operands.size() != 3)
    throw unsupported{"redux.sync needs a destination, a value and a membermask"};
  decoded_instruction in;
  in.run = row.run;
  in.kind = flow::warp_sync;
  in.src[0] = d.source(at.operands[1], operand_of<u32>());
  in.src[3] = d.source(at.operands[2], operand_of<u32>());
  in.dst = d.destination(at.operands[0], operand_of<u32>());
  d.emit(in);
}

template <bool larger>
void add_float_reductions(opcode_rows& rows) {
  std::string const name = std::string("redux.sync.") + (larger ? "max" : "min");
  add_row(rows, name + ".f32", decode_reduction, run_float_reduction<larger, false, false>);
  add_row(rows, name + ".NaN.f32", decode_reduction, run_float_reduction<larger, false, true>);
  add_row(rows, name + ".abs.f32", decode_reduction, run_float_reduction<larger, true, false>);
  add_row(rows, name + ".abs.NaN.f32", decode_reduction, run_float_reduction<larger, true, true>);
}

void decode_warp_barrier(decoder& d, ptx::instruction const& at, opcode_row const&) {
  if (at.operands.size() != 1) throw unsupported{"bar.warp.sync needs a membermask"};
  decoded_instruction in;
  in.run = [](warp& w, decoded_instruction const&, lane_mask mask) {
    w.owner().clocks().warp_synchronized(w.first_thread() / warp_size, mask, mask == w.alive());
  };
  in.kind = flow::warp_sync;
  in.src[3] = d.source(at.operands[0], operand_of<u32>());
  d.emit(in);
}

void run_elect(warp& w, decoded_instruction const& in, lane_mask mask) {
  auto const leader = static_cast<u32>(std::countr_zero(mask));
  write_all(w, in.dst, mask, leader);
  lane_mask& p = w.predicate(in.dst2);
  p = (p & ~mask) | lane_mask{1} << leader;
}

void decode_elect(decoder& d, ptx::instruction const& at, opcode_row const&) {
  if (at.operands.size() != 2 || at.operands[0].kind != ptx::operand::kind_t::pair) {
    throw unsupported{"elect.sync needs a register, a predicate and a membermask"};
  }
  decoded_instruction in;
  in.run = run_elect;
  in.kind = flow::warp_sync;
  in.src[3] = d.source(at.operands[1], operand_of<u32>());
  in.dst = d.destination(at.operands[0].elements[0], operand_of<u32>());
  in.dst2 = d.destination(at.operands[0].elements[1], operand_of<bool>());
  d.emit(in);
}

void decode_activemask(decoder& d, ptx::instruction const& at, opcode_row const&) {
  if (at.operands.size() != 1) throw unsupported{"activemask needs a destination"};
  decoded_instruction in;
  in.run = [](warp& w, decoded_instruction const& self, lane_mask mask) {
    write_all(w, self.dst, mask, mask);
  };
  in.dst = d.destination(at.operands[0], operand_of<u32>());
  d.emit(in);
}

}  // namespace

void add_warp_opcodes(opcode_rows& rows) {
  auto const add = [&](char const* pattern, decode_function decode, handler run = nullptr,
                       operand_type dst = {}) { add_row(rows, pattern, decode, run, 0, dst); };
  add("shfl.sync.up.b32", decode_shuffle, run_shuffle<shuffle::up>);
  add("shfl.sync.down.b32", decode_shuffle, run_shuffle<shuffle::down>);
  add("shfl.sync.bfly.b32", decode_shuffle, run_shuffle<shuffle::butterfly>);
  add("shfl.sync.idx.b32", decode_shuffle, run_shuffle<shuffle::index>);
  add("vote.{sync.all|all.sync}.pred", decode_vote, run_all, operand_of<bool>());
  add("vote.{sync.any|any.sync}.pred", decode_vote, run_any, operand_of<bool>());
  add("vote.{sync.uni|uni.sync}.pred", decode_vote, run_uniform, operand_of<bool>());
  add("vote.{sync.ballot|ballot.sync}.b32", decode_vote, run_ballot, operand_of<u32>());
  add("match.{any.sync|sync.any}.b32", decode_match<4>, run_match_any<u32>);
  add("match.{any.sync|sync.any}.b64", decode_match<8>, run_match_any<u64>);
  add("match.{all.sync|sync.all}.b32", decode_match<4>, run_match_all<u32>);
  add("match.{all.sync|sync.all}.b64", decode_match<8>, run_match_all<u64>);
  add("redux.sync.add.{u32|s32}", decode_reduction,
      run_reduction<u32, [](u32 a, u32 b) { return a + b; }>);
  add("redux.sync.min.u32", decode_reduction,
      run_reduction<u32, [](u32 a, u32 b) { return a < b ? a : b; }>);
  add("redux.sync.max.u32", decode_reduction,
      run_reduction<u32, [](u32 a, u32 b) { return b < a ? a : b; }>);
  add("redux.sync.min.s32", decode_reduction,
      run_reduction<s32, [](s32 a, s32 b) { return a < b ? a : b; }>);
  add("redux.sync.max.s32", decode_reduction,
      run_reduction<s32, [](s32 a, s32 b) { return b < a ? a : b; }>);
  add("redux.sync.and.b32", decode_reduction,
      run_reduction<u32, [](u32 a, u32 b) { return a & b; }>);
  add("redux.sync.or.b32", decode_reduction,
      run_reduction<u32, [](u32 a, u32 b) { return a | b; }>);
  add("redux.sync.xor.b32", decode_reduction,
      run_reduction<u32, [](u32 a, u32 b) { return a ^ b; }>);
  add_float_reductions<false>(rows);
  add_float_reductions<true>(rows);
  add("bar.warp.sync", decode_warp_barrier);
  add("elect.sync", decode_elect);
  add("activemask.b32", decode_activemask);
}

}  // namespace emulator
