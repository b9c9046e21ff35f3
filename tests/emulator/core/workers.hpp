// The blocks of a launch, spread over the cores.
#pragma once

#include "core/block.hpp"

#include <optional>

namespace emulator {

/// Runs every block of the launch; returns the first fault. Adds to the statistics.
std::optional<fault> run_blocks(launch_state& launch, launch_statistics& statistics);

}  // namespace emulator
