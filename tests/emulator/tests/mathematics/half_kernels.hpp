// The functions of half_functions.def on the device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mathematics {

enum class half_type { float16, bfloat16 };

/// The results of that row for all 65,536 values, in the order of their bits.
std::vector<std::uint16_t> all_on_device(std::size_t row, half_type type);

}  // namespace mathematics
