#include "core/undefined_values.hpp"

#include "core/fault.hpp"
#include "core/memory_access.hpp"
#include "core/opcodes/options.hpp"
#include "core/operands.hpp"
#include "core/warp.hpp"

#include <array>
#include <bit>
#include <cstdio>
#include <cstring>
#include <string>

namespace emulator {

namespace {

constexpr std::uint64_t all_bits = ~std::uint64_t{0};

value_origin origin_of(warp const& w, decoded_instruction const& in) {
  value_origin origin;
  origin.pc = static_cast<std::uint32_t>(&in - w.code().code.data());
  return origin;
}

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

template <class Visit>
void for_each_lane(lane_mask mask, Visit const& visit) {
  for (; mask != 0; mask &= mask - 1) visit(static_cast<unsigned>(std::countr_zero(mask)));
}

/// The undefined bits of a result and where they come from, for each lane.
struct result_bits {
  std::array<std::uint64_t, warp_size> bits{};
  std::array<value_origin, warp_size> from;
};

/// One instruction of a warp that has undefined registers.
class step {
 public:
  step(warp& w, decoded_instruction const& in, lane_mask mask)
      : w_(w), undefined_(w.undefined()), in_(in), mask_(mask) {}

  bool touches_undefined() const {
    bool result = in_.rule == definedness::carries && undefined_.carry() != 0;
    for_each_source([&](slot s) { result = result || undefined_.is_marked(s); });
    for_each_destination([&](slot d) { result = result || undefined_.is_marked(d); });
    return result;
  }

  void require(slot where, std::string const& use) const {
    lane_mask const bad = undefined_.lanes(where) & mask_;
    if (bad != 0) fail(static_cast<unsigned>(std::countr_zero(bad)), where, use);
  }

  void run() {
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

 private:
  template <class Visit>
  void for_each_source(Visit const& visit) const {
    emulator::for_each_source(w_.code(), in_, visit);
  }
  template <class Visit>
  void for_each_destination(Visit const& visit) const {
    emulator::for_each_destination(w_.code(), in_, visit);
  }

  std::string const& opcode() const {
    return w_.code()
        .sources[static_cast<std::size_t>(&in_ - w_.code().code.data())]
        ->opcode.front();
  }
  [[noreturn]] void fail(unsigned lane, slot where, std::string const& use) const {
    w_.fail(in_, lane, fault_kind::uninitialized_read, "uninitialised value " + use,
            describe(w_, undefined_.origin(where, lane)));
  }

  void run_handler() const { in_.run(w_, in_, mask_); }
  void run_defined() const {
    run_handler();
    for_each_destination([&](slot to) { undefined_.set_defined(to, mask_); });
  }

  void write(slot to, result_bits const& result) const {
    for_each_lane(mask_, [&](unsigned lane) {
      undefined_.set(to, lane, result.bits[lane], result.from[lane]);
    });
    undefined_.update_mark(to);
  }
  void write_carry(result_bits const& result) const {
    for_each_lane(mask_, [&](unsigned lane) {
      undefined_.set_carry(lane, result.bits[lane] != 0, result.from[lane]);
    });
  }

  // The bits of all sources or-ed, each with the origin of the first.
  result_bits gathered() const {
    result_bits result;
    for_each_source([&](slot s) {
      for_each_lane(undefined_.lanes(s), [&](unsigned lane) {
        if (result.bits[lane] == 0) result.from[lane] = undefined_.origin(s, lane);
        result.bits[lane] |= undefined_.bits(s, lane);
      });
    });
    return result;
  }

  std::uint64_t value(slot where, unsigned lane) const {
    unsigned const bytes = undefined_.lane_bytes(in_.dst);
    if (bytes == 0) return w_.predicate(where) >> lane & 1U;
    std::uint64_t result = 0;
    std::memcpy(&result, w_.lanes<std::uint8_t const>(where) + lane * bytes, bytes);
    return result;
  }
  // Undefined bits of a & b: a bit matters where the other is 1 or not known.
  static std::uint64_t of_conjunction(std::uint64_t a, std::uint64_t a_undefined, std::uint64_t b,
                                      std::uint64_t b_undefined) {
    return (a_undefined & (b | b_undefined)) | (b_undefined & (a | a_undefined));
  }

  result_bits result_of_rule() const {
    using d = definedness;
    result_bits result = gathered();
    std::uint64_t any = 0;
    lane_mask first = 0;
    for_each_lane(mask_, [&](unsigned lane) {
      any |= result.bits[lane];
      if (first == 0 && result.bits[lane] != 0) first = lane_mask{1} << lane;
    });
    auto const first_lane = static_cast<unsigned>(std::countr_zero(first)) % warp_size;
    value_origin const first_origin = result.from[first_lane];
    lane_mask const ballot = in_.rule == d::ballot ? undefined_.lanes(in_.src[0]) & mask_ : 0;
    for_each_lane(mask_, [&](unsigned lane) {
      std::uint64_t& bits = result.bits[lane];
      bool const takes_carry =
          in_.rule == d::carries && (in_.option & carry_option::uses_carry) != 0;
      switch (in_.rule) {
        case d::upward:
          bits |= 0 - bits;
          break;
        case d::bitwise:
          break;
        case d::conjunction:
        case d::disjunction: {
          std::uint64_t const flip = in_.rule == d::disjunction ? all_bits : 0;
          bits = of_conjunction(value(in_.src[0], lane) ^ flip, undefined_.bits(in_.src[0], lane),
                                value(in_.src[1], lane) ^ flip, undefined_.bits(in_.src[1], lane));
          break;
        }
        case d::ballot:
          bits = ballot;
          result.from[lane] = first_origin;
          break;
        case d::exchange:
          bits = any != 0 ? all_bits : 0;
          result.from[lane] = first_origin;
          break;
        default:
          if (takes_carry && bits == 0 && (undefined_.carry() >> lane & 1U) != 0) {
            bits = all_bits;
            result.from[lane] = undefined_.carry_origin(lane);
          }
          bits = bits != 0 ? all_bits : 0;
      }
    });
    return result;
  }

  // p|q = (a op c), (!a op c)
  void run_combination() const {
    result_bits p = gathered();
    result_bits q = p;
    slot const a = in_.src[0];
    slot const c = in_.src[1];
    bool const is_or = in_.option == boolean_option::combine_or;
    if (is_or || in_.option == boolean_option::combine_and) {
      for_each_lane(mask_, [&](unsigned lane) {
        std::uint64_t const flip = is_or ? 1 : 0;
        std::uint64_t const a_value = value(a, lane) ^ flip;
        std::uint64_t const c_value = value(c, lane) ^ flip;
        std::uint64_t const a_bits = undefined_.bits(a, lane);
        std::uint64_t const c_bits = undefined_.bits(c, lane);
        p.bits[lane] = of_conjunction(a_value, a_bits, c_value, c_bits);
        q.bits[lane] = of_conjunction(a_value ^ 1, a_bits, c_value, c_bits);
      });
    }
    run_handler();
    write(in_.dst, p);
    write(in_.dst2, q);
  }

  /// The handler on the undefined bits of the first `data` sources and the values of the others.
  void run_moves(unsigned data) const {
    result_bits const sources = gathered();
    decoded_instruction on_bits = in_;
    lane_mask undefined_control = 0;
    for (unsigned i = data; i < in_.src.size(); ++i) {
      if (in_.src[i] == no_operand) continue;
      undefined_control |= undefined_.lanes(in_.src[i]);
      on_bits.src[i] = copied_to_scratch(i, w_.lanes<std::uint8_t const>(in_.src[i]));
    }
    run_on_bits(on_bits);
    run_handler();
    for_each_destination([&](slot to) {
      undefined_.update_mark(to);
      for_each_lane(undefined_.lanes(to) & mask_,
                    [&](unsigned lane) { undefined_.set_origin(to, lane, sources.from[lane]); });
      for_each_lane(undefined_control & mask_,
                    [&](unsigned lane) { undefined_.set(to, lane, all_bits, sources.from[lane]); });
    });
  }

  slot copied_to_scratch(unsigned i, std::uint8_t const* from) const {
    slot const to = undefined_.scratch(i);
    std::memcpy(undefined_.file() + to, from, undefined_registers::scratch_bytes);
    return to;
  }
  void run_on_bits(decoded_instruction const& on_bits) const {
    auto const registers = w_.exchange_registers({undefined_.file(), undefined_.constants()});
    on_bits.run(w_, on_bits, mask_);
    w_.exchange_registers(registers);
  }

  // The handler on the numbers of the lanes tells which lane each gets its value from.
  void run_shuffle() const {
    for (slot const control : {in_.src[1], in_.src[2]})
      require(control, "used as the lane of " + opcode());
    std::array<std::uint32_t, warp_size> numbers;
    for (unsigned lane = 0; lane < warp_size; ++lane) numbers[lane] = lane;
    decoded_instruction on_numbers = in_;
    on_numbers.src[0] = copied_to_scratch(0, reinterpret_cast<std::uint8_t const*>(&numbers));
    for (unsigned const i : {1U, 2U})
      on_numbers.src[i] = copied_to_scratch(i, w_.lanes<std::uint8_t const>(in_.src[i]));
    on_numbers.dst = undefined_.scratch(3);
    on_numbers.dst2 = no_operand;
    run_on_bits(on_numbers);
    std::memcpy(&numbers, undefined_.file() + on_numbers.dst, sizeof(numbers));
    result_bits const sources = gathered();
    result_bits result;
    for_each_lane(mask_, [&](unsigned lane) {
      // Larger than the lanes' numbers is what comes from a lane that does not take part.
      if (numbers[lane] >= warp_size) {
        result.bits[lane] = all_bits;
        result.from[lane] = origin_of(w_, in_);
        return;
      }
      result.bits[lane] = undefined_.bits(in_.src[0], numbers[lane]);
      result.from[lane] = sources.from[numbers[lane]];
    });
    run_handler();
    write(in_.dst, result);
    if (in_.dst2 != no_operand) undefined_.set_defined(in_.dst2, mask_);
  }

  void run_store() const {
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

  warp& w_;
  undefined_registers& undefined_;
  decoded_instruction const& in_;
  lane_mask mask_;
};

}  // namespace

void require_defined_control(warp& w, decoded_instruction const& in, lane_mask lanes) {
  step(w, in, lanes)
      .require(in.guard, in.kind == flow::branch ? "used to decide a branch" : "used as a guard");
  if (in.kind == flow::plain) return;
  step const executed(w, in, lanes & (w.predicate(in.guard) ^ in.guard_flip));
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
  step self(w, in, mask);
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
