// The threads that share a row: a few lanes, a warp or a block (a cluster of blocks: row_cluster.cuh);
// and how they find its maximum and its sums. The order depends on their number only.
#pragma once

#include "grid.hpp"
#include "row_plan.hpp"
#include "tuning.hpp"

#include <cuda_runtime.h>

#include <cstdint>

namespace activations_cuda::kernels {

/// Drops NaN, which the sums then find. In float one instruction.
struct larger {
  __device__ float operator()(float a, float b) const { return ::fmaxf(a, b); }
  __device__ double operator()(double a, double b) const { return a > b ? a : b; }
};

struct plus {
  template <class Real>
  __device__ Real operator()(Real a, Real b) const {
    return a + b;
  }
};

/// Of the values of neighbours, so many of them and at most as many as that: the same for each of them. All
/// lanes of the warp take part in each step: there is nothing to branch on.
template <int most = 32, class Real, class Combine>
__device__ Real combined(Real value, Combine combine, int lanes) {
#pragma unroll
  for (int step = most / 2; step > 0; step /= 2) {
    Real const both = combine(value, __shfl_xor_sync(0xFFFFFFFFU, value, step));
    value = step < lanes ? both : value;
  }
  return value;
}

/// From another lane of the warp, all of whose lanes take part.
template <class Real>
__device__ Real from_lane(Real value, int lane) {
  return __shfl_sync(0xFFFFFFFFU, value, lane);
}

// is_warp: rows have whole warps; is_part: and other blocks' warps; is_one_unit: and no other warps, so that
// all of a row's threads take packs in the same rounds.

/// Some lanes of a warp for each row.
struct lanes_of_rows {
  static constexpr bool is_warp = false, is_part = false, is_one_unit = true;
  static constexpr int most_threads = tuning::short_row_threads;
  static constexpr int least_blocks = tuning::lanes_blocks,
                       unaligned_blocks = tuning::unaligned_lanes_blocks,
                       limited_blocks = tuning::limited_lanes_blocks,
                       masked_blocks = tuning::masked_lanes_blocks;
  int log2_lanes, lanes, lane;
  /// What a kernel gets beside the plan's threads.
  static int argument_of(row_plan const& plan) { return log2_of(plan.lanes); }
  __device__ explicit lanes_of_rows(int log2_count)
      : log2_lanes(log2_count),
        lanes(1 << log2_count),
        lane(static_cast<int>(threadIdx.x) & (lanes - 1)) {}

  __device__ std::int64_t row() const {
    return block_number() * (tuning::short_row_threads >> log2_lanes) +
           static_cast<int>(threadIdx.x >> log2_lanes);
  }
  __device__ int threads() const { return lanes; }
  __device__ int together() const { return lanes; }
  __device__ int unit() const { return 0; }
  __device__ int rounds(int packs) const { return packs >> log2_lanes; }
  template <class Value>
  __device__ Value from_first(Value value) const {
    return value;
  }
  __device__ int thread() const { return lane; }
  __device__ int part() const { return 0; }
  __device__ bool is_first() const { return lane == 0; }
  /// The same value for every thread of the group. A call's index is its own.
  template <int index, class Real, class Combine>
  __device__ Real reduce(Real value, Combine combine, Real /*neutral*/) const {
    return combined<tuning::most_row_lanes>(value, combine, lanes);
  }
  /// The value of the next thread; after the last one comes the first.
  template <class Real>
  __device__ Real from_next(Real value) const {
    int const others = static_cast<int>(threadIdx.x) & ~(lanes - 1);
    return from_lane(value, others | ((lane + 1) & (lanes - 1)));
  }
  __device__ void has_reduced() const {}
  __device__ void end() const {}
};

/// A warp for each row.
struct warp_of_row {
  static constexpr bool is_warp = true, is_part = false, is_one_unit = true;
  static constexpr int most_threads = tuning::short_row_threads;
  static constexpr int least_blocks = tuning::warp_blocks,
                       unaligned_blocks = tuning::unaligned_warp_blocks,
                       limited_blocks = tuning::limited_warp_blocks,
                       masked_blocks = tuning::masked_warp_blocks;
  int lane = static_cast<int>(threadIdx.x) & 31;
  static int argument_of(row_plan const& /*plan*/) { return 0; }
  __device__ explicit warp_of_row(int /*argument*/) {}

  __device__ std::int64_t row() const {
    return block_number() * (tuning::short_row_threads / 32) + static_cast<int>(threadIdx.x / 32);
  }
  __device__ int threads() const { return 32; }
  __device__ int together() const { return 32; }
  __device__ int unit() const { return 0; }
  __device__ int rounds(int packs) const { return packs / 32; }
  template <class Value>
  __device__ Value from_first(Value value) const {
    return from_lane(value, 0);
  }
  __device__ int thread() const { return lane; }
  __device__ int part() const { return 0; }
  __device__ bool is_first() const { return lane == 0; }
  template <int index, class Real, class Combine>
  __device__ Real reduce(Real value, Combine combine, Real /*neutral*/) const {
    return combined(value, combine, 32);
  }
  template <class Real>
  __device__ Real from_next(Real value) const {
    return from_lane(value, (lane + 1) & 31);
  }
  __device__ void has_reduced() const {}
  __device__ void end() const {}
};

/// A block for each row.
struct block_of_row {
  static constexpr bool is_warp = true, is_part = false, is_one_unit = false;
  static constexpr int most_threads = tuning::most_row_warps * 32;
  static constexpr int least_blocks = 1, unaligned_blocks = 1, limited_blocks = 1,
                       masked_blocks = 1;
  int lane = static_cast<int>(threadIdx.x) & 31;
  unsigned inverse;
  /// 2^32 / threads, rounded up.
  static int argument_of(row_plan const& plan) {
    return static_cast<int>(0xFFFFFFFFU / static_cast<unsigned>(plan.warps * 32) + 1);
  }
  __device__ explicit block_of_row(int argument) : inverse(static_cast<unsigned>(argument)) {}

  __device__ std::int64_t row() const { return block_number(); }
  __device__ int threads() const { return static_cast<int>(blockDim.x); }
  __device__ int together() const { return 32; }
  __device__ int unit() const { return warp(); }
  /// A division by the number of threads, exact for as many packs as a block can have.
  __device__ int rounds(int packs) const {
    return static_cast<int>(__umulhi(static_cast<unsigned>(packs), inverse));
  }
  template <class Value>
  __device__ Value from_first(Value value) const {
    return from_lane(value, 0);
  }
  __device__ int thread() const { return static_cast<int>(threadIdx.x); }
  __device__ int part() const { return 0; }
  __device__ int warp() const { return static_cast<int>(threadIdx.x / 32); }
  __device__ bool is_first() const { return threadIdx.x == 0; }
  template <int index, class Real, class Combine>
  __device__ Real reduce(Real value, Combine combine, Real neutral) const {
    __shared__ Real of_warps[tuning::most_row_warps];
    value = combined(value, combine, 32);
    if (lane == 0) of_warps[warp()] = value;
    __syncthreads();
    int const other = lane % tuning::most_row_warps;
    bool const there = other < static_cast<int>(blockDim.x / 32);
    return combined(there ? of_warps[other] : neutral, combine, tuning::most_row_warps);
  }
  template <class Real>
  __device__ Real from_next(Real value) const {
    __shared__ Real of_first[tuning::most_row_warps];
    Real const next = from_lane(value, (lane + 1) & 31);
    if (lane == 0) of_first[warp()] = value;
    __syncthreads();
    int const after = warp() + 1 == static_cast<int>(blockDim.x / 32) ? 0 : warp() + 1;
    return lane == 31 ? of_first[after] : next;
  }
  __device__ void has_reduced() const {}
  __device__ void end() const {}
};

}  // namespace activations_cuda::kernels
