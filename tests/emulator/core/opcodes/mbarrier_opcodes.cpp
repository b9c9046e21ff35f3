// mbarrier: init, inval, arrive, arrive_drop, expect_tx, complete_tx, test_wait, try_wait,
// pending_count.
#include "core/lanewise.hpp"
#include "core/mbarrier.hpp"
#include "core/memory_access.hpp"
#include "core/opcodes/modifiers.hpp"

#include <bit>
#include <string>

namespace emulator {

namespace {

// Operands: src[0] the address, src[1] a count, bytes, a state or a parity, dst a state or
// predicate.
using step = void (*)(warp& w, decoded_instruction const& in, unsigned lane, std::uint8_t* place,
                      std::uint64_t address);

template <step function, access_kind kind = access_kind::atomic>
void run_steps(warp& w, decoded_instruction const& in, lane_mask mask) {
  lane_addresses const addresses(w, in);
  for (lane_mask rest = mask; rest != 0; rest &= rest - 1) {
    auto const lane = static_cast<unsigned>(std::countr_zero(rest));
    std::uint64_t const address = addresses.of[lane];
    function(w, in, lane, checked_access(w, in, lane, address, 8, kind), address);
  }
}

mbarrier loaded(std::uint8_t const* place) {
  std::uint64_t bits;
  std::memcpy(&bits, place, sizeof(bits));
  return mbarrier::unpacked(bits);
}

void store(std::uint8_t* place, mbarrier const& value) {
  std::uint64_t const bits = value.packed();
  std::memcpy(place, &bits, sizeof(bits));
}

void initialize(warp& w, decoded_instruction const& in, unsigned lane, std::uint8_t* place,
                std::uint64_t) {
  std::uint32_t const count = w.lanes<u32>(in.src[1])[lane];
  if (count == 0 || count > mbarrier::largest_count) {
    w.fail(in, lane, fault_kind::barrier_divergence,
           "an mbarrier's count must be 1 to " + std::to_string(mbarrier::largest_count));
  }
  mbarrier value;
  value.pending = value.expected = count;
  store(place, value);
}

void invalidate(warp& w, decoded_instruction const&, unsigned, std::uint8_t* place, std::uint64_t) {
  std::memset(w.owner().shared_validity() + (place - w.owner().shared()), 0, 8);
}

enum arrive_option : std::uint32_t { drops = 1, expects = 2, no_complete = 4 };

void arrive(warp& w, decoded_instruction const& in, unsigned lane, std::uint8_t* place,
            std::uint64_t) {
  mbarrier value = loaded(place);
  if (in.dst != no_operand) w.lanes<u64>(in.dst)[lane] = value.packed();
  std::uint32_t const operand = w.lanes<u32>(in.src[1])[lane];
  std::uint32_t const count = (in.option & expects) != 0 ? 1 : operand;
  if ((in.option & expects) != 0) value.bytes += static_cast<std::int32_t>(operand);
  if (count > value.pending) {
    w.fail(in, lane, fault_kind::barrier_divergence,
           "more threads arrive at an mbarrier than its phase expects");
  }
  value.pending -= count;
  if ((in.option & drops) != 0) value.expected -= count;
  if ((in.option & no_complete) != 0 && value.pending == 0) {
    w.fail(in, lane, fault_kind::barrier_divergence, "an arrival with .noComplete ends the phase");
  }
  value.complete();
  store(place, value);
  w.owner().neighbours().note_mbarrier_event();
}

template <int sign>
void change_bytes(warp& w, decoded_instruction const& in, unsigned lane, std::uint8_t* place,
                  std::uint64_t) {
  mbarrier value = loaded(place);
  value.bytes += sign * static_cast<std::int32_t>(w.lanes<u32>(in.src[1])[lane]);
  if (sign < 0) value.complete();
  store(place, value);
  w.owner().neighbours().note_mbarrier_event();
}

// A wait looks first whether bulk copies have come in: here they always have.
template <bool parity>
void test(warp& w, decoded_instruction const& in, unsigned lane, std::uint8_t* place,
          std::uint64_t) {
  mbarrier value = loaded(place);
  auto const key = reinterpret_cast<std::uintptr_t>(place);
  value.bytes -= static_cast<std::int32_t>(w.owner().copies().complete_on(key));
  value.complete();
  store(place, value);
  bool const waited_for = parity ? (w.lanes<u32>(in.src[1])[lane] & 1U) != 0
                                 : mbarrier::unpacked(w.lanes<u64>(in.src[1])[lane]).phase;
  if (value.phase != waited_for) {
    w.owner().neighbours().note_mbarrier_event();
  } else {
    w.owner().note_failed_wait(w, in);
  }
  lane_mask& p = w.predicate(in.dst);
  lane_mask const bit = lane_mask{1} << lane;
  p = value.phase != waited_for ? p | bit : p & ~bit;
}

struct form {
  char const* operation;
  bool has_result;
  unsigned least, most;  // operands after the address
  handler run;
};

constexpr form forms[] = {
    {"init", false, 1, 1, run_steps<initialize, access_kind::store>},
    {"inval", false, 0, 0, run_steps<invalidate>},
    {"arrive", true, 0, 1, run_steps<arrive>},
    {"arrive_drop", true, 0, 1, run_steps<arrive>},
    {"expect_tx", false, 1, 1, run_steps<change_bytes<1>>},
    {"complete_tx", false, 1, 1, run_steps<change_bytes<-1>>},
    {"test_wait", true, 1, 1, run_steps<test<false>, access_kind::load>},
    {"try_wait", true, 1, 2, run_steps<test<false>, access_kind::load>},
};

form const& form_of(std::string const& operation) {
  for (auto const& candidate : forms) {
    if (operation == candidate.operation) return candidate;
  }
  throw unsupported{"the emulator has no mbarrier." + operation};
}

void decode_mbarrier(decoder& d, ptx::instruction const& at, opcode_row const&) {
  if (at.opcode.size() < 2) throw unsupported{"mbarrier without an operation"};
  form const& which = form_of(at.opcode[1]);
  decoded_instruction in;
  in.run = which.run;
  for (std::size_t i = 2; i < at.opcode.size(); ++i) {
    std::string const& piece = at.opcode[i];
    if (piece == "shared" || piece == "shared::cta" || piece == "shared::cluster") {
      in.where = space::shared;
    } else if (piece == "parity") {
      in.run = run_steps<test<true>, access_kind::load>;
    } else if (piece == "expect_tx") {
      in.option |= expects;
    } else if (piece == "noComplete") {
      in.option |= no_complete;
    } else if (piece != "b64" && !is_memory_order(piece)) {
      throw unsupported{"the emulator has no modifier ." + piece + " of mbarrier"};
    }
  }
  bool const waits = in.run == run_steps<test<true>, access_kind::load> ||
                     in.run == run_steps<test<false>, access_kind::load>;
  if (at.opcode[1] == "arrive_drop") in.option |= drops;
  if (waits) in.option = access_option::synchronizes;
  std::size_t const first = which.has_result ? 1 : 0;
  std::size_t const rest = at.operands.size() - first - 1;
  if (at.operands.size() < first + 1 || rest < which.least || rest > which.most)
    throw unsupported{"an unexpected number of operands"};
  d.address(at.operands[first], in);
  bool const is_state = waits && in.run == run_steps<test<false>, access_kind::load>;
  in.src[1] = rest == 0 ? d.constant(1, 4)
                        : d.source(at.operands[first + 1],
                                   is_state ? operand_of<u64>() : operand_of<u32>());
  in.dst = no_operand;
  if (waits) {
    in.dst = d.destination(at.operands[0], operand_of<bool>());
  } else if (which.has_result && at.operands[0].kind != ptx::operand::kind_t::sink) {
    in.dst = d.destination(at.operands[0], operand_of<u64>());
  }
  d.emit(in);
}

}  // namespace

void add_mbarrier_opcodes(opcode_rows& rows) {
  add_row(rows, "mbarrier.*", decode_mbarrier);
  rows.push_back(lanewise<[](u64 state) -> u32 { return mbarrier::unpacked(state).pending; }>(
      "mbarrier.pending_count.b64"));
}

}  // namespace emulator
