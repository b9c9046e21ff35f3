// Copies into a block's shared memory that have been issued but not waited for. Their bytes count as
// uninitialised until then, so that a read without the wait is an error on every run.
#pragma once

#include <cstdint>
#include <vector>

namespace emulator {

class async_copies {
 public:
  static constexpr std::uint32_t not_committed = ~std::uint32_t{0};

  struct copy {
    std::uint8_t* to = nullptr;
    std::uint8_t* validity = nullptr;  // of the bytes there
    std::vector<std::uint8_t> bytes;
    std::uint32_t thread = 0;
    std::uint32_t group = not_committed;  // of cp.async
    std::uint64_t barrier = 0;            // the mbarrier that a bulk copy completes on, or 0
  };

  void clear();
  void issue(copy what);

  /// cp.async.commit_group of a thread.
  void commit(std::uint32_t thread);
  /// Completes a thread's groups except for the `newest` last ones.
  void wait_group(std::uint32_t thread, std::uint32_t newest);
  /// Completes all of a thread's copies, committed or not.
  void wait_all(std::uint32_t thread);
  /// Completes what the mbarrier waits for; returns the bytes.
  std::uint64_t complete_on(std::uint64_t barrier);

 private:
  template <class Condition>
  std::uint64_t complete(Condition const& condition);

  std::vector<copy> pending_;
  std::vector<std::uint32_t> groups_;  // committed by each thread so far
};

}  // namespace emulator
