// Counts what the library asks of the CUDA runtime: the test executable defines the entry points,
// which the dynamic linker then prefers, and passes every call on. The same on a GPU and on the
// emulator.
#pragma once

#include <atomic>

namespace support {

struct runtime_calls {
  std::atomic<long> launches{0};          // cudaLaunchKernelExC
  std::atomic<long> allocations{0};       // of device memory, and frees
  std::atomic<long> synchronizations{0};  // device, stream and event; blocking copies
  std::atomic<long> queries{0};           // of devices, functions, pointers, occupancy
  std::atomic<long> error_reads{0};       // cudaGetLastError would swallow the user's error

  /// All but launches.
  long forbidden() const { return allocations + synchronizations + queries + error_reads; }
};

runtime_calls& calls();

}  // namespace support
