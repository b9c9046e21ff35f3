// atom and red on global and shared memory.
#include "core/access_counter.hpp"
#include "core/global_races.hpp"
#include "core/lanewise.hpp"
#include "core/memory_access.hpp"
#include "core/opcodes/float_rules.hpp"
#include "core/opcodes/modifiers.hpp"
#include "core/resize.hpp"

#include <array>
#include <vector>

namespace emulator {

namespace {

bool is_in_global_memory(decoded_instruction const& in, std::uint64_t address) {
  return in.where == space::global ||
         (in.where == space::generic && address < layout::shared_window);
}

// One lane after the other; each step is a compare-and-swap, because blocks run on several threads.
// `update` takes the old value and the operands, and whether the memory is global if it asks.
template <class T, auto update>
void run_atomic(warp& w, decoded_instruction const& in, lane_mask mask) {
  using bits =
      std::conditional_t<sizeof(T) == 2, u16, std::conditional_t<sizeof(T) == 4, u32, u64>>;
  lane_addresses const addresses(w, in);
  T const* const b = w.lanes<T const>(in.src[1]);
  T const* const c = w.lanes<T const>(in.src[2]);
  count_access(w, in, addresses, sizeof(T), mask, access_kind::atomic);
  // The first element of a vector is checked for all of them: the vector is what is aligned.
  auto const checked = static_cast<unsigned>(sizeof(T)) * in.count;
  for (lane_mask rest = mask; rest != 0; rest &= rest - 1) {
    auto const lane = static_cast<unsigned>(__builtin_ctz(rest));
    auto* const at = reinterpret_cast<bits*>(
        checked_access(w, in, lane, addresses.of[lane], checked, access_kind::atomic));
    release_through(w, in, addresses.of[lane]);
    bits before = __atomic_load_n(at, __ATOMIC_RELAXED);
    bits after;
    do {
      T const old = bits_as<T>(before);
      if constexpr (std::is_invocable_v<decltype(update), T, T, T, bool>) {
        bool const is_global = is_in_global_memory(in, addresses.of[lane]);
        after = bits_as<bits>(update(old, b[lane], c[lane], is_global));
      } else {
        after = bits_as<bits>(static_cast<T>(update(old, b[lane], c[lane])));
      }
    } while (!__atomic_compare_exchange_n(at, &before, after, false, __ATOMIC_SEQ_CST,
                                          __ATOMIC_RELAXED));
    if (in.dst != no_operand) w.lanes<bits>(in.dst)[lane] = before;
    if (is_in_global_memory(in, addresses.of[lane])) {
      note_global(w, in, lane, addresses.of[lane], sizeof(T), access_kind::atomic);
      acquire_through(w, in, addresses.of[lane]);
    }
  }
}

template <auto function>
u32 of_pair(u32 a, u32 b) {
  return function(static_cast<u16>(a), static_cast<u16>(b)) |
         u32{function(static_cast<u16>(a >> 16), static_cast<u16>(b >> 16))} << 16;
}
u16 added_half(u16 a, u16 b) { return to_half(f64{from_half(a)} + from_half(b)); }
u16 added_bfloat(u16 a, u16 b) { return to_bfloat(f64{from_bfloat(a)} + from_bfloat(b)); }

// As min and max of these types do it: a number is preferred to NaN, and -0 is less than +0.
template <f32 (*read)(u16), bool larger>
u16 extreme(u16 a, u16 b) {
  f32 const x = read(a);
  f32 const y = read(b);
  if (x != x || y != y) return x == x ? a : y == y ? b : 0x7FFF;
  bool const first_is_less = x < y || (x == y && std::signbit(x));
  return first_is_less == larger ? b : a;
}

// Sums in global memory flush subnormal numbers, in and out; those in shared memory do not.
f32 added_float(f32 a, f32 b, f32, bool is_global) {
  return is_global ? canonical(flushed(flushed(a) + flushed(b))) : canonical(a + b);
}

struct atomic_row {
  char const* operation;
  ptx::scalar_type type;
  unsigned operands;  // after the address
  handler run;
};

using t = ptx::scalar_type;

template <auto function>
constexpr handler either = run_atomic<u16, [](u16 a, u16 b, u16) { return function(a, b); }>;
template <auto function>
constexpr handler both = run_atomic<u32, [](u32 a, u32 b, u32) { return of_pair<function>(a, b); }>;
template <class T>
constexpr handler sum = run_atomic<T, [](T a, T b, T) { return static_cast<T>(a + b); }>;
template <class T>
constexpr handler smallest = run_atomic<T, [](T a, T b, T) { return a < b ? a : b; }>;
template <class T>
constexpr handler largest = run_atomic<T, [](T a, T b, T) { return b < a ? a : b; }>;
template <class T>
constexpr handler exchanged = run_atomic<T, [](T, T b, T) { return b; }>;
template <class T>
constexpr handler compared = run_atomic<T, [](T a, T b, T c) { return a == b ? c : a; }>;
template <class T>
constexpr handler conjunction = run_atomic<T, [](T a, T b, T) { return a & b; }>;
template <class T>
constexpr handler disjunction = run_atomic<T, [](T a, T b, T) { return a | b; }>;
template <class T>
constexpr handler exclusive = run_atomic<T, [](T a, T b, T) { return a ^ b; }>;

atomic_row const rows_of_atomics[] = {
    {"add", t::u32, 1, sum<u32>},
    {"add", t::s32, 1, sum<u32>},
    {"add", t::u64, 1, sum<u64>},
    {"add", t::s64, 1, sum<u64>},
    {"add", t::f32, 1, run_atomic<f32, added_float>},
    {"add", t::f64, 1, sum<f64>},
    {"add", t::f16, 1, either<added_half>},
    {"add", t::bf16, 1, either<added_bfloat>},
    {"add", t::f16x2, 1, both<added_half>},
    {"add", t::bf16x2, 1, both<added_bfloat>},
    {"min", t::f16, 1, either<extreme<from_half, false>>},
    {"max", t::f16, 1, either<extreme<from_half, true>>},
    {"min", t::bf16, 1, either<extreme<from_bfloat, false>>},
    {"max", t::bf16, 1, either<extreme<from_bfloat, true>>},
    {"min", t::f16x2, 1, both<extreme<from_half, false>>},
    {"max", t::f16x2, 1, both<extreme<from_half, true>>},
    {"min", t::bf16x2, 1, both<extreme<from_bfloat, false>>},
    {"max", t::bf16x2, 1, both<extreme<from_bfloat, true>>},
    {"min", t::u32, 1, smallest<u32>},
    {"min", t::s32, 1, smallest<s32>},
    {"min", t::u64, 1, smallest<u64>},
    {"min", t::s64, 1, smallest<s64>},
    {"max", t::u32, 1, largest<u32>},
    {"max", t::s32, 1, largest<s32>},
    {"max", t::u64, 1, largest<u64>},
    {"max", t::s64, 1, largest<s64>},
    {"inc", t::u32, 1, run_atomic<u32, [](u32 a, u32 b, u32) { return b <= a ? 0U : a + 1; }>},
    {"dec", t::u32, 1,
     run_atomic<u32, [](u32 a, u32 b, u32) { return a == 0 || b < a ? b : a - 1; }>},
    {"exch", t::b32, 1, exchanged<u32>},
    {"exch", t::u32, 1, exchanged<u32>},
    {"exch", t::s32, 1, exchanged<u32>},
    {"exch", t::f32, 1, exchanged<u32>},
    {"exch", t::b64, 1, exchanged<u64>},
    {"exch", t::u64, 1, exchanged<u64>},
    {"cas", t::b16, 2, compared<u16>},
    {"cas", t::b32, 2, compared<u32>},
    {"cas", t::u32, 2, compared<u32>},
    {"cas", t::s32, 2, compared<u32>},
    {"cas", t::b64, 2, compared<u64>},
    {"cas", t::u64, 2, compared<u64>},
    {"and", t::b32, 1, conjunction<u32>},
    {"and", t::b64, 1, conjunction<u64>},
    {"or", t::b32, 1, disjunction<u32>},
    {"or", t::b64, 1, disjunction<u64>},
    {"xor", t::b32, 1, exclusive<u32>},
    {"xor", t::b64, 1, exclusive<u64>},
};

atomic_row const* find_row(memory_modifiers const& m) {
  for (auto const& candidate : rows_of_atomics) {
    if (m.operation == candidate.operation && m.type == candidate.type) return &candidate;
  }
  return nullptr;
}

// A vector's elements are atomic one by one.
constexpr std::uint32_t returns_old_value = 1;  // option of a row

void decode_atomic(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  bool const returns = row.option == returns_old_value;
  memory_modifiers const m = read_memory_modifiers(at);
  atomic_row const* const found = find_row(m);
  if (found == nullptr) {
    throw unsupported{"the emulator has no atomic operation ." + m.operation + "." +
                      std::string(ptx::to_string(m.type))};
  }
  std::size_t const first = returns ? 1 : 0;
  if (at.operands.size() < first + 1 + found->operands) throw unsupported{"too few operands"};
  auto const bytes = static_cast<std::uint8_t>(ptx::size_of(m.type));
  operand_type const type{m.type == t::f32 || m.type == t::f64 ? operand_type::kind::floating
                                                               : operand_type::kind::integer,
                          bytes, false};
  auto const element = [&](std::size_t operand, unsigned i) -> ptx::operand const& {
    ptx::operand const& whole = at.operands[operand];
    if (m.count == 1) return whole;
    if (whole.elements.size() != m.count)
      throw unsupported{"a vector operand of another length than the type's"};
    return whole.elements[i];
  };
  // Every operand is read before a result is written.
  std::vector<slot> values;
  for (unsigned i = 0; i < m.count; ++i) {
    values.push_back(d.source(element(first + 1, i), type));
    bool overwritten = false;
    for (unsigned k = 0; returns && k < i; ++k) {
      ptx::operand const& to = element(0, k);
      ptx::operand const& from = element(first + 1, i);
      overwritten = overwritten || (to.kind == ptx::operand::kind_t::reg && to.kind == from.kind &&
                                    to.index == from.index);
    }
    if (!overwritten) continue;
    decoded_instruction keep;
    keep.run = resize_handler(bytes, false, bytes);
    keep.src[0] = values.back();
    keep.dst = values.back() = d.temporary(bytes);
    d.emit(keep);
  }
  for (unsigned i = 0; i < m.count; ++i) {
    decoded_instruction in;
    in.run = found->run;
    in.where = m.space == ptx::state_space::global   ? space::global
               : m.space == ptx::state_space::shared ? space::shared
                                                     : space::generic;
    in.option = (m.acquires ? access_option::acquires : 0) |
                (m.releases ? access_option::releases : 0) |
                (m.block_scope ? access_option::block_scope : 0);
    d.address(at.operands[first], in);
    in.immediate += std::int64_t{i} * bytes;
    in.count = static_cast<std::uint8_t>(i == 0 ? m.count : 1);
    in.src[1] = values[i];
    in.src[2] = found->operands == 2 ? d.source(at.operands[first + 2], type) : in.src[1];
    in.dst = returns ? d.destination(element(0, i), type) : no_operand;
    d.emit(in);
  }
}

}  // namespace

void add_atomic_opcodes(opcode_rows& rows) {
  add_row(rows, "atom.*", decode_atomic, nullptr, returns_old_value);
  add_row(rows, "red.*", decode_atomic);
}

}  // namespace emulator
