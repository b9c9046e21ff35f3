// Grids of any size: blocks are counted in 64 bits over x and y.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <limits>

namespace activations_cuda::kernels {

/// At least this many blocks, at most 2^31 - 1 of them in x. Never truncated: more than a device's
/// memory could need are CUDA's to refuse.
inline dim3 grid_of(std::int64_t blocks) {
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  std::int64_t const x = blocks < most ? blocks : most;
  return dim3(static_cast<unsigned>(x), static_cast<unsigned>((blocks + x - 1) / x));
}

#ifdef __CUDACC__
/// This block's number; those of the last y may lie beyond the blocks that grid_of was asked for.
__device__ inline std::int64_t block_number() {
  return static_cast<std::int64_t>(blockIdx.y) * gridDim.x + blockIdx.x;
}
#endif

}  // namespace activations_cuda::kernels
