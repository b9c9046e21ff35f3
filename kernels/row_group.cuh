// The threads that share a row: a few lanes, a warp or a block (a cluster of blocks: row_cluster.cuh);
// and how they find its maximum and its sums. The order depends on their number only.
#pragma once

#include "grid.hpp"
#include "row_access.cuh"

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

/// Of the values of neighbours, so many of them: the same for each of them.
template <class Real, class Combine>
__device__ Real combined(Real value, Combine combine, int lanes) {
#pragma unroll
  for (int step = 16; step > 0; step /= 2) {
    if (step < lanes) value = combine(value, __shfl_xor_sync(0xFFFFFFFFU, value, step));
  }
  return value;
}

/// Some lanes of a warp for each row.
struct lanes_of_rows : lane_group {
  using lanes_type = lane_group;
  static constexpr int most_threads = tuning::short_row_threads;
  static constexpr int least_blocks = tuning::lanes_blocks;
  __device__ explicit lanes_of_rows(int lanes) : lane_group(lanes) {}

  __device__ std::int64_t row() const {
    int const per_block = static_cast<int>(blockDim.x) / lanes;
    return block_number() * per_block + static_cast<int>(threadIdx.x) / lanes;
  }
  __device__ int warp() const { return 0; }
  __device__ bool is_first() const { return lane == 0; }
  /// The same value for every thread of the group. A call's index is its own.
  template <int index, class Real, class Combine>
  __device__ Real reduce(Real value, Combine combine, Real /*neutral*/) const {
    return combined(value, combine, lanes);
  }
  __device__ void end() const {}
};

/// A warp for each row.
struct warp_of_row : whole_warp {
  using lanes_type = whole_warp;
  static constexpr int most_threads = tuning::short_row_threads;
  static constexpr int least_blocks = tuning::warp_blocks;
  __device__ explicit warp_of_row(int /*lanes*/) {}

  __device__ std::int64_t row() const {
    return block_number() * (static_cast<int>(blockDim.x) / 32) +
           static_cast<int>(threadIdx.x) / 32;
  }
  __device__ int warp() const { return 0; }
  __device__ bool is_first() const { return lane == 0; }
  template <int index, class Real, class Combine>
  __device__ Real reduce(Real value, Combine combine, Real /*neutral*/) const {
    return combined(value, combine, 32);
  }
  __device__ void end() const {}
};

/// A block for each row.
struct block_of_row : whole_warp {
  using lanes_type = whole_warp;
  static constexpr int most_threads = tuning::most_row_warps * 32;
  static constexpr int least_blocks = 1;
  __device__ explicit block_of_row(int /*lanes*/) {}

  __device__ std::int64_t row() const { return block_number(); }
  __device__ int warp() const { return static_cast<int>(threadIdx.x) / 32; }
  __device__ bool is_first() const { return threadIdx.x == 0; }
  template <int index, class Real, class Combine>
  __device__ Real reduce(Real value, Combine combine, Real neutral) const {
    __shared__ Real of_warps[tuning::most_row_warps];
    value = combined(value, combine, 32);
    if (lane == 0) of_warps[warp()] = value;
    __syncthreads();
    int const other = lane % tuning::most_row_warps;
    bool const there = other < static_cast<int>(blockDim.x) / 32;
    return combined(there ? of_warps[other] : neutral, combine, tuning::most_row_warps);
  }
  __device__ void end() const {}
};

}  // namespace activations_cuda::kernels
