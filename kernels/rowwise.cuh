// Rows that their threads hold in registers: each element is read once.
//
// All that a thread reads comes before the group's first reduction, all that it writes after: outputs
// may be inputs. Sums are trees of a shape that depends on the row's length only: the elements in the
// same place of a thread's packs in order, the places, then the lanes of a warp, the warps, the blocks of
// a cluster.
#pragma once

#include "row_call.cuh"
#include "row_elements.cuh"
#include "row_group.cuh"
#include "row_places.cuh"
#include "row_share.cuh"

#include <cmath>
#include <cstdint>

namespace activations_cuda::kernels {

/// Of an SM at least: masks, and doubles off the boundaries, take more registers.
template <class T, class Group, bool aligned, class Mask>
inline constexpr int blocks_of = Mask::has_tensors || (sizeof(T) == 8 && !aligned)
                                     ? Group::masked_blocks
                                 : Mask::is_there ? Group::limited_blocks
                                 : aligned        ? Group::least_blocks
                                                  : Group::unaligned_blocks;

template <class Op, class T, class Group, int packs, bool aligned, class Mask>
__global__ void __launch_bounds__(Group::most_threads, blocks_of<T, Group, aligned, Mask>)
    rowwise_forward_kernel(evaluator_of<Op, T> op, row_tensor<T const> x, row_tensor<T> y,
                           row_call<T> call, int of_group) {
  using evaluator = evaluator_of<Op, T>;
  using share = row_share<T, Group, packs, aligned>;
  using pack = typename share::access::pack;
  using real = typename evaluator::real;
  constexpr int width = share::width;
  Group const group(of_group);
  share row(group, call.rows);
  if (row.leaves()) return;
  T const* const from = x.row(row.index);
  T* const to = y.row(row.index);
  row.align_to(to);
  Mask const mask(call.mask, row.index, 0, call.columns);
  auto const in = row.of(mask.limit), out = row.of(call.columns);
  row_scale<evaluator> const by(op, mask.scales());
  T const beyond = lowest<T>(op);

  pack raw[packs];
  in.load(from + row.start, beyond, raw);
  row_sums<evaluator> sums;
  row_elements<T, evaluator, Mask> const elements(op, mask);
  real values[packs][width];
  real highest = elements.unpack_all(in, row.start, raw, values);
  auto const element = [&](int column) { return elements.unpacked(from[column], column); };
  auto const element_or_masked = [&](int column) {
    return column < mask.limit ? element(column) : elements.masked;
  };
  if (row.has_rest(in)) {
    row.for_each_of_rest(in, [&](int, int column) {
      highest = larger{}(math::product(element(column), elements.sign), highest);
    });
  }
  // + 0: of zeros, whichever comes first.
  sums.maximum = group.template reduce<0>(highest, larger{}, sums.maximum) + real(0);
  element_distance<real> const distance(sums.maximum, elements.sign);
  real places[width];
#pragma unroll
  for (int i = 0; i < width; ++i)
    places[i] = real(-0.0);  // to which the first one is added for nothing
#pragma unroll
  for (int p = 0; p < packs; ++p) {
    // The first one is loaded in any case, if with what adds nothing: no place begins empty.
    if (Group::is_warp && p > 0 && p >= out.rounds.all) continue;
    if constexpr (elements.unpacks_late) raw[p].unpack(values[p]);
    add_places<false>(values[p], p == 0, sums, places, op, by, distance);
    if (p == 0) row.leave_lent(places);
  }
  if (row.has_rest(in)) {
    row.for_each_of_rest(in, [&](int place, int column) {
      real const e = by.exponential(distance(element(column)));
#pragma unroll
      for (int i = 0; i < width; ++i) places[i] += i == place ? e : real(0);
    });
  }
  auto const sum_of_all = [&] { return sum_of_places<share::shifted>(places, row.shift, group); };
  sums.others = group.template reduce<1>(sum_of_all(), plus{}, real(0));
  real normalizer = op.normalizer(sums.others);
  if constexpr (evaluator::counts_maxima) {
    // A place below 1 has no maximum.
    bool const dominated = is_dominated<evaluator>(sums.others);
    if (__any_sync(0xFFFFFFFFU, dominated)) {
      // Times 1, which the compiler does not know: it would keep all exponentials for this.
      row_scale<evaluator> anew = by;
      anew.exponent = math::product(by.exponent, ::fmin(sums.others, real(1)));
#pragma unroll
      for (int i = 0; i < width; ++i) {
        if (!(dominated & (places[i] >= real(1)))) continue;
        places[i] = real(-0.0);
#pragma unroll
        for (int p = 0; p < packs; ++p) {
          if (Group::is_warp && p >= out.rounds.all) continue;
          if (p == 0 && i < row.lent()) continue;
          real const e = anew.exponential(values[p][i]);
          places[i] = values[p][i] == 0 ? places[i] : places[i] + e;
        }
        if (row.has_in_rest(out, i)) {
          real const difference = distance(element_or_masked(row.column_of_rest(i)));
          places[i] += difference == 0 ? real(0) : by.exponential(difference);
        }
      }
      real const others = group.template reduce<2>(sum_of_all(), plus{}, real(0));
      if (dominated) {
        sums.maxima = ::rint(sums.others - others);
        sums.others = others;
        normalizer = op.normalizer(sums.maxima, sums.others);
      }
    }
  }
  group.has_reduced();
  row_end<evaluator> const end(normalizer, sums, by, call.zeros);
  if (Mask::is_there && end.is_nan) {
    auto const store = [&](int column) {
      to[column] = masked_or_nan<T, evaluator>(mask.keeps(column));
    };
    row.for_each_of_packs(out, store);
    if (row.ends_in_rest(out)) row.for_each_of_rest(out, [&](int, int column) { store(column); });
  } else {
    out.store(to + row.start, [&](int p) { return finished_pack<T>(values[p], op, end); });
    if (row.ends_in_rest(out)) {
      row.for_each_of_rest(out, [&](int, int column) {
        row_sums<evaluator> known;
        real const value[1] = {known.add(distance(element_or_masked(column)), op, by)};
        finished_pack<T>(value, op, end).store(to + column);
      });
    }
  }
  if (row.is_there && group.part() == 0 && group.is_first())
    call.statistics.store(row.index, sums, by);
  group.end();
}

template <class Op, class T, class Group, int packs, bool aligned, class Mask>
__global__ void __launch_bounds__(Group::most_threads, blocks_of<T, Group, aligned, Mask>)
    rowwise_backward_kernel(evaluator_of<Op, T> op, row_tensor<T const> dy, row_tensor<T const> y,
                            row_tensor<T> dx, row_call<T> call, int of_group) {
  using evaluator = evaluator_of<Op, T>;
  using share = row_share<T, Group, packs, aligned>;
  using pack = typename share::access::pack;
  using real = typename evaluator::real;
  Group const group(of_group);
  share row(group, call.rows);
  if (row.leaves()) return;
  T const* const from_dy = dy.row(row.index);
  T const* const from_y = y.row(row.index);
  T* const to = dx.row(row.index);
  row.align_to(to);
  Mask const mask(call.mask, row.index, 0, call.columns);
  bool const masked = Mask::is_there && call.masked;
  auto const in = row.of(mask.limit), out = row.of(call.columns);
  T const nothing = from_real<T>(static_cast<real>(evaluator::masked));
  T const zero = from_real<T>(0);

  pack packs_dy[packs], packs_y[packs];
  in.load(from_dy + row.start, zero, packs_dy);
  in.load(from_y + row.start, nothing, packs_y);
  real places[share::width] = {};
#pragma unroll
  for (int p = 0; p < packs; ++p) {
    if (p > 0 && p >= out.rounds.all) break;
    add_gradients(packs_dy[p], packs_y[p], masked, places, op);
    if (p == 0) row.leave_lent(places);
  }
  if (row.has_rest(in)) {
    row.for_each_of_rest(in, [&](int place, int column) {
      add_gradient(to_real(from_dy[column]), to_real(from_y[column]), place, masked, places, op);
    });
  }
  real sum = sum_of_places<share::shifted>(places, row.shift, group);
  sum = group.template reduce<0>(sum, plus{}, real(0));
  group.has_reduced();
#pragma unroll
  for (int p = 0; p < packs; ++p) {
    packs_dy[p].forget_unpacked();
    packs_y[p].forget_unpacked();
  }
  real const scaled_sum = math::product(sum, op.signed_scale);
  out.store(to + row.start,
            [&](int p) { return gradient_of(packs_dy[p], packs_y[p], masked, scaled_sum, op); });
  if (row.ends_in_rest(out)) {
    row.for_each_of_rest(out, [&](int, int column) {
      kernels::pack<T, 1> one_dy{zero}, one_y{nothing};
      if (column < mask.limit) {
        one_dy.raw = from_dy[column];
        one_y.raw = from_y[column];
      }
      gradient_of(one_dy, one_y, masked, scaled_sum, op).store(to + column);
    });
  }
  group.end();
}

/// The kernels of one direction of an op: aligned, all rows of all tensors are packs on their boundaries.
/// Forward, masks that are limits cost next to nothing; backward, y tells what was masked.
template <class Op, class T>
struct held_forward_kernels {
  template <class Group, int packs>
  static auto held(row_call<T> const& call, bool aligned) {
    if (call.mask.additive.first != nullptr || call.mask.boolean.first != nullptr)
      return rowwise_forward_kernel<Op, T, Group, packs, false, any_mask<T>>;
    if (call.masked) return rowwise_forward_kernel<Op, T, Group, packs, false, limit_mask<T>>;
    return aligned ? rowwise_forward_kernel<Op, T, Group, packs, true, no_mask<T>>
                   : rowwise_forward_kernel<Op, T, Group, packs, false, no_mask<T>>;
  }
};
template <class Op, class T>
struct held_backward_kernels {
  template <class Group, int packs>
  static auto held(row_call<T> const& call, bool aligned) {
    if (call.masked) return rowwise_backward_kernel<Op, T, Group, packs, false, any_mask<T>>;
    return aligned ? rowwise_backward_kernel<Op, T, Group, packs, true, no_mask<T>>
                   : rowwise_backward_kernel<Op, T, Group, packs, false, no_mask<T>>;
  }
};

}  // namespace activations_cuda::kernels
