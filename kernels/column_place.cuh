// How the threads of a block share an axis other than the last: which elements each has, and how they
// combine what they find out about a column.
#pragma once

#include "grid.hpp"
#include "row_mask.cuh"
#include "tuning.hpp"
#include "vector_access.cuh"

#include <cstdint>

namespace activations_cuda::kernels {

/// A tensor whose element (o, c, i) is first[o outer + c column + i].
template <class T>
struct column_tensor {
  T* first;
  std::int64_t outer, column;
  __device__ T* at(std::int64_t o, std::int64_t c, std::int64_t i) const {
    return first + o * outer + c * column + i;
  }
};

/// places: of the inner axis, in as many elements as a kernel is wide; the block's lanes are a power
/// of two. Each of the threads that share columns has own ones, the first rest of them one more.
struct column_shape {
  divisor places;
  std::int64_t all_places;  // of all outer indices
  std::int64_t own;
  int rest, log2_lanes;
};

/// A thread's place: width elements from (outer, first_column + k columns_apart, inner) on.
template <int width>
struct column_place {
  std::int64_t outer, inner;
  int first_column, columns_apart;
  bool is_there;
  std::int64_t own;  // columns

  __device__ explicit column_place(column_shape const& shape)
      : first_column(static_cast<int>(threadIdx.x) >> shape.log2_lanes),
        columns_apart(static_cast<int>(blockDim.x >> shape.log2_lanes)) {
    int const lane = static_cast<int>(threadIdx.x) & ((1 << shape.log2_lanes) - 1);
    std::int64_t const place = (block_number() << shape.log2_lanes) + lane;
    is_there = place < shape.all_places;
    auto const [o, i] = shape.places.divide(is_there ? place : 0);
    outer = o;
    inner = i * width;
    own = is_there ? shape.own + static_cast<int>(first_column < shape.rest) : 0;
  }
  /// How many of its columns come before a limit, one of those that is not that of all columns.
  __device__ std::int64_t own_before(std::int64_t limit) const {
    return is_there && first_column < limit
               ? divided(limit - 1 - first_column, columns_apart).quotient + 1
               : 0;
  }
};

/// Goes down a thread's columns of a tensor. The compiler does not get to work out each address anew.
template <class T>
struct column_walk {
  std::size_t here;  // in global memory
  std::int64_t step;

  template <int width>
  __device__ column_walk(column_tensor<T> const& of, column_place<width> const& place)
      : here(__cvta_generic_to_global(of.at(place.outer, place.first_column, place.inner))),
        step(place.columns_apart * of.column * static_cast<std::int64_t>(sizeof(T))) {
    asm volatile("" : "+l"(here), "+l"(step));
  }
  __device__ T* at() const { return static_cast<T*>(__cvta_global_to_generic(here)); }
  __device__ void next() { here += step; }
};

/// Of the threads that share a column: the same for each of them. The warps' values are combined by as
/// many threads as a block has places.
template <bool shared, int width, class Real, class Combine>
__device__ void combine_columns(Real (&values)[width], int log2_lanes, Combine combine) {
  if constexpr (!shared) return;
  constexpr int most_warps = tuning::column_threads / 32, side_by_side = 32 * width;
  __shared__ Real of_warps[most_warps][side_by_side];
  __shared__ Real of_all[side_by_side];
  if (static_cast<int>(blockDim.x) == 1 << log2_lanes) return;  // none shares
  int const warp = static_cast<int>(threadIdx.x) / 32;
  int const lane = static_cast<int>(threadIdx.x) & 31;
  int const warps = static_cast<int>(blockDim.x / 32);
#pragma unroll
  for (int step = 16; step > 0; step /= 2) {
    if (step < 1 << log2_lanes) break;
#pragma unroll
    for (int v = 0; v < width; ++v)
      values[v] = combine(values[v], __shfl_xor_sync(0xFFFFFFFFU, values[v], step));
  }
  if (warps == 1) return;
#pragma unroll
  for (int v = 0; v < width; ++v) of_warps[warp][v * 32 + lane] = values[v];
  __syncthreads();
  for (int i = static_cast<int>(threadIdx.x); i < side_by_side; i += static_cast<int>(blockDim.x)) {
    Real all = of_warps[0][i];
    for (int w = 1; w < warps; ++w) all = combine(all, of_warps[w][i]);
    of_all[i] = all;
  }
  __syncthreads();  // after which the next call's values may take their place, too
#pragma unroll
  for (int v = 0; v < width; ++v) values[v] = of_all[v * 32 + lane];
}

}  // namespace activations_cuda::kernels
