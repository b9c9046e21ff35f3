// The exponential function, split so that neither its tails nor e^x - 1 lose digits.
#pragma once

#include <activations_cuda/arithmetic.cuh>

#include <cstdint>

namespace activations_cuda::math {

/// e^x = (1 + minus_one) * 2^exponent with |minus_one| < 0.42. NaN gives a NaN minus_one, and an
/// exponent that may be any int.
template <class Real>
struct split_exponential {
  Real minus_one;
  int exponent;
};

namespace detail {

/// x = k log 2 + r with |r| <= log(2) / 2; shifted holds k in its lowest bits.
template <class Real>
struct reduced_argument {
  Real shifted, r;
};

// Cody and Waite: log 2 in two parts, the first with so few bits that its multiples are exact.
ACTIVATIONS_CUDA_HOST_DEVICE reduced_argument<float> reduce(float x) {
  constexpr float round_to_integer = 12582912.0F;  // 1.5 * 2^23
  float const shifted = fma(x, 1.44269504F, round_to_integer);
  float const k = shifted - round_to_integer;
  return {shifted, fma(k, -1.42860677e-6F, fma(k, -0.693145752F, x))};
}
ACTIVATIONS_CUDA_HOST_DEVICE reduced_argument<double> reduce(double x) {
  constexpr double round_to_integer = 6755399441055744.0;  // 1.5 * 2^52
  double const shifted = fma(x, 1.4426950408889634, round_to_integer);
  double const k = shifted - round_to_integer;
  return {shifted, fma(k, -1.90821492927058770002e-10, fma(k, -0.693147180369123816490, x))};
}

/// A minimax polynomial for (e^r - 1 - r) / r^2: relative error of e^r - 1 below 2^-26 before
/// rounding.
ACTIVATIONS_CUDA_HOST_DEVICE split_exponential<float> exponential_of(
    reduced_argument<float> const& argument) {
  float const r = argument.r;
  float q = 0.0013946497151F;
  q = fma(q, r, 0.00836661060135F);
  q = fma(q, r, 0.0416662813969F);
  q = fma(q, r, 0.166665427939F);
  q = fma(q, r, 0.500000006209F);
  return {fma(product(r, r), q, r), bits_as<std::int32_t>(argument.shifted) - 0x4B400000};
}
/// The same for float64: 2^-61.
ACTIVATIONS_CUDA_HOST_DEVICE split_exponential<double> exponential_of(
    reduced_argument<double> const& argument) {
  double const r = argument.r;
  double q = 2.0924486606128906823e-9;
  q = fma(q, r, 2.5109090543482839764e-8);
  q = fma(q, r, 2.755724262065274096e-7);
  q = fma(q, r, 2.7557244061551627415e-6);
  q = fma(q, r, 0.000024801587360717540599);
  q = fma(q, r, 0.0001984126988626659329);
  q = fma(q, r, 0.0013888888888866756682);
  q = fma(q, r, 0.0083333333333215781843);
  q = fma(q, r, 0.041666666666666701527);
  q = fma(q, r, 0.16666666666666676639);
  q = fma(q, r, 0.49999999999999999986);
  return {fma(product(r, r), q, r), static_cast<int>(bits_as<std::int64_t>(argument.shifted))};
}

}  // namespace detail

/// |x| <= 300, for float64 3000.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE split_exponential<Real> exponential(Real x) {
  return detail::exponential_of(detail::reduce(x));
}

/// e^(x + low) for a low far below an ulp of 1: the low part of a product, say, whose loss would
/// cost |x| / 2 ulp.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE split_exponential<Real> exponential(Real x, Real low) {
  auto argument = detail::reduce(x);
  argument.r += low;
  return detail::exponential_of(argument);
}

/// e^x - 1 from its parts, for exponents up to that of the largest number.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real minus_one(split_exponential<Real> const& e) {
  Real const scale = power_of_two<Real>(e.exponent);
  return fma(scale, e.minus_one, scale - Real(1));
}

/// dy * weight * e / (1 + e)^2 for e = e^x, x <= 0, and a weight of 1 to 4: the gradients of
/// sigmoid and tanh, with no difference that cancels. Below 2^-100, e is lost in the denominator.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real logistic_gradient(Real dy, Real weight, Real x) {
  auto const split = exponential(x);
  Real const mantissa = Real(1) + split.minus_one;
  Real const e = scaled(mantissa, split.exponent < -100 ? -100 : split.exponent);
  Real const denominator = fma(e, e + Real(2), Real(1));
  return scaled_product(dy, product(weight * mantissa, reciprocal(denominator)), split.exponent);
}

/// Arguments of e^x are clamped from below to keep exponents in range: at the first, e^x is less
/// than half the smallest subnormal number; at the second, e^x times four times the largest finite
/// number is.
template <class Real>
constexpr Real exponential_vanishes = sizeof(Real) == 8 ? Real(-746) : Real(-104);
template <class Real>
constexpr Real scaled_exponential_vanishes = sizeof(Real) == 8 ? Real(-1457) : Real(-195);

}  // namespace activations_cuda::math
