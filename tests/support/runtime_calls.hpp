// Counts what the library asks of the CUDA runtime: the test executable defines the entry points,
// which the dynamic linker then prefers, and passes every call on. The same on a GPU and on the
// emulator.
#pragma once

#include <atomic>

namespace support {

struct runtime_calls {
  std::atomic<long> launches{0};          // cudaLaunchKernelExC
  std::atomic<long> allocations{0};       // cudaMalloc, cudaMallocAsync, cudaFree, cudaFreeAsync
  std::atomic<long> synchronizations{0};  // device, stream and event synchronize
};

runtime_calls& calls();

}  // namespace support
