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

/// How a block shares its tile of the inner axis: a power of two of lanes, each with as many elements
/// as the kernel is wide; and of how many tiles the axis is.
struct column_shape {
  std::int64_t inner, tiles;
  int lanes, log2_lanes;
};

/// A thread's place: width elements from (outer, first_column + k columns_apart, inner) on, the first
/// valid ones of which are there.
template <int width>
struct column_place {
  std::int64_t outer, inner;
  int first_column, columns_apart, valid;

  __device__ column_place(column_shape const& shape, std::int64_t outers)
      : first_column(static_cast<int>(threadIdx.x) >> shape.log2_lanes),
        columns_apart(static_cast<int>(blockDim.x >> shape.log2_lanes)) {
    int const lane = static_cast<int>(threadIdx.x) & (shape.lanes - 1);
    auto const [o, tile] = divided(block_number(), shape.tiles);
    outer = o;
    inner = (tile * shape.lanes + lane) * width;
    std::int64_t const left = outer < outers ? shape.inner - inner : 0;
    valid = static_cast<int>(left > width ? width : left < 0 ? 0 : left);
    if (valid == 0) inner = 0;
  }
  __device__ bool is_there() const { return valid > 0; }

  /// Of those elements; packed: in one access.
  template <bool packed, class T>
  __device__ pack<T, width> load(column_tensor<T const> const& from, std::int64_t column) const {
    T const* const first = from.at(outer, column, inner);
    if constexpr (packed || width == 1) {
      return pack<T, width>::load(first);
    } else {
      T elements[width];
      pack<T, width> result;
      result.raw = {};
      memcpy(elements, &result.raw, sizeof(result.raw));
#pragma unroll
      for (int v = 0; v < width; ++v) {
        if (v < valid) elements[v] = first[v];
      }
      memcpy(&result.raw, elements, sizeof(result.raw));
      return result;
    }
  }
  template <bool packed, class T>
  __device__ void store(column_tensor<T> const& to, std::int64_t column,
                        pack<T, width> const& of) const {
    T* const first = to.at(outer, column, inner);
    if constexpr (packed || width == 1) {
      of.store(first);
    } else {
      T elements[width];
      memcpy(elements, &of.raw, sizeof(of.raw));
#pragma unroll
      for (int v = 0; v < width; ++v) {
        if (v < valid) first[v] = elements[v];
      }
    }
  }
};

/// Of the threads that share a column: the same for each of them. The warps' values are combined by as
/// many threads as a tile has elements.
template <int width, class Real, class Combine>
__device__ void combine_columns(Real (&values)[width], int lanes, Combine combine) {
  constexpr int most_warps = tuning::column_threads / 32, side_by_side = 32 * width;
  __shared__ Real of_warps[most_warps][side_by_side];
  __shared__ Real of_all[side_by_side];
  int const warp = static_cast<int>(threadIdx.x) / 32;
  int const lane = static_cast<int>(threadIdx.x) & 31;
  int const warps = static_cast<int>(blockDim.x / 32);
#pragma unroll
  for (int step = 16; step > 0; step /= 2) {
    if (step < lanes) break;
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
