// Counts over all launches of the process.
#pragma once

#include "core/program.hpp"

#include <chrono>
#include <string>

namespace emulator::runtime {

void count_launch(launch_statistics const& counted, std::chrono::nanoseconds time);
std::string statistics_text();

}  // namespace emulator::runtime
