// The exponential function, split so that neither its tails nor e^x - 1 lose digits.
#pragma once

#include <activations_cuda/float_pair.cuh>

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

// log 2 in two parts, the first with so few bits that its multiples are exact (Cody and Waite).
template <class Real>
struct log_2;
template <>
struct log_2<float> {
  static constexpr float inverse = 1.44269504F, high = 0.693145752F, low = 1.42860677e-6F;
  static constexpr float round_to_integer = 12582912.0F;  // 1.5 * 2^23
};
template <>
struct log_2<double> {
  static constexpr double inverse = 1.4426950408889634, high = 0.693147180369123816490;
  static constexpr double low = 1.90821492927058770002e-10;
  static constexpr double round_to_integer = 6755399441055744.0;  // 1.5 * 2^52
};

/// x = k log 2 + r with |r| <= log(2) / 2; shifted holds k in its lowest bits.
template <class Real>
struct reduced_argument {
  Real shifted, r;
};

template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE reduced_argument<Real> reduce(Real x) {
  using constants = log_2<Real>;
  Real const shifted = fma(x, constants::inverse, constants::round_to_integer);
  Real const k = shifted - constants::round_to_integer;
  return {shifted, fma(k, -constants::low, fma(k, -constants::high, x))};
}
/// The same for x + low: the low parts meet before they meet the high ones.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE reduced_argument<Real> reduce(Real x, Real low) {
  using constants = log_2<Real>;
  Real const shifted = fma(x, constants::inverse, constants::round_to_integer);
  Real const k = shifted - constants::round_to_integer;
  return {shifted, fma(k, -constants::high, x) + fma(k, -constants::low, low)};
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
  return detail::exponential_of(detail::reduce(x, low));
}

/// Arguments of e^x are clamped from below to keep exponents in range: at the first, e^x is less
/// than half the smallest subnormal number; at the second, e^x times four times the largest finite
/// number is.
template <class Real>
constexpr Real exponential_vanishes = sizeof(Real) == 8 ? Real(-746) : Real(-104);
template <class Real>
constexpr Real scaled_exponential_vanishes = sizeof(Real) == 8 ? Real(-1457) : Real(-195);

/// e^-|x|, clamped: the decaying side of what is symmetric.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE split_exponential<Real> decay(Real x) {
  return exponential(at_least(-absolute(x), scaled_exponential_vanishes<Real>));
}

/// e^x - 1 from its parts, for exponents of normal numbers.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real minus_one(split_exponential<Real> const& e) {
  Real const scale = power_of_two<Real>(e.exponent);
  return fma(scale, e.minus_one, scale - Real(1));
}
/// The same of any x <= 0, -0 for -0.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real minus_one(Real x) {
  return with_sign_of(minus_one(exponential(at_least(x, Real(-40)))), x);  // below, -1
}

/// The value of an e^x <= 1, and 2^-100 where it is less: enough for what it is added to 1 for.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real beside_one(split_exponential<Real> const& e) {
  return product(Real(1) + e.minus_one, power_of_two<Real>(at_least(e.exponent, -100)));
}

/// dy * weight * e / (1 + e)^2 for e = e^x, x <= 0, and a weight of 1 to 4: the gradients of
/// sigmoid and tanh, with no difference that cancels. Below 2^-100, e is lost in the denominator.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real logistic_gradient(Real dy, Real weight, Real x) {
  auto const split = exponential(x);
  Real const mantissa = Real(1) + split.minus_one;
  Real const e = beside_one(split);
  Real const denominator = fma(e, e + Real(2), Real(1));
  return scaled_product(dy, product(weight * mantissa, reciprocal(denominator)), split.exponent);
}

/// a / (1 + e) for 0 <= e <= 1.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real over_one_plus(Real a, Real e) {
  Real const sum = Real(1) + e;
  return quotient(a, sum, e - (sum - Real(1)));
}

/// dy s(x), s the logistic sigmoid, where e is decay(x): no tail underflows before the product.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real logistic_product(Real dy, Real x, split_exponential<Real> e) {
  Real const mantissa = Real(1) + e.minus_one;
  Real const factor = over_one_plus(x < 0 ? mantissa : Real(1), beside_one(e));
  return scaled_product(dy, factor, x < 0 ? e.exponent : 0);
}

namespace detail {
/// Minimax polynomials for (log(1 + e) - e) / e^2 on [0, 1]: relative error of log(1 + e) below
/// 2^-26.9 and, for float64, 2^-57.5, before rounding.
ACTIVATIONS_CUDA_HOST_DEVICE float log1p_tail(float e) {
  float q = -0.00367849111F;
  q = fma(q, e, 0.0218779836F);
  q = fma(q, e, -0.0609226488F);
  q = fma(q, e, 0.110249311F);
  q = fma(q, e, -0.155692831F);
  q = fma(q, e, 0.197742149F);
  q = fma(q, e, -0.249750793F);
  q = fma(q, e, 0.333322495F);
  return fma(q, e, -0.5F);
}
ACTIVATIONS_CUDA_HOST_DEVICE double log1p_tail(double e) {
  double q = -1.7288513714199392e-05;
  q = fma(q, e, 0.00020708063639531153);
  q = fma(q, e, -0.0011787943500924834);
  q = fma(q, e, 0.0042633505221644696);
  q = fma(q, e, -0.011076337151953429);
  q = fma(q, e, 0.02223448036817979);
  q = fma(q, e, -0.036389331800768497);
  q = fma(q, e, 0.050866158148474908);
  q = fma(q, e, -0.063455064378701284);
  q = fma(q, e, 0.073612145545727342);
  q = fma(q, e, -0.082215921355682592);
  q = fma(q, e, 0.090606596778084261);
  q = fma(q, e, -0.099935332923980311);
  q = fma(q, e, 0.11110040701109554);
  q = fma(q, e, -0.12499866332377409);
  q = fma(q, e, 0.14285702134185757);
  q = fma(q, e, -0.16666665902659511);
  q = fma(q, e, 0.19999999969310295);
  q = fma(q, e, -0.24999999999314637);
  q = fma(q, e, 0.33333333333327153);
  return fma(q, e, -0.5);
}
}  // namespace detail

/// log(1 + e) for 0 <= e <= 1, and the same times weighted_e / e.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real log1p(Real e) {
  return fma(product(e, e), detail::log1p_tail(e), e);
}
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real log1p(Real e, Real weighted_e) {
  return fma(product(weighted_e, e), detail::log1p_tail(e), weighted_e);
}

// For reduced_arithmetic; Value is float or float_pair.

/// e^x - 1, for x that may be of any size: near 0 its series, of relative error 2^-17.
template <class Value>
ACTIVATIONS_CUDA_HOST_DEVICE Value minus_one_approximate(Value x) {
  Value const series = product(x, polynomial(x, 1.0F / 6.0F, 0.5F, 1.0F));
  Value const large = exp2_approximate(log2_e * x) - 1.0F;
  return select(absolute(x) < 0.03125F, series, large);
}

/// log(1 + e) / e for 0 <= e <= 1, relative error 2^-16.8.
template <class Value>
ACTIVATIONS_CUDA_HOST_DEVICE Value log1p_ratio_approximate(Value e) {
  return polynomial(e, -0.0238745436F, 0.10123305F, -0.210054651F, 0.325207114F, -0.499361187F,
                    0.999991596F);
}

/// dy s(x / log2 e): dy meets the halves of a small exponent in turn, so nothing underflows before
/// the result does.
template <class Value>
ACTIVATIONS_CUDA_HOST_DEVICE Value logistic_product_approximate(Value dy, Value log2_x) {
  Value const h = exp2_approximate_subnormal(-0.5F * absolute(log2_x));
  Value const inverse = reciprocal_approximate(fma(h, h, 1.0F));
  Value const root = select(log2_x < 0, h, 1.0F);
  return product(product(dy, root), product(inverse, root));
}

}  // namespace activations_cuda::math
