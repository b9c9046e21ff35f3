#include "runtime/statistics.hpp"

#include <cstdio>
#include <mutex>

namespace emulator::runtime {

namespace {

std::mutex mutex;
launch_statistics total;
std::uint64_t launches = 0;
std::chrono::nanoseconds time_in_kernels{0};

}  // namespace

void count_launch(launch_statistics const& counted, std::chrono::nanoseconds time) {
  std::lock_guard const lock(mutex);
  ++launches;
  total.warp_instructions += counted.warp_instructions;
  total.lane_instructions += counted.lane_instructions;
  time_in_kernels += time;
}

std::string statistics_text() {
  std::lock_guard const lock(mutex);
  char text[200];
  std::snprintf(text, sizeof(text),
                "%llu kernels launched, %llu warp instructions, %llu lane instructions in %.3f s",
                static_cast<unsigned long long>(launches),
                static_cast<unsigned long long>(total.warp_instructions),
                static_cast<unsigned long long>(total.lane_instructions),
                std::chrono::duration<double>(time_in_kernels).count());
  return text;
}

}  // namespace emulator::runtime
