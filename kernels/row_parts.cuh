// Rows shared among blocks: one kernel leaves each part's sums in the workspace, the next one merges
// those of its row and finishes its part.
#pragma once

#include "row_stream.cuh"
#include "row_workspace.hpp"

#include <cstdint>

namespace activations_cuda::kernels {

/// Blocks are counted part by part of a row, row by row.
struct part_of_row {
  std::int64_t row, part, columns;
  __device__ part_of_row(std::int64_t parts, std::int64_t part_columns) : columns(part_columns) {
    auto const [r, p] = divided(block_number(), parts);
    row = r;
    part = p;
  }
  __device__ std::int64_t first() const { return part * columns; }
  __device__ std::int64_t end(std::int64_t of_row) const {
    std::int64_t const end = first() + columns;
    return end < of_row ? end : of_row;
  }
};

/// For each part of each row what its block found, and how many parts a row has.
template <class Real>
struct row_parts {
  Real* sums;
  std::int64_t parts, columns;
  __device__ Real* of(std::int64_t row, std::int64_t part, int count) const {
    return sums + (row * parts + part) * count;
  }
};

template <class Op, class T, bool finishes, class Mask>
__global__ void __launch_bounds__(tuning::most_row_warps * 32, 1)
    rowwise_parts_forward_kernel(evaluator_of<Op, T> op, row_tensor<T const> x, row_tensor<T> y,
                                 row_call<T> call,
                                 row_parts<typename arithmetic_for<T>::real> parts) {
  part_of_row const part(parts.parts, parts.columns);
  if (part.row >= call.rows) return;
  forward_walk<Op, T, false, Mask> const walk(op, x, y, call, part.row, part.first(),
                                              part.end(call.columns));
  if constexpr (!finishes) {
    auto sums = walk.raised();
    sums.template merge<0>(walk.group, walk.by);
    if (walk.group.is_first()) {
      auto* const to = parts.of(part.row, part.part, forward_sums);
      to[0] = sums.maximum;
      to[1] = sums.maxima;
      to[2] = sums.others;
    }
  } else {
    row_sums<evaluator_of<Op, T>> sums;
    if (threadIdx.x < parts.parts) {
      auto const* const of = parts.of(part.row, threadIdx.x, forward_sums);
      sums.maximum = of[0];
      sums.maxima = of[1];
      sums.others = of[2];
    }
    sums.template merge<0>(walk.group, walk.by);
    walk.finish(sums);
  }
}

template <class Op, class T, bool finishes, class Mask>
__global__ void __launch_bounds__(tuning::most_row_warps * 32, 1)
    rowwise_parts_backward_kernel(evaluator_of<Op, T> op, row_tensor<T const> dy,
                                  row_tensor<T const> y, row_tensor<T> dx, row_call<T> call,
                                  row_parts<typename arithmetic_for<T>::real> parts) {
  using real = typename evaluator_of<Op, T>::real;
  part_of_row const part(parts.parts, parts.columns);
  if (part.row >= call.rows) return;
  backward_walk<Op, T, false, Mask> const walk(op, dy, y, dx, call, part.row, part.first(),
                                               part.end(call.columns));
  if constexpr (!finishes) {
    real const sum = walk.group.template reduce<0>(walk.sum(), plus{}, real(0));
    if (walk.group.is_first()) *parts.of(part.row, part.part, backward_sums) = sum;
  } else {
    real const own =
        threadIdx.x < parts.parts ? *parts.of(part.row, threadIdx.x, backward_sums) : real(0);
    walk.finish(walk.group.template reduce<0>(own, plus{}, real(0)));
  }
}

}  // namespace activations_cuda::kernels
