// Which bits of an instruction's results are undefined.
#include "core/fault.hpp"
#include "core/opcodes/options.hpp"
#include "core/undefined_step.hpp"

#include <cstring>

namespace emulator {

std::uint64_t undefined_step::value(slot where, unsigned lane) const {
  unsigned const bytes = undefined_.lane_bytes(in_.dst);
  if (bytes == 0) return w_.predicate(where) >> lane & 1U;
  std::uint64_t result = 0;
  std::memcpy(&result, w_.lanes<std::uint8_t const>(where) + lane * bytes, bytes);
  return result;
}

result_bits undefined_step::gathered() const {
  result_bits result;
  for_each_source([&](slot s) {
    for_each_lane(undefined_.lanes(s), [&](unsigned lane) {
      if (result.bits[lane] == 0) result.from[lane] = undefined_.origin(s, lane);
      result.bits[lane] |= undefined_.bits(s, lane);
    });
  });
  return result;
}

result_bits undefined_step::result_of_rule() const {
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
    bool const takes_carry = in_.rule == d::carries && (in_.option & carry_option::uses_carry) != 0;
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

void undefined_step::run_combination() const {
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

void undefined_step::run_moves(unsigned data) const {
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

slot undefined_step::copied_to_scratch(unsigned i, std::uint8_t const* from) const {
  slot const to = undefined_.scratch(i);
  std::memcpy(undefined_.file() + to, from, undefined_registers::scratch_bytes);
  return to;
}

void undefined_step::run_on_bits(decoded_instruction const& on_bits) const {
  auto const registers = w_.exchange_registers({undefined_.file(), undefined_.constants()});
  on_bits.run(w_, on_bits, mask_);
  w_.exchange_registers(registers);
}

void undefined_step::run_shuffle() const {
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

}  // namespace emulator
