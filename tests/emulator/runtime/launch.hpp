// Kernel launches: the checks of CUDA, then one piece of work.
#pragma once

#include "runtime/module.hpp"

#include <cuda_runtime_api.h>

#include <cstddef>

namespace emulator::runtime {

struct launch_request {
  void const* function = nullptr;  // a host function's address or a cudaKernel_t
  dim3 grid, block;
  dim3 cluster{0, 0, 0};  // 0: not given
  std::size_t dynamic_shared_bytes = 0;
  void** arguments = nullptr;
  cudaStream_t stream = nullptr;
};

/// Throws what CUDA returns for a launch that it refuses. Copies the arguments; returns before the
/// kernel runs.
void launch(launch_request const& asked);

/// The most dynamic shared memory that the kernel may be launched with.
std::size_t dynamic_shared_limit(loaded_kernel const& asked);

/// How many blocks of the kernel a multiprocessor holds; 0 if not even one.
unsigned blocks_per_multiprocessor(loaded_kernel const& asked, unsigned block_threads,
                                   std::size_t dynamic_shared_bytes);

/// The cluster of a launch with these attributes; {0, 0, 0} if none is given. Throws for attributes
/// that would change what the launch does and are not emulated.
dim3 cluster_of(cudaLaunchAttribute const* attributes, unsigned count);

}  // namespace emulator::runtime
