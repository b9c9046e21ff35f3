// What all kernels of softmax and its family do with a row's elements.
#pragma once

#include "row_mask.cuh"
#include "row_sums.cuh"

#include <activations_cuda/float_pair.cuh>
#include <activations_cuda/softmax_options.hpp>
#include <activations_cuda/traits.hpp>

#include <cmath>
#include <cstdint>
#include <type_traits>

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
  call_masks<T> mask;
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

/// The elements of a pack of x as logits, but for the absolute value of the scale where no mask has
/// scaled them. Those from low to high are there.
template <class T, int width, class Mask, class Evaluator>
__device__ void to_logits(pack<T, width> const& from, Evaluator const& op, Mask const& mask,
                          std::int64_t column, int low, int high,
                          typename Evaluator::real (&to)[width]) {
  using real = typename Evaluator::real;
  auto const with_sign = from.with_sign_of(op.signed_scale);
  if constexpr (Mask::has_tensors) {
    mask.apply_to_pack(with_sign, column, low, high, op.scale, to);
  } else {
    with_sign.unpack(to);
  }
}

/// As many of an array's numbers as one instruction takes at a time.
template <class Real, int width>
struct together {
  using value = std::conditional_t<math::float_pairs_are_packed && std::is_same_v<Real, float> &&
                                       width % 2 == 0,
                                   math::float_pair, Real>;
  static constexpr int count = static_cast<int>(sizeof(value) / sizeof(Real));

  __device__ static value get(Real const* from) {
    if constexpr (count == 2) {
      return {from[0], from[1]};
    } else {
      return *from;
    }
  }
  __device__ static void put(value const& of, Real* to) {
    if constexpr (count == 2) {
      to[0] = of.first;
      to[1] = of.second;
    } else {
      *to = of;
    }
  }
};

/// The elements of a pack, added to the row's sums; what they keep takes their place. The pack is
/// summed apart: short chains of additions.
template <int width, class Evaluator>
__device__ void add_pack(typename Evaluator::real (&values)[width], row_sums<Evaluator>& sums,
                         Evaluator const& op, row_scale<Evaluator> const& by) {
  row_sums<Evaluator> of_pack;
  logit_distance<typename Evaluator::real> const distance(sums.maximum);
#pragma unroll
  for (int i = 0; i < width; ++i) values[i] = of_pack.add(distance(values[i]), op, by);
  sums.maxima += of_pack.maxima;
  sums.others += of_pack.others;
}
/// The same place by place, to which the first pack comes first; maxima are counted, in no order, or are
/// elements like others.
template <bool counts_maxima, int width, class Evaluator, class Distance>
__device__ void add_places(typename Evaluator::real (&values)[width], bool first,
                           row_sums<Evaluator>& sums, typename Evaluator::real (&places)[width],
                           Evaluator const& op, row_scale<Evaluator> const& by,
                           Distance const& distance) {
  using real = typename Evaluator::real;
  using some = together<real, width>;
#pragma unroll
  for (int i = 0; i < width; i += some::count) {
    auto const difference = distance(some::get(values + i));
    auto const e = by.exponential(difference);
    some::put(op.keep(difference, e), values + i);
    if constexpr (counts_maxima) {
      real differences[some::count], exponentials[some::count];
      some::put(difference, differences);
      some::put(e, exponentials);
#pragma unroll
      for (int j = 0; j < some::count; ++j) {
        row_sums<Evaluator> place{sums.maximum, sums.maxima, places[i + j]};
        place.add_exponential(differences[j], exponentials[j]);
        sums.maxima = place.maxima;
        places[i + j] = place.others;
      }
    } else {
      some::put(first ? e : some::get(places + i) + e, places + i);
    }
  }
}
template <class T, int width, class Evaluator>
__device__ pack<T, width> finished_pack(typename Evaluator::real const (&values)[width],
                                        Evaluator const& op, row_end<Evaluator> const& end) {
  using real = typename Evaluator::real;
  using some = together<real, width>;
  real results[width];
#pragma unroll
  for (int i = 0; i < width; i += some::count)
    some::put(op.finish(some::get(values + i), end.normalizer, end.scale), results + i);
  return pack<T, width>::from(results);
}
/// y of an element of a row that is NaN: NaN does not get under a mask. In other rows y of what is
/// masked follows from its -inf.
template <class T, class Evaluator>
__device__ T masked_or_nan(bool keeps) {
  using real = typename Evaluator::real;
  return from_real<T>(keeps ? static_cast<real>(NAN) : static_cast<real>(Evaluator::masked));
}

// Backward. y tells what was masked.

/// Adds the elements of a pack to the sum of each place.
template <class T, int width, class Evaluator>
__device__ void add_gradients(pack<T, width> const& dy, pack<T, width> const& y, bool masked,
                              typename Evaluator::real (&places)[width], Evaluator const& op) {
  using real = typename Evaluator::real;
  using some = together<real, width>;
  real values_dy[width], values_y[width], sums[width];
  dy.unpack(values_dy);
  y.unpack(values_y);
#pragma unroll
  for (int i = 0; i < width; i += some::count) {
    some::put(op.add(some::get(places + i), some::get(values_dy + i), some::get(values_y + i)),
              sums + i);
  }
#pragma unroll
  for (int i = 0; i < width; ++i) {
    bool const is_masked = masked & (values_y[i] == static_cast<real>(Evaluator::masked));
    places[i] = is_masked ? places[i] : sums[i];
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
/// scaled_sums: of each element's row.
template <class T, int width, class Evaluator>
__device__ pack<T, width> gradient_of(pack<T, width> const& dy, pack<T, width> const& y,
                                      bool masked,
                                      typename Evaluator::real const (&scaled_sums)[width],
                                      Evaluator const& op) {
  using real = typename Evaluator::real;
  using some = together<real, width>;
  real values_dy[width], values_y[width], results[width];
  dy.unpack(values_dy);
  y.unpack(values_y);
#pragma unroll
  for (int i = 0; i < width; i += some::count) {
    some::put(
        op.backward(some::get(values_dy + i), some::get(values_y + i), some::get(scaled_sums + i)),
        results + i);
  }
#pragma unroll
  for (int i = 0; i < width; ++i) {
    bool const is_masked = masked & (values_y[i] == static_cast<real>(Evaluator::masked));
    results[i] = is_masked ? real(0) : results[i];
  }
  return pack<T, width>::from(results);
}
template <class T, int width, class Evaluator>
__device__ pack<T, width> gradient_of(pack<T, width> const& dy, pack<T, width> const& y,
                                      bool masked, typename Evaluator::real scaled_sum,
                                      Evaluator const& op) {
  typename Evaluator::real sums[width];
#pragma unroll
  for (auto& sum : sums) sum = scaled_sum;
  return gradient_of(dy, y, masked, sums, op);
}

}  // namespace activations_cuda::kernels
