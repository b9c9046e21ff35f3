// Softmax along another axis than the last: [outer, columns, inner], inner elements side by side.
//
// Neighbouring threads take neighbours along the inner axis, two elements of 16 bits each: accesses are
// coalesced, and a thread has so few elements of a column that it holds many columns, and shares them
// with few others or none. Of few columns that it has alone it takes more neighbours, up to 16 bytes, if
// they lie on their boundaries: addresses and what a thread does once serve more elements. It reads
// columns twice where they do not fit. Two elements that do not begin on a boundary of 4 bytes have an
// access each. None of that changes what is computed for an element: sums are a thread's own elements of
// a column in order, then the threads of a warp, then the warps.
#pragma once

#include "column_elements.cuh"
#include "column_place.cuh"
#include "column_plan.hpp"
#include "row_call.cuh"
#include "row_group.cuh"

#include <cstdint>

namespace activations_cuda::kernels {

/// width elements side by side, in one access or singly; a thread has most columns at a time, and shares
/// them or not.
template <class Op, class T, int width, bool singly, int most, bool held, column_sharing sharing,
          class Mask>
__global__ void __launch_bounds__(most_threads_of<sharing>, least_blocks_of<sharing>)
    column_forward_kernel(evaluator_of<Op, T> op, column_tensor<T const> x, column_tensor<T> y,
                          row_call<T> call, column_shape shape) {
  using evaluator = evaluator_of<Op, T>;
  using real = typename evaluator::real;
  constexpr int group = columns_at_once<held, most>;
  column_place<width, sharing> const place(shape);
  Mask const mask(call.mask, place.outer, place.inner, call.columns);
  column_bounds const bounds = Mask::is_there ? place.before(mask.limit) : place.columns;
  int const apart = place.columns_apart;
  int const there = singly ? place.elements : width;
  auto const column_of = [&](std::int64_t k) { return place.first_column + k * apart; };

  held_columns<Op, T, width, most, held, Mask> elements(op, mask);
  row_sums<evaluator> sums[width];
  real highest[width], minus_origins[width];
#pragma unroll
  for (int v = 0; v < width; ++v) highest[v] = sums[v].maximum;
  column_walk<T const, width, singly> read(x, place);
  for_each_group<held, most>(bounds.all, [&](std::int64_t first, int slot) {
    elements.load(read, bounds, slot, first, column_of(first), apart, there);
    if constexpr (!held) {
      elements.raise(group, highest);
#pragma unroll
      for (int v = 0; v < width; ++v) sums[v].raise(highest[v], elements.by);
      elements.origins_of(highest, minus_origins);
      elements.add(slot, sums, minus_origins);
    }
  });
  if constexpr (held) elements.raise(bounds.all, highest);
  combine_columns<sharing>(highest, shape.log2_lanes, larger{});
#pragma unroll
  for (int v = 0; v < width; ++v) {
    highest[v] += real(0);  // of zeros, whichever comes first
    if constexpr (held) {
      sums[v].maximum = highest[v];
    } else {
      sums[v].raise(highest[v], elements.by);
    }
  }
  elements.origins_of(highest, minus_origins);
  real all[width], others[width];
  if constexpr (held) {
#pragma unroll
    for (int v = 0; v < width; ++v)
      all[v] = others[v] = real(-0.0);  // to which the first one is added for nothing
    for_each_group<held, most>(bounds.all, [&](std::int64_t, int slot) {
      elements.add(slot, highest, minus_origins, all, others);
    });
  } else {
    if constexpr (evaluator::counts_maxima) {
#pragma unroll
      for (int v = 0; v < width; ++v) all[v] = sums[v].maxima;
      combine_columns<sharing>(all, shape.log2_lanes, plus{});
#pragma unroll
      for (int v = 0; v < width; ++v) sums[v].maxima = all[v];
    }
#pragma unroll
    for (int v = 0; v < width; ++v) all[v] = sums[v].others;
  }
  combine_columns<sharing>(all, shape.log2_lanes, plus{});
  real normalizers[width];
#pragma unroll
  for (int v = 0; v < width; ++v) {
    sums[v].others = all[v];
    normalizers[v] = held ? op.normalizer(all[v]) : normalizer_of(op, sums[v]);
  }
  if constexpr (held && evaluator::counts_maxima) {
    bool some_dominated = false;
#pragma unroll
    for (int v = 0; v < width; ++v) some_dominated |= is_dominated<evaluator>(all[v]);
    if (__any_sync(0xFFFFFFFFU, some_dominated)) {
      combine_columns<sharing>(others, shape.log2_lanes, plus{});
#pragma unroll
      for (int v = 0; v < width; ++v) {
        real const near = op.normalizer(::rint(all[v] - others[v]), others[v]);
        normalizers[v] = is_dominated<evaluator>(all[v]) ? near : normalizers[v];
      }
    }
  }
  row_end<evaluator> ends[width];
#pragma unroll
  for (int v = 0; v < width; ++v)
    ends[v] = row_end<evaluator>(normalizers[v], sums[v], elements.by, call.zeros);

  column_walk<T const, width, singly> read_again(x, place);
  column_walk<T, width, singly> written(y, place);
  for_each_group<held, most>(place.columns.all, [&](std::int64_t first, int slot) {
    if constexpr (!held) {
      elements.load(read_again, bounds, slot, first, column_of(first), apart, there);
      row_sums<evaluator> unused[width];
      elements.add(slot, unused, minus_origins);
    }
    store_group<group, held>(written, place.columns, first,
                             [&](int k) { return elements.finished(slot + k, ends); });
  });
  if constexpr (Mask::is_there) {
#pragma unroll
    for (int v = 0; v < width; ++v) {
      if (!ends[v].is_nan || v >= there) continue;
#pragma unroll 1
      for (std::int64_t k = 0; k < place.columns.own; ++k) {
        std::int64_t const column = column_of(k);
        y.at(place.outer, column, place.inner)[v] =
            masked_or_nan<T, evaluator>(mask.keeps(column, v));
      }
    }
  }
  if (place.is_there & (place.first_column == 0)) {
#pragma unroll
    for (int v = 0; v < width; ++v) {
      if (v < there)
        call.statistics.store(place.outer * shape.inner + place.inner + v, sums[v], elements.by);
    }
  }
}

template <class Op, class T, int width, bool singly, int most, bool held, column_sharing sharing,
          class Mask>
__global__ void __launch_bounds__(most_threads_of<sharing>, least_blocks_of<sharing>)
    column_backward_kernel(evaluator_of<Op, T> op, column_tensor<T const> dy,
                           column_tensor<T const> y, column_tensor<T> dx, row_call<T> call,
                           column_shape shape) {
  using evaluator = evaluator_of<Op, T>;
  using real = typename evaluator::real;
  using pack = kernels::pack<T, width>;
  constexpr int group = columns_at_once<held, most>;
  column_place<width, sharing> const place(shape);
  Mask const mask(call.mask, place.outer, place.inner, call.columns);
  bool const masked = Mask::is_there && call.masked;
  column_bounds const bounds = Mask::is_there ? place.before(mask.limit) : place.columns;
  pack const zero = pack::filled(from_real<T>(0));
  pack const nothing = pack::filled(from_real<T>(static_cast<real>(evaluator::masked)));

  pack packs_dy[most], packs_y[most];
  real sum[width] = {};
  using walk = column_walk<T const, width, singly>;
  auto const load = [&](walk& read_dy, walk& read_y, std::int64_t first, int slot) {
    load_group<group, held>(read_dy, bounds, first, zero, packs_dy + slot);
    load_group<group, held>(read_y, bounds, first, nothing, packs_y + slot);
  };
  auto const add = [&](int slot) {
#pragma unroll
    for (int k = slot; k < slot + group; ++k)
      add_gradients(packs_dy[k], packs_y[k], masked, sum, op);
  };
  walk read_dy(dy, place), read_y(y, place);
  for_each_group<held, most>(bounds.all, [&](std::int64_t first, int slot) {
    load(read_dy, read_y, first, slot);
    if constexpr (!held) add(slot);
  });
  if constexpr (held)
    for_each_group<held, most>(bounds.all, [&](std::int64_t, int slot) { add(slot); });
  combine_columns<sharing>(sum, shape.log2_lanes, plus{});
#pragma unroll
  for (int v = 0; v < width; ++v) sum[v] = math::product(sum[v], op.signed_scale);
  if constexpr (held) {
#pragma unroll
    for (int k = 0; k < most; ++k) {
      packs_dy[k].forget_unpacked();
      packs_y[k].forget_unpacked();
    }
  }
  walk again_dy(dy, place), again_y(y, place);
  column_walk<T, width, singly> written(dx, place);
  for_each_group<held, most>(place.columns.all, [&](std::int64_t first, int slot) {
    if constexpr (!held) load(again_dy, again_y, first, slot);
    store_group<group, held>(written, place.columns, first, [&](int k) {
      return gradient_of(packs_dy[slot + k], packs_y[slot + k], masked, sum, op);
    });
  });
}

}  // namespace activations_cuda::kernels
