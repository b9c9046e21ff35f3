// Rows that no registers hold: a block walks through a row, or through a part of one, twice. Its
// shared memory keeps what it has read where that fits; else each element is read again.
//
// Backward, and forward where shared memory keeps the row, the elements are summed place by place
// (row_places.cuh). Else forward's threads raise their own maxima as they go, so that the row is not read
// three times: each then needs the same elements whatever the alignment.
//
// The second time a thread reads what it alone writes: outputs may be inputs.
#pragma once

#include "row_call.cuh"
#include "row_group.cuh"
#include "row_places.cuh"
#include "row_walk.cuh"

#include <cstdint>

namespace activations_cuda::kernels {

/// A row of x on its way to y.
template <class Op, class T, bool keeps, class Mask>
struct forward_walk {
  using evaluator = evaluator_of<Op, T>;
  using real = typename evaluator::real;
  using walk = row_walk<T>;
  using pack = typename walk::pack;
  static constexpr int width = walk::width, packs = walk::packs;

  evaluator const& op;
  row_call<T> const& call;
  block_of_row group{0};
  std::int64_t row, first, end;
  Mask mask;
  row_scale<evaluator> by;
  walked_tensor<T, keeps> x;
  T* y;
  walk written;

  __device__ forward_walk(evaluator const& o, row_tensor<T const> const& from,
                          row_tensor<T> const& to, row_call<T> const& c, std::int64_t r,
                          std::int64_t f, std::int64_t e)
      : op(o),
        call(c),
        row(r),
        first(f),
        end(e),
        mask(c.mask, r, 0, c.columns),
        by(o, mask.scales()),
        x{from.row(r), lowest<T>(o), kept_packs},
        y(to.row(r)),
        written{f, e, misalignment(y)} {}

  /// Masks are looked at pack by pack.
  __device__ bool is_lean(walk const& w) const { return !Mask::is_there && x.is_beside(w); }
  template <class Access>
  __device__ void logits(pack const& raw, Access const& in, std::int64_t start, int p,
                         real (&values)[width]) const {
    int const at = in.at(p);
    to_logits(raw, op, mask, start + at, in.low - at, in.high - at, values);
  }
  /// Raising the threads' own maxima: each has the same elements whatever the alignment.
  __device__ row_sums<evaluator> raised() const {
    row_sums<evaluator> sums;
    walk const read{first, end, 0};
    read.for_each_turn(end, is_lean(read), 0, end, [&](auto kind, int turn, std::int64_t start) {
      auto const in = read.at(kind, start, 0, mask.limit);
      pack raw[packs];
      real values[packs][width];
      x.load_first(in, turn, start, raw);
      real highest = sums.maximum;
#pragma unroll
      for (int p = 0; p < packs; ++p) {
        logits(raw[p], in, start, p, values[p]);
#pragma unroll
        for (int i = 0; i < width; ++i) highest = larger{}(values[p][i], highest);
      }
      sums.raise(highest, by);
#pragma unroll
      for (int p = 0; p < packs; ++p) add_pack(values[p], sums, op, by);
    });
    return sums;
  }
  /// The largest logit met; of 16 bits without masks two at a time, as they are.
  struct furthest_elements {
    static constexpr bool packed = sizeof(T) == 2 && !Mask::is_there;
    bool negated;
    std::conditional_t<packed, pack, real> furthest;

    __device__ explicit furthest_elements(evaluator const& op) : negated(op.signed_scale < 0) {
      if constexpr (packed) {
        furthest = pack::filled(lowest<T>(op));
      } else {
        furthest = static_cast<real>(-INFINITY);
      }
    }
    template <class Access>
    __device__ void add(forward_walk const& of, Access const& in, std::int64_t start,
                        pack const (&raw)[packs]) {
      if constexpr (packed) {
        if (negated) {
          add_packed<true>(raw);
        } else {
          add_packed<false>(raw);
        }
      } else {
#pragma unroll
        for (int p = 0; p < packs; ++p) {
          real values[width];
          of.logits(raw[p], in, start, p, values);
#pragma unroll
          for (int i = 0; i < width; ++i) furthest = larger{}(values[i], furthest);
        }
      }
    }
    __device__ real logit() const {
      if constexpr (packed) {
        pack const all[1] = {furthest};
        return negated ? -pack::template extreme<true>(all) : pack::template extreme<false>(all);
      } else {
        return furthest;
      }
    }

   private:
    template <bool smallest>
    __device__ void add_packed(pack const (&raw)[packs]) {
#pragma unroll
      for (int p = 0; p < packs; ++p) furthest = furthest.template further<smallest>(raw[p]);
    }
  };
  /// Of a row that is kept: its maximum first.
  __device__ row_sums<evaluator> summed() const {
    row_sums<evaluator> sums;
    furthest_elements highest(op);
    written.for_each_turn(end, is_lean(written), 0, end,
                          [&](auto kind, int turn, std::int64_t start) {
                            auto const in = written.at(kind, start, 0, mask.limit);
                            pack raw[packs];
                            x.load_first(in, turn, start, raw);
                            highest.add(*this, in, start, raw);
                          });
    sums.maximum = group.reduce<0>(highest.logit(), larger{}, sums.maximum) + real(0);
    logit_distance<real> const distance(sums.maximum);
    real places[width];
#pragma unroll
    for (int i = 0; i < width; ++i) places[i] = real(-0.0);
    written.for_each_turn(
        end, is_lean(written), 0, end, [&](auto kind, int turn, std::int64_t start) {
          auto const in = written.at(kind, start, 0, mask.limit);
          pack raw[packs];
          x.load_again(in, turn, start, raw);
#pragma unroll
          for (int p = 0; p < packs; ++p) {
            real values[width];
            logits(raw[p], in, start, p, values);
            add_places<evaluator::counts_maxima>(values, false, sums, places, op, by, distance);
          }
        });
    sums.others = sum_of_places<true>(places, written.shift, group);
    sums.template reduce<1>(group);
    return sums;
  }
  __device__ void finish(row_sums<evaluator> const& sums) const {
    row_end<evaluator> const ending(op, sums, by, call.zeros);
    if (first == 0 && group.is_first()) call.statistics.store(row, sums, by);
    if (Mask::is_there && ending.is_nan) {
#pragma unroll 1
      for (std::int64_t i = first + group.thread(); i < end; i += group.threads())
        y[i] = masked_or_nan<T, evaluator>(mask.keeps(i));
      return;
    }
    // The packs at the end of a part that is not the last are the next one's.
    std::int64_t const last = end == call.columns ? end : end - written.shift;
    written.for_each_turn(last, is_lean(written), 0, call.columns,
                          [&](auto kind, int turn, std::int64_t start) {
                            auto const in = written.at(kind, start, 0, mask.limit);
                            pack raw[packs];
                            x.load_again(in, turn, start, raw);
                            written.at(kind, start, 0, call.columns).store(y + start, [&](int p) {
                              real values[width];
                              logits(raw[p], in, start, p, values);
                              row_sums<evaluator> known;
                              known.maximum = sums.maximum;
                              add_pack(values, known, op, by);
                              return finished_pack<T>(values, op, ending);
                            });
                          });
  }
};

template <class Op, class T, bool keeps, class Mask>
__global__ void __launch_bounds__(tuning::most_row_warps * 32, 1)
    rowwise_stream_forward_kernel(evaluator_of<Op, T> op, row_tensor<T const> x, row_tensor<T> y,
                                  row_call<T> call) {
  std::int64_t const row = block_number();
  if (row >= call.rows) return;
  forward_walk<Op, T, keeps, Mask> const walk(op, x, y, call, row, 0, call.columns);
  if constexpr (keeps) {
    walk.finish(walk.summed());
  } else {
    auto sums = walk.raised();
    sums.template merge<0>(walk.group, walk.by);
    walk.finish(sums);
  }
}

/// Rows of dy and y on their way to dx.
template <class Op, class T, bool keeps, class Mask>
struct backward_walk {
  using evaluator = evaluator_of<Op, T>;
  using real = typename evaluator::real;
  using walk = row_walk<T>;
  using pack = typename walk::pack;
  static constexpr int packs = walk::packs;

  evaluator const& op;
  row_call<T> const& call;
  bool masked;
  block_of_row group{0};
  std::int64_t first, end, limit;
  T* dx;
  walk written;
  walked_tensor<T, keeps> dy, y;

  __device__ backward_walk(evaluator const& o, row_tensor<T const> const& from_dy,
                           row_tensor<T const> const& from_y, row_tensor<T> const& to,
                           row_call<T> const& c, std::int64_t r, std::int64_t f, std::int64_t e)
      : op(o),
        call(c),
        masked(Mask::is_there && c.masked),
        first(f),
        end(e),
        limit(Mask(c.mask, r, 0, c.columns).limit),
        dx(to.row(r)),
        written{f, e, misalignment(dx)},
        dy{from_dy.row(r), from_real<T>(0), kept_packs},
        y{from_y.row(r), from_real<T>(static_cast<real>(evaluator::masked)), behind()} {}

  /// A thread's part. Of the elements that its packs share with other parts it has none.
  __device__ real sum() const {
    real places[walk::width] = {};
    std::int64_t const high = limit < end ? limit : end;
    written.for_each_turn(end, is_lean(), first, high,
                          [&](auto kind, int turn, std::int64_t start) {
                            auto const in = written.at(kind, start, first, high);
                            pack packs_dy[packs], packs_y[packs];
                            dy.load_first(in, turn, start, packs_dy);
                            y.load_first(in, turn, start, packs_y);
#pragma unroll
                            for (int p = 0; p < packs; ++p)
                              add_gradients(packs_dy[p], packs_y[p], masked, places, op);
                          });
    return sum_of_places<true>(places, written.shift, group);
  }
  __device__ void finish(real sum_of_row) const {
    real const scaled_sum = math::product(sum_of_row, op.signed_scale);
    std::int64_t const last = end == call.columns ? end : end - written.shift;
    written.for_each_turn(last, is_lean(), 0, limit, [&](auto kind, int turn, std::int64_t start) {
      auto const in = written.at(kind, start, 0, limit);
      pack packs_dy[packs], packs_y[packs];
      dy.load_again(in, turn, start, packs_dy);
      y.load_again(in, turn, start, packs_y);
      written.at(kind, start, 0, call.columns).store(dx + start, [&](int p) {
        return gradient_of(packs_dy[p], packs_y[p], masked, scaled_sum, op);
      });
    });
  }

 private:
  __device__ bool is_lean() const { return dy.is_beside(written) & y.is_beside(written); }
  /// The second stream is kept behind the first.
  __device__ uint4* behind() const { return kept_packs + walk::kept_packs_of(call.columns); }
};

template <class Op, class T, bool keeps, class Mask>
__global__ void __launch_bounds__(tuning::most_row_warps * 32, 1)
    rowwise_stream_backward_kernel(evaluator_of<Op, T> op, row_tensor<T const> dy,
                                   row_tensor<T const> y, row_tensor<T> dx, row_call<T> call) {
  std::int64_t const row = block_number();
  if (row >= call.rows) return;
  backward_walk<Op, T, keeps, Mask> const walk(op, dy, y, dx, call, row, 0, call.columns);
  using real = typename evaluator_of<Op, T>::real;
  walk.finish(walk.group.template reduce<0>(walk.sum(), plus{}, real(0)));
}

}  // namespace activations_cuda::kernels
