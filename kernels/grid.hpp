// Grids of any size: blocks are counted in 64 bits over x and y, those of a matrix's columns over y
// and z.
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

/// Row blocks in x, and at least so many column blocks in y and z. Never truncated either.
inline dim3 grid_of(std::int64_t row_blocks, std::int64_t column_blocks) {
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  constexpr std::int64_t most_y = 65535;
  std::int64_t const y = column_blocks < most_y ? column_blocks : most_y;
  std::int64_t const z = (column_blocks + y - 1) / y;
  return dim3(static_cast<unsigned>(row_blocks < most ? row_blocks : most),
              static_cast<unsigned>(y), static_cast<unsigned>(z < most ? z : most));
}

#ifdef __CUDACC__
/// This block's number; those of the last y may lie beyond the blocks that grid_of was asked for.
__device__ inline std::int64_t block_number() {
  return static_cast<std::int64_t>(blockIdx.y) * gridDim.x + blockIdx.x;
}

/// Its number among the column blocks; those of the last z may lie beyond them.
__device__ inline std::int64_t column_block_number() {
  return static_cast<std::int64_t>(blockIdx.z) * gridDim.y + blockIdx.y;
}
#endif

}  // namespace activations_cuda::kernels
