#include "core/undefined_values.hpp"

#include "core/fault.hpp"
#include "core/memory_access.hpp"
#include "core/opcodes/options.hpp"
#include "core/undefined_step.hpp"

#include <array>
#include <bit>
#include <cstdio>
#include <string>

namespace emulator {

namespace {

std::string describe(warp const& w, value_origin const& origin) {
  if (origin.bytes == 0) {
    return "it comes from a lane that takes no part in the shuffle at PTX line " +
           std::to_string(w.code().sources[origin.pc]->line);
  }
  char text[128];
  std::snprintf(text, sizeof(text),
                "it was read at PTX line %d, %u bytes of %s memory at address 0x%llx",
                w.code().sources[origin.pc]->line, unsigned{origin.bytes},
                origin.where == space::local    ? "local"
                : origin.where == space::shared ? "shared"
                                                : "global",
                static_cast<unsigned long long>(origin.address));
  return text;
}

}  // namespace

value_origin origin_of(warp const& w, decoded_instruction const& in) {
  value_origin origin;
  origin.pc = static_cast<std::uint32_t>(&in - w.code().code.data());
  return origin;
}

void undefined_step::fail(unsigned lane, slot where, std::string const& use) const {
  w_.fail(in_, lane, fault_kind::uninitialized_read, "uninitialised value " + use,
          describe(w_, undefined_.origin(where, lane)));
}

void undefined_step::run() {
  using d = definedness;
  switch (in_.rule) {
    case d::load:
      require(in_.src[0], "used as an address");
      for_each_destination([&](slot to) { undefined_.set_defined(to, mask_); });
      run_handler();
      return;
    case d::store:
      return run_store();
    case d::required:
      for_each_source([&](slot s) { require(s, "used by " + opcode()); });
      return run_defined();
    case d::moves:
      return run_moves(static_cast<unsigned>(in_.src.size()));
    case d::moves_first:
      return run_moves(1);
    case d::moves_two:
      return run_moves(2);
    case d::shuffle:
      return run_shuffle();
    case d::combination:
      return run_combination();
    case d::by_opcode:
    case d::whole:
    case d::upward:
    case d::bitwise:
    case d::conjunction:
    case d::disjunction:
    case d::carries:
    case d::ballot:
    case d::exchange:
      break;
  }
  result_bits const result = result_of_rule();
  run_handler();
  for_each_destination([&](slot to) { write(to, result); });
  if (in_.rule == d::carries && (in_.option & carry_option::sets_carry) != 0) write_carry(result);
}

void undefined_step::run_store() const {
  require(in_.src[0], "used as an address");
  std::array<slot, 8> values{};
  unsigned count = 0;
  if (in_.list == list_role::sources) {
    for (; count < in_.count; ++count) values.at(count) = w_.code().lists[in_.target + count];
  } else {
    values[count++] = in_.src[1];
  }
  lane_mask undefined_lanes = 0;
  lane_addresses const addresses(w_, in_);
  for (unsigned k = 0; k < count; ++k) {
    lane_mask const bad = undefined_.lanes(values[k]) & mask_;
    undefined_lanes |= bad;
    for_each_lane(bad, [&](unsigned lane) {
      bool const is_global = validity_at(w_, in_.where, lane, addresses.of[lane]) == nullptr;
      // A structure's padding never begins an aligned word that holds a member.
      bool const may_be_padding = (undefined_.bits(values[k], lane) & 0xFF) == 0;
      if (is_global && !may_be_padding) fail(lane, values[k], "stored to global memory");
    });
  }
  run_handler();
  // The store has passed its checks: these bytes exist, and count as not written.
  for_each_lane(undefined_lanes, [&](unsigned lane) {
    std::uint8_t* const valid = validity_at(w_, in_.where, lane, addresses.of[lane]);
    for (unsigned k = 0; k < count; ++k) {
      std::uint64_t const bits = undefined_.bits(values[k], lane);
      for (unsigned i = 0; i < in_.element_bytes; ++i) {
        if ((bits >> (8 * i) & 0xFF) == 0) continue;
        unsigned const at = k * in_.element_bytes + i;
        if (valid != nullptr) {
          valid[at] = 0;
        } else {
          layout::set_invalid(addresses.of[lane] + at);
        }
      }
    }
  });
}

void require_defined_control(warp& w, decoded_instruction const& in, lane_mask lanes) {
  undefined_step(w, in, lanes)
      .require(in.guard, in.kind == flow::branch ? "used to decide a branch" : "used as a guard");
  if (in.kind == flow::plain) return;
  undefined_step const executed(w, in, lanes & (w.predicate(in.guard) ^ in.guard_flip));
  switch (in.kind) {
    case flow::branch_indexed:
      return executed.require(in.src[0], "used as the index of a branch");
    case flow::warp_sync:
      return executed.require(in.src[3], "used as a membermask");
    case flow::barrier:
      for (slot const operand : in.src) {
        if (operand != no_operand) executed.require(operand, "used by a barrier");
      }
      return;
    default:
      return;
  }
}

void run_followed(warp& w, decoded_instruction const& in, lane_mask mask) {
  undefined_step self(w, in, mask);
  if (self.touches_undefined()) {
    self.run();
  } else {
    in.run(w, in, mask);
  }
}

void note_load(warp& w, decoded_instruction const& in, unsigned lane, std::uint8_t const* written,
               space where, std::uint64_t address) {
  value_origin origin = origin_of(w, in);
  origin.address = address;
  origin.bytes = static_cast<std::uint8_t>(in.element_bytes * in.count);
  origin.where = where;
  for (unsigned k = 0; k < in.count; ++k) {
    slot const to = in.count == 1 ? in.dst : w.code().lists[in.target + k];
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < in.element_bytes; ++i, ++written) {
      if (*written == 0) bits |= std::uint64_t{0xFF} << (8 * i);
    }
    // The sign, if there is one, fills the rest of the register.
    if (written[-1] == 0 && in.element_bytes < 8) bits |= all_bits << (8 * in.element_bytes);
    if (bits != 0) w.undefined().set(to, lane, bits, origin);
  }
}

void note_value_of_nobody(warp& w, decoded_instruction const& in, unsigned lane) {
  // Beyond the registers there are operands of the rules themselves.
  if (in.dst >= w.code().register_bytes) return;
  w.undefined().set_all_bits(in.dst, lane, origin_of(w, in));
}

}  // namespace emulator
