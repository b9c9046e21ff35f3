// Softmax along another axis than the last: [outer, columns, inner], inner elements side by side.
//
// Neighbouring threads take neighbours along the inner axis, one element or one pack each, so that
// accesses are coalesced; the rest of the block's threads share the columns. A thread holds its
// elements in registers where they fit, and reads them twice where they do not. Sums are a thread's
// own elements in order, then the threads of a warp, then the warps.
#pragma once

#include "column_place.cuh"
#include "row_call.cuh"
#include "row_group.cuh"

#include <cstdint>

namespace activations_cuda::kernels {

/// How many columns a thread holds.
template <class T, int width>
inline constexpr int held_columns =
    (width == 1 ? tuning::column_single_bytes : tuning::column_bytes) /
    static_cast<int>(sizeof(typename arithmetic_for<T>::real)) / width;

/// How many columns a thread has at a time: all that it holds, or some.
template <class T, int width, bool held>
inline constexpr int columns_at_a_time = held ? held_columns<T, width> : tuning::column_steps;

/// Calls body(column) with the first of a thread's columns that it has at a time.
template <bool held, int most, class Body>
__device__ void for_each_step(int first, int apart, std::int64_t columns, Body const& body) {
  if constexpr (held) {
    body(first);
  } else {
#pragma unroll 1
    for (std::int64_t column = first; column < columns; column += most * apart) body(column);
  }
}

/// width is 1 or a pack's; packed: all runs of inner elements are packs on their boundaries, and nothing
/// is masked.
template <class Op, class T, int width, bool packed, bool held>
__global__ void __launch_bounds__(tuning::column_threads, 1)
    column_forward_kernel(evaluator_of<Op, T> op, column_tensor<T const> x, column_tensor<T> y,
                          row_call<T> call, column_shape shape) {
  using evaluator = evaluator_of<Op, T>;
  using real = typename evaluator::real;
  using mask_type = std::conditional_t<packed, no_mask<T>, any_mask<T>>;
  using count = std::conditional_t<held, int, std::int64_t>;
  constexpr int most = columns_at_a_time<T, width, held>;
  column_place<width> const place(shape, call.rows);
  if (place.outer >= call.rows) return;  // the block
  mask_type const mask(call.mask, place.outer, place.inner, call.columns, neighbours::inner);
  auto const limit = static_cast<count>(place.is_there() ? mask.limit : 0);
  auto const columns = static_cast<count>(place.is_there() ? call.columns : 0);
  int const apart = place.columns_apart;
  row_scale<evaluator> const by(op, mask.scales());

  row_sums<evaluator> sums[width];
  real values[most][width];
  auto const load = [&](count first) {
#pragma unroll
    for (int k = 0; k < most; ++k) {
      count const c = first + k * apart;
      if (c < limit) {
        to_logits(place.template load<packed>(x, c), op, mask, c, 0, place.valid, values[k]);
      } else {
#pragma unroll
        for (int v = 0; v < width; ++v) values[k][v] = static_cast<real>(-INFINITY);
      }
    }
  };
  auto const add = [&](row_sums<evaluator>(&to)[width]) {
#pragma unroll
    for (int v = 0; v < width; ++v) {
      logit_distance<real> const distance(to[v].maximum);
#pragma unroll
      for (int k = 0; k < most; ++k) values[k][v] = to[v].add(distance(values[k][v]), op, by);
    }
  };

  real highest[width];
#pragma unroll
  for (int v = 0; v < width; ++v) highest[v] = sums[v].maximum;
  for_each_step<held, most>(place.first_column, apart, columns, [&](count first) {
    load(first);
#pragma unroll
    for (int k = 0; k < most; ++k) {
#pragma unroll
      for (int v = 0; v < width; ++v) highest[v] = larger{}(values[k][v], highest[v]);
    }
    if constexpr (!held) {
#pragma unroll
      for (int v = 0; v < width; ++v) sums[v].raise(highest[v], by);
      add(sums);
    }
  });
  combine_columns(highest, shape.lanes, larger{});
#pragma unroll
  for (int v = 0; v < width; ++v) {
    if constexpr (held) {
      sums[v].maximum = highest[v];
    } else {
      sums[v].raise(highest[v], by);
    }
  }
  if constexpr (held) add(sums);
  real all[width];
  if constexpr (evaluator::counts_maxima) {
#pragma unroll
    for (int v = 0; v < width; ++v) all[v] = sums[v].maxima;
    combine_columns(all, shape.lanes, plus{});
#pragma unroll
    for (int v = 0; v < width; ++v) sums[v].maxima = all[v];
  }
#pragma unroll
  for (int v = 0; v < width; ++v) all[v] = sums[v].others;
  combine_columns(all, shape.lanes, plus{});
  row_end<evaluator> ends[width];
#pragma unroll
  for (int v = 0; v < width; ++v) {
    sums[v].others = all[v];
    ends[v] = row_end<evaluator>(op, sums[v], by, call.zeros);
  }

  for_each_step<held, most>(place.first_column, apart, columns, [&](count first) {
    if constexpr (!held) {
      load(first);
      row_sums<evaluator> known[width];
#pragma unroll
      for (int v = 0; v < width; ++v) known[v].maximum = sums[v].maximum;
      add(known);
    }
#pragma unroll
    for (int k = 0; k < most; ++k) {
      real results[width];
#pragma unroll
      for (int v = 0; v < width; ++v)
        results[v] = op.finish(values[k][v], ends[v].normalizer, ends[v].scale);
      count const c = first + k * apart;
      if (c < columns) place.template store<packed>(y, c, pack<T, width>::from(results));
    }
  });
  if constexpr (mask_type::is_there) {
#pragma unroll
    for (int v = 0; v < width; ++v) {
      if (!ends[v].is_nan | (v >= place.valid)) continue;
#pragma unroll 1
      for (count c = place.first_column; c < columns; c += apart)
        y.at(place.outer, c, place.inner)[v] = masked_or_nan<T, evaluator>(mask.keeps(c, v));
    }
  }
  if (place.first_column == 0) {
#pragma unroll
    for (int v = 0; v < width; ++v) {
      if (v < place.valid)
        call.statistics.store(place.outer * shape.inner + place.inner + v, sums[v], by);
    }
  }
}

template <class Op, class T, int width, bool packed, bool held>
__global__ void __launch_bounds__(tuning::column_threads, 1)
    column_backward_kernel(evaluator_of<Op, T> op, column_tensor<T const> dy,
                           column_tensor<T const> y, column_tensor<T> dx, row_call<T> call,
                           column_shape shape) {
  using evaluator = evaluator_of<Op, T>;
  using real = typename evaluator::real;
  using mask_type = std::conditional_t<packed, no_mask<T>, any_mask<T>>;
  using pack = kernels::pack<T, width>;
  using count = std::conditional_t<held, int, std::int64_t>;
  constexpr int most = columns_at_a_time<T, width, held>;
  column_place<width> const place(shape, call.rows);
  if (place.outer >= call.rows) return;
  mask_type const mask(call.mask, place.outer, place.inner, call.columns, neighbours::inner);
  bool const is_masked = mask_type::is_there && call.masked;
  auto const limit = static_cast<count>(place.is_there() ? mask.limit : 0);
  auto const columns = static_cast<count>(place.is_there() ? call.columns : 0);
  int const apart = place.columns_apart;

  pack packs_dy[most], packs_y[most];
  real sum[width] = {};
  auto const load = [&](count first) {
#pragma unroll
    for (int k = 0; k < most; ++k) {
      count const c = first + k * apart;
      if (c < limit) {
        packs_dy[k] = place.template load<packed>(dy, c);
        packs_y[k] = place.template load<packed>(y, c);
      }
    }
  };
  for_each_step<held, most>(place.first_column, apart, columns, [&](count first) {
    load(first);
#pragma unroll
    for (int k = 0; k < most; ++k) {
      if (first + k * apart >= limit) break;
      real values_dy[width], values_y[width];
      packs_dy[k].unpack(values_dy);
      packs_y[k].unpack(values_y);
#pragma unroll
      for (int v = 0; v < width; ++v) {
        bool const masked = is_masked & (values_y[v] == static_cast<real>(evaluator::masked));
        real const longer = op.add(sum[v], values_dy[v], values_y[v]);
        sum[v] = masked ? sum[v] : longer;
      }
    }
  });
  combine_columns(sum, shape.lanes, plus{});
#pragma unroll
  for (int v = 0; v < width; ++v) sum[v] = math::product(sum[v], op.signed_scale);
  for_each_step<held, most>(place.first_column, apart, columns, [&](count first) {
    if constexpr (!held) load(first);
#pragma unroll
    for (int k = 0; k < most; ++k) {
      count const c = first + k * apart;
      if (c >= columns) break;
      real results[width] = {};
      if (c < limit) {
        real values_dy[width], values_y[width];
        packs_dy[k].unpack(values_dy);
        packs_y[k].unpack(values_y);
#pragma unroll
        for (int v = 0; v < width; ++v) {
          bool const masked = is_masked & (values_y[v] == static_cast<real>(evaluator::masked));
          real const result = op.backward(values_dy[v], values_y[v], sum[v]);
          results[v] = masked ? real(0) : result;
        }
      }
      place.template store<packed>(dx, c, pack::from(results));
    }
  });
}

}  // namespace activations_cuda::kernels
