// What softmax and its family share: the exponential of a scaled difference.
#pragma once

#include <activations_cuda/exponential.cuh>
#include <activations_cuda/float_pair.cuh>
#include <activations_cuda/parameter.hpp>

#include <type_traits>

namespace activations_cuda {

/// For a scale s: the rows' elements are those of x with the sign of s, so that the maximum needs no
/// product, and |s| meets the difference from it.
template <class Arithmetic>
struct row_evaluator {
  using real = typename Arithmetic::real;
  static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
  static constexpr bool binary = std::is_same<real, float>::value;

  real signed_scale;  // s
  real scale;         // |s|
  real exponent;      // what x - maximum is multiplied with before the exponential

  ACTIVATIONS_CUDA_HOST_DEVICE explicit row_evaluator(double s)
      : signed_scale(static_cast<real>(s)),
        scale(signed_scale < 0 ? -signed_scale : signed_scale),
        exponent(exponent_of(scale)) {}

  /// In float log2 e is part of it.
  ACTIVATIONS_CUDA_HOST_DEVICE static real exponent_of(real scale) {
    return binary ? static_cast<real>(static_cast<double>(scale) * 1.4426950408889634074) : scale;
  }

  // Value is real, or a pair of float.

  /// e^(s d) for d = x - maximum <= 0 and exponent_of(s). In float 2^(d exponent): the rounding of
  /// that product costs |s d| / 2 units of 2^-23, as much as the difference's own, and the
  /// instruction 1.5.
  template <class Value>
  ACTIVATIONS_CUDA_HOST_DEVICE static Value exponential(Value difference, real exponent) {
    return power(math::product(difference, Value(exponent)));
  }
  /// e^y, y a logarithm.
  template <class Value>
  ACTIVATIONS_CUDA_HOST_DEVICE static Value exponential_of_log(Value y) {
    if constexpr (binary) {
      return power(math::product(y, Value(math::log2_e)));
    } else {
      return power(y);
    }
  }

 private:
  template <class Value>
  ACTIVATIONS_CUDA_HOST_DEVICE static Value power(Value z) {
    if constexpr (reduced) {
      return math::exp2_approximate(z);
    } else if constexpr (binary) {
      return math::exp2_approximate_subnormal(z);
    } else {
      auto const split = math::exponential(math::at_least(z, math::exponential_vanishes<real>));
      return math::scaled(real(1) + split.minus_one, split.exponent);
    }
  }
};

}  // namespace activations_cuda
