// Counts of launches: each one as a line of JSON where asked for, and sums by kernel.
#pragma once

#include "core/program.hpp"

#include <chrono>
#include <string>

namespace emulator::runtime {

void count_launch(kernel_info const& kernel, launch_config const& config,
                  launch_statistics const& counted, std::chrono::nanoseconds time);
/// All launches of the process in one line, then a line for each kernel.
std::string statistics_text();

}  // namespace emulator::runtime
