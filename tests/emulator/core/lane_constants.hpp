// Special registers: those that are the same for every warp, and the names of the others.
#pragma once

#include "core/kernel_code.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace emulator {

struct lane_values {
  unsigned id;
  std::array<std::uint32_t, warp_size> values;
};

/// %laneid and %lanemask_*.
std::optional<lane_values> lane_constant(std::string_view name);

/// Special registers that are set before a warp starts: "tid.x", "ctaid.y", ...
std::optional<special_register> special_register_from(std::string_view name);

}  // namespace emulator
