// What the emulator executed, from the file that ACTIVATIONS_EMULATOR_COUNTERS names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace foreign {

struct launch {
  std::string kernel;  // mangled
  std::uint64_t blocks;
  std::uint64_t bulk_copies;  // cp.async.bulk executed, by warps
};

/// Those that ended since the last call.
std::vector<launch> new_launches();

/// Sees to it that the emulator writes such a file, of this process only; argv: main's.
void start_recording(char** argv);

}  // namespace foreign
