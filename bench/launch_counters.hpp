// What the PTX emulator counted of a launch; a GPU does not say.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

namespace bench {

struct launch_count {
  std::uint64_t instructions = 0;      // of every lane
  std::uint64_t bytes = 0;             // of global memory, read and written
  std::uint64_t sectors = 0;           // of 32 bytes
  std::uint64_t distinct_sectors = 0;  // of each launch
};

/// The file that ACTIVATIONS_EMULATOR_COUNTERS names, which the emulator appends to.
class launch_counters {
 public:
  launch_counters();
  /// Whether there is such a file.
  bool counting() const { return !path_.empty(); }
  /// The sum of the launches since the last call, all of them finished.
  launch_count since_last();

 private:
  std::string path_;
  std::ifstream file_;
};

}  // namespace bench
