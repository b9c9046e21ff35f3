// The mbarrier object: what its 64 opaque bits mean here.
#pragma once

#include <cstdint>

namespace emulator {

struct mbarrier {
  static constexpr std::uint32_t largest_count = (1U << 20) - 1;

  std::uint32_t pending = 0;   // arrivals that the current phase waits for
  std::uint32_t expected = 0;  // arrivals of a phase
  std::int32_t bytes = 0;      // transactions that the current phase waits for
  bool phase = false;          // parity of the current phase

  static mbarrier unpacked(std::uint64_t bits) {
    mbarrier result;
    result.pending = bits & largest_count;
    result.expected = bits >> 20 & largest_count;
    result.bytes = static_cast<std::int32_t>(static_cast<std::int64_t>(bits << 2) >> 42);
    result.phase = bits >> 63 != 0;
    return result;
  }
  std::uint64_t packed() const {
    return std::uint64_t{phase} << 63 |
           (static_cast<std::uint64_t>(bytes) & ((1U << 22) - 1)) << 40 |
           std::uint64_t{expected} << 20 | pending;
  }
  /// Begins the next phase where nothing is waited for.
  void complete() {
    if (pending != 0 || bytes != 0) return;
    phase = !phase;
    pending = expected;
  }
};

}  // namespace emulator
