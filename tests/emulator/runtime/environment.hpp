// What the environment sets: read once, at the first use. The README of tests/emulator lists the
// variables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace emulator::runtime {

struct environment {
  unsigned compute_capability;
  std::optional<std::uint64_t> multiprocessors;
  std::optional<std::uint64_t> memory_bytes;
  std::uint64_t seed;
  bool explain;             // why a call fails
  bool leaks;               // report at exit
  bool summary;             // report at exit
  bool global_races;        // looked for
  std::string approximate;  // how far .approx instructions are moved
  std::string counters;     // a file to which each launch's counters are appended
};

/// A value that cannot be read ends the process with a message: a misspelt limit must not pass as
/// the default.
environment const& settings();

}  // namespace emulator::runtime
