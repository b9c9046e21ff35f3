// Bugs as programmers make them, each with its corrected twin: the emulator must report the first
// by the right check and stay silent about the second.
#pragma once

#include <string>
#include <vector>

namespace seeded {

/// What must find a bug.
enum class check {
  out_of_bounds,
  use_after_free,
  misaligned,
  uninitialised_read,
  shared_race,
  global_race,
  participation,  // barriers and membermasks
  non_coherent_read,
  leak,
  host_access,
  capture,
  missing_wait,  // nothing is reported: the program computes with old values
  launch,
  ownership,  // of memory, streams and events
};

struct bug {
  char const* name;
  check found_by;
  /// The title of the first report; titles of faults are below. None for a missing wait.
  std::string report;
  /// What the report must say beside what every report of the check says. For a bug in a kernel the
  /// first is the kernel's name.
  std::vector<std::string> words;
  /// The program: returns whether its result is right. What it allocates it frees.
  bool (*wrong)();
  bool (*corrected)();
  char const* compute_capability = "80";
};

namespace report {
inline constexpr char const out_of_bounds[] = "cudaErrorIllegalAddress, out-of-bounds access";
inline constexpr char const null_access[] =
    "cudaErrorIllegalAddress, access through a null pointer";
inline constexpr char const use_after_free[] = "cudaErrorIllegalAddress, use after free";
inline constexpr char const misaligned[] = "cudaErrorMisalignedAddress, misaligned access";
inline constexpr char const uninitialised[] =
    "cudaErrorLaunchFailure, read of uninitialised memory";
inline constexpr char const race[] = "cudaErrorLaunchFailure, race";
inline constexpr char const divergent[] = "cudaErrorLaunchFailure, divergent barrier";
inline constexpr char const deadlock[] = "cudaErrorLaunchTimeout, deadlock";
inline constexpr char const non_coherent[] =
    "cudaErrorLaunchFailure, non-coherent read of written memory";
inline constexpr char const leak[] = "leak";
inline constexpr char const host_access[] = "host access to device memory";
}  // namespace report

// A table for each file of bugs.
extern std::vector<bug> const out_of_bounds_bugs, out_of_bounds_on_chip_bugs, use_after_free_bugs,
    misaligned_bugs, uninitialised_bugs, shared_race_bugs, global_race_bugs, barrier_bugs,
    cluster_bugs, mbarrier_bugs, non_coherent_bugs, leak_bugs, host_access_bugs, capture_bugs,
    capture_fork_bugs, missing_wait_bugs, launch_bugs, ownership_bugs;

}  // namespace seeded
