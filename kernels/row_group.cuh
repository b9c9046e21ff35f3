// The threads that share a row: a warp or a block.
#pragma once

#include "grid.hpp"
#include "tuning.hpp"

#include <cub/block/block_reduce.cuh>
#include <cuda_runtime.h>

#include <cstdint>

namespace activations_cuda::kernels {

struct larger {
  template <class Real>
  __device__ Real operator()(Real a, Real b) const {
    return a > b ? a : b;  // drops NaN, which the sums then find
  }
};

struct plus {
  template <class Real>
  __device__ Real operator()(Real a, Real b) const {
    return a + b;
  }
};

/// A block for each row.
template <int threads>
struct row_group {
  static constexpr int per_block = 1;

  __device__ static int thread() { return static_cast<int>(threadIdx.x); }
  __device__ static std::int64_t row() { return block_number(); }
  /// The same value for every thread of the group.
  template <class Real, class Combine>
  __device__ static Real reduce(Real value, Combine combine) {
    using block_reduce = cub::BlockReduce<Real, threads, cub::BLOCK_REDUCE_WARP_REDUCTIONS>;
    __shared__ typename block_reduce::TempStorage storage;
    __shared__ Real result;
    Real const total = block_reduce(storage).Reduce(value, combine);
    if (threadIdx.x == 0) result = total;
    __syncthreads();
    Real const everywhere = result;
    __syncthreads();  // the next reduction reuses both
    return everywhere;
  }
};

/// A warp for each row, several rows a block.
template <>
struct row_group<32> {
  static constexpr int per_block = tuning::warps_per_block;

  __device__ static int thread() { return static_cast<int>(threadIdx.x % 32); }
  __device__ static std::int64_t row() { return block_number() * per_block + threadIdx.x / 32; }
  template <class Real, class Combine>
  __device__ static Real reduce(Real value, Combine combine) {
#pragma unroll
    for (int step = 16; step > 0; step /= 2)
      value = combine(value, __shfl_xor_sync(0xFFFFFFFFU, value, step));
    return value;
  }
};

}  // namespace activations_cuda::kernels
