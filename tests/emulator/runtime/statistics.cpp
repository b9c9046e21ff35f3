#include "runtime/statistics.hpp"

#include "core/access_counter.hpp"
#include "core/fault.hpp"
#include "runtime/environment.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <sstream>

namespace emulator::runtime {

namespace {

struct kernel_total {
  std::uint64_t launches = 0;
  launch_statistics counted;
};

std::mutex mutex;
std::map<std::string, kernel_total> totals;
std::chrono::nanoseconds time_in_kernels{0};

std::string sizes(dim3_t const& d) {
  return "[" + std::to_string(d.x) + ", " + std::to_string(d.y) + ", " + std::to_string(d.z) + "]";
}

void write(std::ostream& to, access_count const& count) {
  to << "{\"requests\": " << count.requests << ", \"lanes\": " << count.lanes
     << ", \"bytes\": " << count.bytes << ", \"sectors\": " << count.sectors
     << ", \"distinct_sectors\": " << count.distinct_sectors
     << ", \"bank_conflicts\": " << count.bank_conflicts << "}";
}

// Names are mangled: they need no escapes.
std::string json_line(kernel_info const& kernel, launch_config const& config,
                      launch_statistics const& counted) {
  std::ostringstream line;
  line << "{\"kernel\": \"" << kernel.name << "\", \"grid\": " << sizes(config.grid)
       << ", \"block\": " << sizes(config.block)
       << ", \"dynamic_shared_bytes\": " << config.dynamic_shared_bytes
       << ", \"warp_instructions\": " << counted.warp_instructions
       << ", \"lane_instructions\": " << counted.lane_instructions
       << ", \"barriers\": " << counted.barriers << ", \"instructions\": {";
  for (unsigned i = 0; i < instruction_classes; ++i) {
    line << (i == 0 ? "" : ", ") << '"' << to_string(static_cast<instruction_class>(i))
         << "\": {\"warps\": " << counted.by_class[i].warps
         << ", \"lanes\": " << counted.by_class[i].lanes << "}";
  }
  line << "}";
  for (auto const& kind : access_kinds) {
    line << ", \"" << kind.name << "\": ";
    write(line, counted.memory.*kind.member);
  }
  line << "}\n";
  return line.str();
}

// The file of ACTIVATIONS_EMULATOR_COUNTERS, or nullptr. Lines are appended whole: processes may
// share it.
std::FILE* counters_file() {
  static std::FILE* const file = [] {
    std::string const& path = settings().counters;
    if (path.empty()) return static_cast<std::FILE*>(nullptr);
    std::FILE* const opened = std::fopen(path.c_str(), "a");
    if (opened == nullptr) {
      std::fprintf(stderr,
                   "ptx emulator: ACTIVATIONS_EMULATOR_COUNTERS is '%s', which cannot be written\n",
                   path.c_str());
      std::exit(2);
    }
    return opened;
  }();
  return file;
}

}  // namespace

void count_launch(kernel_info const& kernel, launch_config const& config,
                  launch_statistics const& counted, std::chrono::nanoseconds time) {
  std::lock_guard const lock(mutex);
  kernel_total& total = totals[kernel.name];
  ++total.launches;
  total.counted += counted;
  time_in_kernels += time;
  if (std::FILE* const file = counters_file()) {
    std::fputs(json_line(kernel, config, counted).c_str(), file);
    std::fflush(file);
  }
}

std::string statistics_text() {
  std::lock_guard const lock(mutex);
  kernel_total all;
  std::ostringstream by_kernel;
  for (auto const& [name, total] : totals) {
    all.launches += total.launches;
    all.counted += total.counted;
    memory_count const& m = total.counted.memory;
    by_kernel << "\n  " << total.launches << " x " << demangled(name) << ": "
              << total.counted.lane_instructions << " lane instructions; global memory "
              << m.global_load.bytes << " bytes read in " << m.global_load.sectors << " sectors, "
              << m.global_store.bytes << " written in " << m.global_store.sectors;
  }
  std::ostringstream text;
  text << all.launches << " kernels launched, " << all.counted.warp_instructions
       << " warp instructions, " << all.counted.lane_instructions << " lane instructions in ";
  text.setf(std::ios::fixed);
  text.precision(3);
  text << std::chrono::duration<double>(time_in_kernels).count() << " s" << by_kernel.str();
  return text.str();
}

}  // namespace emulator::runtime
