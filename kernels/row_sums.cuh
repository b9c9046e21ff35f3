// What forward finds out about a row: its maximum, and sums of e^(scale (x - maximum)).
#pragma once

#include "row_group.cuh"
#include "vector_access.cuh"

#include <activations_cuda/float_pair.cuh>

#include <cmath>

namespace activations_cuda::kernels {

/// What is subtracted from a row's elements whose maximum is this: a finite number also where there is
/// nothing but -inf. From +inf, it takes +inf to NaN, and so the sums and the whole row.
template <class Real>
__device__ Real origin_of(Real maximum) {
  return maximum == static_cast<Real>(-INFINITY) ? Real(0) : maximum;
}

/// The factors that a row's elements meet: the op's own, or 1 where a mask has scaled them.
template <class Evaluator>
struct row_scale {
  using real = typename Evaluator::real;
  real scale, exponent;

  __device__ row_scale(Evaluator const& op, bool scaled_already)
      : scale(scaled_already ? real(1) : op.scale),
        exponent(scaled_already ? Evaluator::exponent_of(real(1)) : op.exponent) {}
  template <class Value>
  __device__ Value exponential(Value difference) const {
    return Evaluator::exponential(difference, exponent);
  }
};

/// Elements that have the scale's sign already, from a row's maximum.
template <class Real>
struct logit_distance {
  Real origin;
  __device__ explicit logit_distance(Real maximum) : origin(origin_of(maximum)) {}
  template <class Value>
  __device__ Value operator()(Value logit) const {
    return logit - Value(origin);
  }
};
/// A number that is not worked out anew wherever it is used.
__device__ inline float settled(float x) {
  asm volatile("" : "+f"(x));
  return x;
}
__device__ inline double settled(double x) {
  asm volatile("" : "+d"(x));
  return x;
}

/// Elements as they are: the sign costs nothing on the way.
template <class Real>
struct element_distance {
  Real sign, minus_origin;
  __device__ element_distance(Real maximum, Real s)
      : sign(s), minus_origin(settled(-origin_of(maximum))) {}
  template <class Value>
  __device__ Value operator()(Value x) const {
    return math::fma(x, Value(sign), Value(minus_origin));
  }
};

/// Of the elements met so far. Only what counts maxima tells those that are equal to the maximum from
/// the others; else all are others.
template <class Evaluator>
struct row_sums {
  using real = typename Evaluator::real;
  real maximum = static_cast<real>(-INFINITY);
  real maxima = 0, others = 0;

  /// The sums for a maximum that is not lower.
  __device__ void raise(real higher, row_scale<Evaluator> const& by) {
    bool const rises = higher > maximum;
    real const factor = by.exponential(maximum - origin_of(higher));
    others = rises ? math::product(others + maxima, factor) : others;
    maxima = rises ? real(0) : maxima;
    maximum = higher;
  }
  /// Adds an element that is so far from the maximum, as e^that; what it keeps until the end.
  __device__ real add(real difference, Evaluator const& op, row_scale<Evaluator> const& by) {
    real const e = by.exponential(difference);
    add_exponential(difference, e);
    return op.keep(difference, e);
  }
  __device__ void add_exponential(real difference, real e) {
    if constexpr (Evaluator::counts_maxima) {
      bool const at_maximum = difference == 0;
      // Additions that are left out, instead of zeros that are added.
      maxima = at_maximum ? maxima + real(1) : maxima;
      others = at_maximum ? others : others + e;
    } else {
      others += e;
    }
  }
  __device__ real total() const { return maxima + others; }

  /// The sums of all threads, whose maxima are the same by now.
  template <int index, class Group>
  __device__ void reduce(Group const& group) {
    if constexpr (Evaluator::counts_maxima)
      maxima = group.template reduce<index>(maxima, plus{}, real(0));
    others = group.template reduce<index + 1>(others, plus{}, real(0));
  }
  /// The same where they are not.
  template <int index, class Group>
  __device__ void merge(Group const& group, row_scale<Evaluator> const& by) {
    raise(group.template reduce<index>(maximum, larger{}, static_cast<real>(-INFINITY)), by);
    reduce<index + 1>(group);
  }
};

/// Of a sum over all of a row's elements: maxima, which are 1, take digits from the others.
template <class Evaluator>
__device__ bool is_dominated(typename Evaluator::real total) {
  return (total >= 1) & (total < Evaluator::least_total);
}

/// Of sums that have the maxima apart, if they matter.
template <class Evaluator>
__device__ typename Evaluator::real normalizer_of(Evaluator const& op,
                                                  row_sums<Evaluator> const& sums) {
  if constexpr (Evaluator::counts_maxima) {
    if (is_dominated<Evaluator>(sums.total())) return op.normalizer(sums.maxima, sums.others);
  }
  return op.normalizer(sums.total());
}

/// What a row's elements meet in the end.
template <class Evaluator>
struct row_end {
  using real = typename Evaluator::real;
  real normalizer, scale;
  bool is_nan;

  row_end() = default;
  /// A row of nothing but -inf has a sum of 0, which makes NaN of all its elements, or zeros.
  __device__ row_end(Evaluator const& op, row_sums<Evaluator> const& sums,
                     row_scale<Evaluator> const& by, bool zeros)
      : row_end(normalizer_of(op, sums), sums, by, zeros) {}
  __device__ row_end(real of_sums, row_sums<Evaluator> const& sums, row_scale<Evaluator> const& by,
                     bool zeros)
      : normalizer(of_sums), scale(by.scale), is_nan(sums.total() != sums.total()) {
    if (sums.total() == 0) normalizer = zeros ? real(0) : static_cast<real>(NAN);
  }
};

/// Where the row's statistics go, or null.
template <class Real>
struct row_statistics {
  Real* maximum;
  Real* log_sum_exp;

  template <class Evaluator>
  __device__ void store(std::int64_t row, row_sums<Evaluator> const& sums,
                        row_scale<Evaluator> const& by) const {
    if (maximum == nullptr && log_sum_exp == nullptr) return;
    Real const total = sums.total();
    Real const highest = math::product(sums.maximum, by.scale);
    // NaN in the row is in the total alone.
    if (maximum != nullptr) *in_global(maximum + row) = total == total ? highest : total;
    if (log_sum_exp != nullptr)
      *in_global(log_sum_exp + row) = total == 0 ? highest : highest + ::log(total);
  }
};

}  // namespace activations_cuda::kernels
