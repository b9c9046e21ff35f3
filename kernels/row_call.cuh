// What all kernels of softmax and its family do with a row's elements.
#pragma once

#include "row_mask.cuh"
#include "row_sums.cuh"

#include <activations_cuda/softmax_options.hpp>
#include <activations_cuda/traits.hpp>

#include <cmath>
#include <cstdint>

namespace activations_cuda::kernels {

/// A tensor's rows, of contiguous elements.
template <class T>
struct row_tensor {
  T* first;
  std::int64_t stride;
  __device__ T* row(std::int64_t r) const { return first + r * stride; }
};

/// What is the same for all rows of a call.
template <class T>
struct row_call {
  std::int64_t rows, columns;
  softmax_mask<T> mask;
  bool masked;
  bool zeros;  // of a row of nothing
  row_statistics<typename arithmetic_for<T>::real> statistics;
};

/// The evaluator of an op for elements of type T.
template <class Op, class T>
using evaluator_of = typename Op::template evaluator<arithmetic_for<T>>;

/// An element that is less than all others once it has the sign of the scale.
template <class T, class Evaluator>
__device__ T lowest(Evaluator const& op) {
  using real = typename Evaluator::real;
  return from_real<T>(static_cast<real>(op.signed_scale < 0 ? INFINITY : -INFINITY));
}

/// The elements of a pack of x as the sums want them: with the sign of the scale, and masked. Those from
/// low to high are there.
template <class T, int width, class Mask, class Evaluator>
__device__ void to_logits(pack<T, width> const& from, Evaluator const& op, Mask const& mask,
                          std::int64_t column, int low, int high,
                          typename Evaluator::real (&to)[width]) {
  from.with_sign_of(op.signed_scale).unpack(to);
  mask.apply(column, low, high, op.scale, to);
}

/// What an element keeps until the row's normalizer is known. What is masked is told apart from all
/// that others may keep: by -inf for a logarithm, and by -0.
template <class Evaluator>
__device__ typename Evaluator::real kept(typename Evaluator::real value, bool masked,
                                         row_sums<Evaluator>& sums, Evaluator const& op,
                                         row_scale<Evaluator> const& by) {
  using real = typename Evaluator::real;
  real const result = sums.add(value, op, by);
  real const mark = Evaluator::counts_maxima ? static_cast<real>(-INFINITY) : -real(0);
  return masked & (value == static_cast<real>(-INFINITY)) ? mark : result;
}
template <class Evaluator>
__device__ typename Evaluator::real finished(typename Evaluator::real kept, bool masked,
                                             Evaluator const& op, row_end<Evaluator> const& end) {
  using real = typename Evaluator::real;
  real const result = op.finish(kept, end.normalizer, end.scale);
  bool is_masked;
  if constexpr (Evaluator::counts_maxima) {
    is_masked = kept == static_cast<real>(-INFINITY);
  } else {
    is_masked = (kept == 0) & static_cast<bool>(::signbit(kept));
  }
  return masked & is_masked ? end.masked : result;
}

/// The elements of a pack, added to the row's sums; what they keep takes their place. The pack is
/// summed apart: short chains of additions.
template <int width, class Evaluator>
__device__ void add_pack(typename Evaluator::real (&values)[width], bool masked,
                         row_sums<Evaluator>& sums, Evaluator const& op,
                         row_scale<Evaluator> const& by) {
  row_sums<Evaluator> of_pack;
  of_pack.maximum = sums.maximum;
#pragma unroll
  for (int i = 0; i < width; ++i) values[i] = kept(values[i], masked, of_pack, op, by);
  sums.maxima += of_pack.maxima;
  sums.others += of_pack.others;
}
/// The same place by place, without the first ones. Maxima are counted: their order does not matter.
template <int width, class Evaluator>
__device__ void add_places(typename Evaluator::real (&values)[width], int without, bool masked,
                           row_sums<Evaluator>& sums, typename Evaluator::real (&places)[width],
                           Evaluator const& op, row_scale<Evaluator> const& by) {
#pragma unroll
  for (int i = 0; i < width; ++i) {
    row_sums<Evaluator> place{sums.maximum, sums.maxima, places[i]};
    values[i] = kept(values[i], masked, place, op, by);
    if (i >= without) {
      sums.maxima = place.maxima;
      places[i] = place.others;
    }
  }
}
template <class T, int width, class Evaluator>
__device__ pack<T, width> finished_pack(typename Evaluator::real const (&values)[width],
                                        bool masked, Evaluator const& op,
                                        row_end<Evaluator> const& end) {
  typename Evaluator::real results[width];
#pragma unroll
  for (int i = 0; i < width; ++i) results[i] = finished(values[i], masked, op, end);
  return pack<T, width>::from(results);
}

// Backward. y tells what was masked.

/// Adds the elements of a pack to the sum of each place, without the first ones.
template <class T, int width, class Evaluator>
__device__ void add_gradients(pack<T, width> const& dy, pack<T, width> const& y, int without,
                              bool masked, typename Evaluator::real (&places)[width],
                              Evaluator const& op) {
  using real = typename Evaluator::real;
  real values_dy[width], values_y[width];
  dy.unpack(values_dy);
  y.unpack(values_y);
#pragma unroll
  for (int i = 0; i < width; ++i) {
    real const longer = op.add(places[i], values_dy[i], values_y[i]);
    bool const counts =
        (i >= without) & !(masked & (values_y[i] == static_cast<real>(Evaluator::masked)));
    places[i] = counts ? longer : places[i];
  }
}
/// Adds an element to the sum of its place.
template <int width, class Evaluator, class Real>
__device__ void add_gradient(Real dy, Real y, int place, bool masked, Real (&places)[width],
                             Evaluator const& op) {
#pragma unroll
  for (int i = 0; i < width; ++i) {
    Real const longer = op.add(places[i], dy, y);
    bool const counts = (i == place) & !(masked & (y == static_cast<Real>(Evaluator::masked)));
    places[i] = counts ? longer : places[i];
  }
}
template <class T, int width, class Evaluator>
__device__ pack<T, width> gradient_of(pack<T, width> const& dy, pack<T, width> const& y,
                                      bool masked, typename Evaluator::real scaled_sum,
                                      Evaluator const& op) {
  using real = typename Evaluator::real;
  real values_dy[width], values_y[width];
  dy.unpack(values_dy);
  y.unpack(values_y);
#pragma unroll
  for (int i = 0; i < width; ++i) {
    real const dx = op.backward(values_dy[i], values_y[i], scaled_sum);
    values_dy[i] = masked & (values_y[i] == static_cast<real>(Evaluator::masked)) ? real(0) : dx;
  }
  return pack<T, width>::from(values_dy);
}

}  // namespace activations_cuda::kernels
