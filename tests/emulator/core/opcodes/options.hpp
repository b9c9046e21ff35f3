// Values of decoded_instruction::option that mean something outside their own opcodes.
#pragma once

#include <cstdint>

namespace emulator {

/// Of add.cc and its kin.
namespace carry_option {
inline constexpr std::uint32_t uses_carry = 1, sets_carry = 2, subtracts = 4;
}  // namespace carry_option

/// How setp combines its comparison with a predicate.
namespace boolean_option {
inline constexpr std::uint32_t combine_none = 0, combine_and = 1, combine_or = 2, combine_xor = 3;
}  // namespace boolean_option

}  // namespace emulator
