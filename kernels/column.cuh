// Softmax along another axis than the last: [outer, columns, inner], inner elements side by side.
//
// Neighbouring threads take neighbours along the inner axis, 4 bytes each where there are pairs of 16
// bits: accesses are coalesced without asking more of the alignment, and a thread has so few elements
// of a column that it holds many columns, and shares them with few others or none. It reads them twice
// where they do not fit. Sums are a thread's own elements in order, then the threads of a warp, then
// the warps.
#pragma once

#include "column_place.cuh"
#include "column_plan.hpp"
#include "row_call.cuh"
#include "row_group.cuh"

#include <cstdint>

namespace activations_cuda::kernels {

/// Calls body(done, count) for a thread's columns at a time: all that it holds, or some.
template <bool held, int most, class Body>
__device__ void for_each_step(std::int64_t own, Body const& body) {
  if constexpr (held) {
    body(0, static_cast<int>(own));
  } else {
#pragma unroll 1
    for (std::int64_t done = 0; done < own; done += most)
      body(done, static_cast<int>(own - done < most ? own - done : most));
  }
}

/// What a thread has of x at a time, most columns of width elements, on its way to y.
template <class Op, class T, int width, int most, class Mask>
struct held_columns {
  using evaluator = evaluator_of<Op, T>;
  using real = typename evaluator::real;
  using pack = kernels::pack<T, width>;
  using some = together<real, width>;

  evaluator const& op;
  Mask const& mask;
  row_scale<evaluator> by;
  real sign;  // of the logits; masks that scale leave 1
  real masked;
  real values[most][width];

  __device__ held_columns(evaluator const& o, Mask const& m)
      : op(o),
        mask(m),
        by(o, m.scales()),
        sign(!m.scales() && o.signed_scale < 0 ? real(-1) : real(1)),
        masked(static_cast<real>(sign < 0 ? INFINITY : -INFINITY)) {}

  /// So many columns; what follows is masked. first: the column of the first one, the others are apart.
  __device__ void load(column_walk<T const>& x, int count, std::int64_t first, int apart) {
    pack const beyond = pack::filled(lowest<T>(op));
    pack raw[most];
#pragma unroll
    for (int k = 0; k < most; ++k) {
      raw[k] = k < count ? pack::load(x.at()) : beyond;
      x.next();
    }
#pragma unroll
    for (int k = 0; k < most; ++k) raw[k].unpack(values[k]);
    if constexpr (Mask::is_there) {
#pragma unroll
      for (int k = 0; k < most; ++k) {
        if (k < count) {
          mask.apply(first + k * apart, 0, width, op.signed_scale, masked, values[k]);
        } else {
#pragma unroll
          for (int v = 0; v < width; ++v) values[k][v] = masked;  // of the scaled ones, too
        }
      }
    }
  }
  __device__ void raise(real (&highest)[width]) const {
    if (sign < 0) {
      raise_to<true>(highest);
    } else {
      raise_to<false>(highest);
    }
  }
  /// Adds them to the sums of each element's column; what they keep takes their place.
  __device__ void add(row_sums<evaluator> (&sums)[width]) {
#pragma unroll
    for (int v = 0; v < width; v += some::count) {
      real origins[width];
#pragma unroll
      for (int j = 0; j < some::count; ++j) origins[j] = settled(-origin_of(sums[v + j].maximum));
      auto const minus_origin = some::get(origins);
#pragma unroll
      for (int k = 0; k < most; ++k) {
        typename some::value const difference =
            math::fma(some::get(values[k] + v), typename some::value(sign), minus_origin);
        auto const e = by.exponential(difference);
        some::put(op.keep(difference, e), values[k] + v);
        real differences[some::count], exponentials[some::count];
        some::put(difference, differences);
        some::put(e, exponentials);
#pragma unroll
        for (int j = 0; j < some::count; ++j)
          sums[v + j].add_exponential(differences[j], exponentials[j]);
      }
    }
  }
  __device__ pack finished(int k, row_end<evaluator> const (&ends)[width]) const {
    real results[width];
#pragma unroll
    for (int v = 0; v < width; ++v)
      results[v] = op.finish(values[k][v], ends[v].normalizer, ends[v].scale);
    return pack::from(results);
  }

 private:
  template <bool negated>
  __device__ void raise_to(real (&highest)[width]) const {
#pragma unroll
    for (int k = 0; k < most; ++k) {
#pragma unroll
      for (int v = 0; v < width; ++v)
        highest[v] = larger{}(negated ? -values[k][v] : values[k][v], highest[v]);
    }
  }
};

/// width elements are one access; a thread has most columns at a time, and shares them or not.
template <class Op, class T, int width, int most, bool held, bool shared, class Mask>
__global__ void __launch_bounds__(tuning::column_threads, 1)
    column_forward_kernel(evaluator_of<Op, T> op, column_tensor<T const> x, column_tensor<T> y,
                          row_call<T> call, column_shape shape) {
  using evaluator = evaluator_of<Op, T>;
  using real = typename evaluator::real;
  column_place<width> const place(shape);
  Mask const mask(call.mask, place.outer, place.inner, call.columns, neighbours::inner);
  std::int64_t const own = Mask::is_there ? place.own_before(mask.limit) : place.own;
  int const apart = place.columns_apart;
  auto const column_of = [&](std::int64_t done) { return place.first_column + done * apart; };

  held_columns<Op, T, width, most, Mask> elements(op, mask);
  row_sums<evaluator> sums[width];
  real highest[width];
#pragma unroll
  for (int v = 0; v < width; ++v) highest[v] = sums[v].maximum;
  column_walk<T const> read(x, place);
  for_each_step<held, most>(own, [&](std::int64_t done, int count) {
    elements.load(read, count, column_of(done), apart);
    elements.raise(highest);
    if constexpr (!held) {
#pragma unroll
      for (int v = 0; v < width; ++v) sums[v].raise(highest[v], elements.by);
      elements.add(sums);
    }
  });
  combine_columns<shared>(highest, shape.log2_lanes, larger{});
#pragma unroll
  for (int v = 0; v < width; ++v) {
    highest[v] += real(0);  // of zeros, whichever comes first
    if constexpr (held) {
      sums[v].maximum = highest[v];
    } else {
      sums[v].raise(highest[v], elements.by);
    }
  }
  if constexpr (held) elements.add(sums);
  real all[width];
  if constexpr (evaluator::counts_maxima) {
#pragma unroll
    for (int v = 0; v < width; ++v) all[v] = sums[v].maxima;
    combine_columns<shared>(all, shape.log2_lanes, plus{});
#pragma unroll
    for (int v = 0; v < width; ++v) sums[v].maxima = all[v];
  }
#pragma unroll
  for (int v = 0; v < width; ++v) all[v] = sums[v].others;
  combine_columns<shared>(all, shape.log2_lanes, plus{});
  row_end<evaluator> ends[width];
#pragma unroll
  for (int v = 0; v < width; ++v) {
    sums[v].others = all[v];
    ends[v] = row_end<evaluator>(op, sums[v], elements.by, call.zeros);
  }

  column_walk<T const> read_again(x, place);
  column_walk<T> written(y, place);
  for_each_step<held, most>(place.own, [&](std::int64_t done, int count) {
    if constexpr (!held) {
      std::int64_t const left = own - done;
      int const there = static_cast<int>(left < 0 ? 0 : left < most ? left : most);
      elements.load(read_again, there, column_of(done), apart);
      row_sums<evaluator> known[width];
#pragma unroll
      for (int v = 0; v < width; ++v) known[v].maximum = sums[v].maximum;
      elements.add(known);
    }
#pragma unroll
    for (int k = 0; k < most; ++k) {
      auto const result = elements.finished(k, ends);
      if (k < count) result.store(written.at());
      written.next();
    }
  });
  if constexpr (Mask::is_there) {
#pragma unroll
    for (int v = 0; v < width; ++v) {
      if (!ends[v].is_nan) continue;
#pragma unroll 1
      for (std::int64_t k = 0; k < place.own; ++k) {
        std::int64_t const column = column_of(k);
        y.at(place.outer, column, place.inner)[v] =
            masked_or_nan<T, evaluator>(mask.keeps(column, v));
      }
    }
  }
  if (place.is_there & (place.first_column == 0)) {
#pragma unroll
    for (int v = 0; v < width; ++v)
      call.statistics.store(place.outer * shape.places.value * width + place.inner + v, sums[v],
                            elements.by);
  }
}

template <class Op, class T, int width, int most, bool held, bool shared, class Mask>
__global__ void __launch_bounds__(tuning::column_threads, 1)
    column_backward_kernel(evaluator_of<Op, T> op, column_tensor<T const> dy,
                           column_tensor<T const> y, column_tensor<T> dx, row_call<T> call,
                           column_shape shape) {
  using evaluator = evaluator_of<Op, T>;
  using real = typename evaluator::real;
  using pack = kernels::pack<T, width>;
  column_place<width> const place(shape);
  Mask const mask(call.mask, place.outer, place.inner, call.columns, neighbours::inner);
  bool const masked = Mask::is_there && call.masked;
  std::int64_t const own = Mask::is_there ? place.own_before(mask.limit) : place.own;
  pack const zero = pack::filled(from_real<T>(0));
  pack const nothing = pack::filled(from_real<T>(static_cast<real>(evaluator::masked)));

  pack packs_dy[most], packs_y[most];
  real sum[width] = {};
  auto const load = [&](column_walk<T const>& read_dy, column_walk<T const>& read_y, int count) {
#pragma unroll
    for (int k = 0; k < most; ++k) {
      packs_dy[k] = k < count ? pack::load(read_dy.at()) : zero;
      packs_y[k] = k < count ? pack::load(read_y.at()) : nothing;
      read_dy.next();
      read_y.next();
    }
  };
  column_walk<T const> read_dy(dy, place), read_y(y, place);
  for_each_step<held, most>(own, [&](std::int64_t, int count) {
    load(read_dy, read_y, count);
#pragma unroll
    for (int k = 0; k < most; ++k) add_gradients(packs_dy[k], packs_y[k], 0, masked, sum, op);
  });
  combine_columns<shared>(sum, shape.log2_lanes, plus{});
#pragma unroll
  for (int v = 0; v < width; ++v) sum[v] = math::product(sum[v], op.signed_scale);
  if constexpr (held) {
#pragma unroll
    for (int k = 0; k < most; ++k) {
      packs_dy[k].forget_unpacked();
      packs_y[k].forget_unpacked();
    }
  }
  column_walk<T const> again_dy(dy, place), again_y(y, place);
  column_walk<T> written(dx, place);
  for_each_step<held, most>(place.own, [&](std::int64_t done, int count) {
    if constexpr (!held) {
      std::int64_t const left = own - done;
      load(again_dy, again_y, static_cast<int>(left < 0 ? 0 : left < most ? left : most));
    }
#pragma unroll
    for (int k = 0; k < most; ++k) {
      pack const result = gradient_of(packs_dy[k], packs_y[k], masked, sum, op);
      if (k < count) result.store(written.at());
      written.next();
    }
  });
}

}  // namespace activations_cuda::kernels
