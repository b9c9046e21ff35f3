// Asynchronous copies: cp.async with its groups, and cp.async.bulk between global and shared
// memory.
#include "core/global_races.hpp"
#include "core/lanewise.hpp"
#include "core/mbarrier.hpp"
#include "core/memory_access.hpp"
#include "core/opcodes/modifiers.hpp"

#include <algorithm>
#include <bit>
#include <string>

namespace emulator {

namespace {

using kind_t = ptx::operand::kind_t;

bool has(ptx::instruction const& at, std::string_view piece) {
  return std::find(at.opcode.begin(), at.opcode.end(), piece) != at.opcode.end();
}

void run_address(warp& w, decoded_instruction const& in, lane_mask mask) {
  lane_addresses const addresses(w, in);
  for (unsigned i = 0; i < warp_size; ++i) {
    if ((mask >> i & 1U) != 0) w.lanes<u64>(in.dst)[i] = addresses.of[i];
  }
}

// The address of an operand, its offset added, as 64 bits a lane: for instructions of two
// addresses.
slot address_of(decoder& d, ptx::operand const& from) {
  decoded_instruction in;
  in.run = run_address;
  d.address(from, in);
  in.dst = d.temporary(8);
  in.rule = definedness::whole;
  d.emit(in);
  return in.dst;
}

template <void (*step)(warp&, decoded_instruction const&, unsigned lane)>
void run_for_each_lane(warp& w, decoded_instruction const& in, lane_mask mask) {
  for (lane_mask rest = mask; rest != 0; rest &= rest - 1)
    step(w, in, static_cast<unsigned>(std::countr_zero(rest)));
}

// Copies of many bytes are checked in pieces of 16.
constexpr unsigned piece_bytes = 16;

void read_global(warp& w, decoded_instruction const& in, unsigned lane, std::uint64_t from,
                 std::uint8_t* to, std::uint32_t bytes, unsigned piece) {
  for (std::uint32_t at = 0; at < bytes; at += piece) {
    std::memcpy(to + at,
                checked_access(w, in, space::generic, lane, from + at, piece, access_kind::load),
                piece);
    note_global(w, in, lane, from + at, piece, access_kind::load);
  }
}

async_copies::copy copy_to_shared(warp& w, decoded_instruction const& in, unsigned lane,
                                  std::uint32_t bytes, unsigned piece) {
  std::uint64_t const to = w.lanes<u64>(in.src[0])[lane];
  async_copies::copy result;
  for (std::uint32_t at = 0; at < bytes; at += piece) {
    auto* const place = checked_access(w, in, lane, to + at, piece, access_kind::store);
    if (at == 0) result.to = place;
  }
  block& holder = *block_at(w, to);
  result.validity = holder.shared_validity() + (result.to - holder.shared());
  result.thread = w.first_thread() + lane;
  result.bytes.resize(bytes);
  return result;
}

// cp.async [src0], [src1], bytes, src2: of the bytes only so many are read, the rest is zero.
void copy(warp& w, decoded_instruction const& in, unsigned lane) {
  async_copies::copy what = copy_to_shared(w, in, lane, in.count, in.count);
  std::uint32_t const wanted = std::min<std::uint32_t>(w.lanes<u32>(in.src[2])[lane], in.count);
  std::uint64_t const from = w.lanes<u64>(in.src[1])[lane];
  // A whole copy is one access, a part of one goes byte by byte.
  read_global(w, in, lane, from, what.bytes.data(), wanted,
              wanted == in.count ? std::max(wanted, 1U) : 1U);
  w.owner().copies().issue(std::move(what));
}

void commit(warp& w, decoded_instruction const&, unsigned lane) {
  w.owner().copies().commit(w.first_thread() + lane);
}
void wait_group(warp& w, decoded_instruction const& in, unsigned lane) {
  w.owner().copies().wait_group(w.first_thread() + lane, in.option);
}
void wait_all(warp& w, decoded_instruction const&, unsigned lane) {
  w.owner().copies().wait_all(w.first_thread() + lane);
}

void run_ignored_size(warp& w, decoded_instruction const& in, lane_mask mask) {
  lane_mask const ignored = w.predicate(in.src[0]);
  for (unsigned i = 0; i < warp_size; ++i) {
    if ((mask >> i & 1U) != 0) w.lanes<u32>(in.dst)[i] = (ignored >> i & 1U) != 0 ? 0 : in.option;
  }
}

void decode_copy(decoder& d, ptx::instruction const& at, opcode_row const&) {
  if (at.operands.size() < 3 || at.operands[2].kind != kind_t::integer)
    throw unsupported{"cp.async needs two addresses and a size"};
  decoded_instruction in;
  in.run = run_for_each_lane<copy>;
  in.where = space::shared;
  std::uint64_t const bytes = at.operands[2].bits;
  if (bytes != 4 && bytes != 8 && bytes != 16)
    throw unsupported{"cp.async copies 4, 8 or 16 bytes"};
  in.count = static_cast<std::uint8_t>(bytes);
  in.src[0] = address_of(d, at.operands[0]);
  in.src[1] = address_of(d, at.operands[1]);
  // After the size: how much to read, or a predicate for nothing; then a cache policy.
  std::size_t const hint = has(at, "L2::cache_hint") ? 1 : 0;
  if (at.operands.size() == 3 + hint) {
    in.src[2] = d.constant(in.count, 4);
  } else if (d.is_predicate(at.operands[3])) {
    decoded_instruction size;
    size.run = run_ignored_size;
    size.option = in.count;
    size.src[0] = d.source(at.operands[3], operand_of<bool>());
    size.dst = in.src[2] = d.temporary(4);
    size.rule = definedness::whole;
    d.emit(size);
  } else {
    in.src[2] = d.source(at.operands[3], operand_of<u32>());
  }
  d.emit(in);
}

void decode_group(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  decoded_instruction in;
  in.run = row.run;
  if (!at.operands.empty()) in.option = static_cast<std::uint32_t>(at.operands[0].bits);
  d.emit(in);
}

// ---- bulk copies ------------------------------------------------------------------------------

void require_bulk(warp& w, decoded_instruction const& in, unsigned lane, std::uint32_t bytes) {
  if (bytes % piece_bytes != 0) {
    w.fail(in, lane, fault_kind::misaligned,
           "a bulk copy's size must be a multiple of 16 bytes, it is " + std::to_string(bytes));
  }
}

// [src0] shared, [src1] global or shared, src2 bytes, [src3] mbarrier.
void bulk_to_shared(warp& w, decoded_instruction const& in, unsigned lane) {
  std::uint32_t const bytes = w.lanes<u32>(in.src[2])[lane];
  require_bulk(w, in, lane, bytes);
  if (bytes == 0) return;
  async_copies::copy what = copy_to_shared(w, in, lane, bytes, piece_bytes);
  space const from = in.count == 0 ? space::generic : space::shared;
  for (std::uint32_t at = 0; at < bytes; at += piece_bytes) {
    std::uint64_t const address = w.lanes<u64>(in.src[1])[lane] + at;
    std::memcpy(what.bytes.data() + at,
                checked_access(w, in, from, lane, address, piece_bytes, access_kind::load),
                piece_bytes);
    if (from == space::generic) note_global(w, in, lane, address, piece_bytes, access_kind::load);
  }
  std::uint64_t const barrier_address = w.lanes<u64>(in.src[3])[lane];
  auto* const barrier = checked_access(w, in, lane, barrier_address, 8, access_kind::atomic);
  what.barrier = reinterpret_cast<std::uintptr_t>(barrier);
  // Whoever waits for the barrier finds the copy with the barrier's block.
  block_at(w, barrier_address)->copies().issue(std::move(what));
  w.owner().neighbours().note_mbarrier_event();
}

// [src0] global, [src1] shared, src2 bytes. The source is read at once, which the definition
// allows.
void bulk_to_global(warp& w, decoded_instruction const& in, unsigned lane) {
  std::uint32_t const bytes = w.lanes<u32>(in.src[2])[lane];
  require_bulk(w, in, lane, bytes);
  for (std::uint32_t at = 0; at < bytes; at += piece_bytes) {
    auto const* const from =
        checked_access(w, in, space::shared, lane, w.lanes<u64>(in.src[1])[lane] + at, piece_bytes,
                       access_kind::load);
    std::uint64_t const to = w.lanes<u64>(in.src[0])[lane] + at;
    std::memcpy(checked_access(w, in, space::generic, lane, to, piece_bytes, access_kind::store),
                from, piece_bytes);
    note_global(w, in, lane, to, piece_bytes, access_kind::store);
  }
}

// Bulk copies to global memory are complete when they are issued.
void nothing(warp&, decoded_instruction const&, unsigned) {}

void decode_bulk(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  bool const to_shared = row.run == run_for_each_lane<bulk_to_shared>;
  if (at.operands.size() < (to_shared ? 4U : 3U))
    throw unsupported{"a bulk copy needs two addresses, a size and maybe an mbarrier"};
  decoded_instruction in;
  in.run = row.run;
  in.where = space::shared;
  in.count = static_cast<std::uint8_t>(row.option);  // 1: from shared memory
  in.src[0] = address_of(d, at.operands[0]);
  in.src[1] = address_of(d, at.operands[1]);
  in.src[2] = d.source(at.operands[2], operand_of<u32>());
  if (to_shared) in.src[3] = address_of(d, at.operands[3]);
  d.emit(in);
}

// cp.async.mbarrier.arrive: an arrival once the thread's copies have completed: here at once.
// Without .noinc the arrival is one more than the phase expected, so that nothing changes.
void arrive_after_copies(warp& w, decoded_instruction const& in, unsigned lane) {
  w.owner().copies().wait_all(w.first_thread() + lane);
  auto* const place =
      checked_access(w, in, lane, w.lanes<u64>(in.src[0])[lane], 8, access_kind::atomic);
  std::uint64_t bits;
  std::memcpy(&bits, place, sizeof(bits));
  mbarrier value = mbarrier::unpacked(bits);
  w.owner().neighbours().note_mbarrier_event();
  if (in.option == 0) return;
  if (value.pending == 0) {
    w.fail(in, lane, fault_kind::barrier_divergence,
           "more threads arrive at an mbarrier than its phase expects");
  }
  --value.pending;
  value.complete();
  bits = value.packed();
  std::memcpy(place, &bits, sizeof(bits));
}

void decode_arrival(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  if (at.operands.size() != 1) throw unsupported{"cp.async.mbarrier.arrive needs an address"};
  decoded_instruction in;
  in.run = row.run;
  in.option = row.option;
  in.where = has(at, "shared") || has(at, "shared::cta") ? space::shared : space::generic;
  in.src[0] = address_of(d, at.operands[0]);
  d.emit(in);
}

}  // namespace

void add_async_opcodes(opcode_rows& rows) {
  auto const add = [&](std::string const& pattern, decode_function decode, handler run = nullptr,
                       std::uint32_t option = 0) { add_row(rows, pattern, decode, run, option); };
  add("cp.async.{ca|cg}.shared{::cta|}.global{.L2::cache_hint|}{.L2::64B|.L2::128B|.L2::256B|}",
      decode_copy);
  add("cp.async.commit_group", decode_group, run_for_each_lane<commit>);
  add("cp.async.wait_group", decode_group, run_for_each_lane<wait_group>);
  add("cp.async.wait_all", decode_group, run_for_each_lane<wait_all>);
  add("cp.async.mbarrier.arrive{.shared|.shared::cta|}.b64", decode_arrival,
      run_for_each_lane<arrive_after_copies>, 0);
  add("cp.async.mbarrier.arrive.noinc{.shared|.shared::cta|}.b64", decode_arrival,
      run_for_each_lane<arrive_after_copies>, 1);
  add("cp.async.bulk.shared::{cta|cluster}.global.mbarrier::complete_tx::bytes{.L2::cache_hint|}",
      decode_bulk, run_for_each_lane<bulk_to_shared>, 0);
  add("cp.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes", decode_bulk,
      run_for_each_lane<bulk_to_shared>, 1);
  add("cp.async.bulk.global.shared::cta.bulk_group{.L2::cache_hint|}", decode_bulk,
      run_for_each_lane<bulk_to_global>);
  add("cp.async.bulk.{commit_group|wait_group|wait_group.read}", decode_group,
      run_for_each_lane<nothing>);
}

}  // namespace emulator
