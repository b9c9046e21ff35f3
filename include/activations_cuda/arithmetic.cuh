// The arithmetic that activations are written in: one policy for each way of evaluating, and the
// few functions on which their accuracy rests. For host and device.
//
// A product whose contraction into a fused multiply-add would change the result is written as fma
// or as product(): users compile these headers with flags of their own.
#pragma once

#include <activations_cuda/config.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cmath>
#include <cstdint>
#include <cstring>

namespace activations_cuda {

/// Evaluation for float32 storage: a few ulp of float32 for every input, tails included.
struct float32_arithmetic {
  using real = float;
};

/// Evaluation for float64 storage: a few ulp of float64.
struct float64_arithmetic {
  using real = double;
};

/// Evaluation for 16-bit storage: float32 inside with approximate instructions, relative error
/// about 2^-20, so that the one rounding to storage decides.
struct reduced_arithmetic {
  using real = float;
};

namespace detail {
template <class T>
struct arithmetic_of;
template <>
struct arithmetic_of<float> {
  using type = float32_arithmetic;
};
template <>
struct arithmetic_of<double> {
  using type = float64_arithmetic;
};
template <>
struct arithmetic_of<__half> {
  using type = reduced_arithmetic;
};
template <>
struct arithmetic_of<__nv_bfloat16> {
  using type = reduced_arithmetic;
};
}  // namespace detail

/// The evaluation that belongs to a storage type.
template <class T>
using arithmetic_for = typename detail::arithmetic_of<T>::type;

namespace math {

ACTIVATIONS_CUDA_HOST_DEVICE float fma(float a, float b, float c) { return ::fmaf(a, b, c); }
ACTIVATIONS_CUDA_HOST_DEVICE double fma(double a, double b, double c) { return ::fma(a, b, c); }

#ifndef __CUDA_ARCH__
namespace detail {
/// The value, through a register that the compiler cannot see into: on the host, where compilers
/// contract too (g++ by default on aarch64, with -mfma on x86-64).
template <class Real>
inline Real opaque(Real value) {
#if defined(__aarch64__)
  asm("" : "+w"(value));
#elif defined(__x86_64__)
  asm("" : "+x"(value));
#else
#error "activations_cuda supports x86-64 and aarch64"
#endif
  return value;
}
}  // namespace detail
#endif

/// a * b, rounded once and never contracted with an addition that follows.
ACTIVATIONS_CUDA_HOST_DEVICE float product(float a, float b) {
#ifdef __CUDA_ARCH__
  return __fmul_rn(a, b);
#else
  return detail::opaque(a * b);
#endif
}
ACTIVATIONS_CUDA_HOST_DEVICE double product(double a, double b) {
#ifdef __CUDA_ARCH__
  return __dmul_rn(a, b);
#else
  return detail::opaque(a * b);
#endif
}

ACTIVATIONS_CUDA_HOST_DEVICE float absolute(float a) { return ::fabsf(a); }
ACTIVATIONS_CUDA_HOST_DEVICE double absolute(double a) { return ::fabs(a); }
ACTIVATIONS_CUDA_HOST_DEVICE float with_sign_of(float magnitude, float sign) {
  return ::copysignf(magnitude, sign);
}
ACTIVATIONS_CUDA_HOST_DEVICE double with_sign_of(double magnitude, double sign) {
  return ::copysign(magnitude, sign);
}

namespace detail {
template <class To, class From>
ACTIVATIONS_CUDA_HOST_DEVICE To bits_as(From from) {
  static_assert(sizeof(To) == sizeof(From), "a reinterpretation keeps the size");
  To to;
  memcpy(&to, &from, sizeof(to));
  return to;
}

template <class Real>
struct format;
template <>
struct format<float> {
  using bits = std::uint32_t;
  static constexpr int mantissa_bits = 23, bias = 127;
  static constexpr int near_exponent = -120;
};
template <>
struct format<double> {
  using bits = std::uint64_t;
  static constexpr int mantissa_bits = 52, bias = 1023;
  static constexpr int near_exponent = -1000;
};
}  // namespace detail

/// 2^exponent for a normal result; of other exponents, any number. The bias is added in unsigned
/// arithmetic, which no exponent overflows.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real power_of_two(int exponent) {
  using format = detail::format<Real>;
  using bits = typename format::bits;
  auto const biased = static_cast<unsigned>(exponent) + static_cast<unsigned>(format::bias);
  return detail::bits_as<Real>(static_cast<bits>(biased) << format::mantissa_bits);
}

/// value * 2^exponent for |exponent| <= 2 * bias - 2, rounded once unless value is itself near the
/// ends of the range. NaN with any exponent stays NaN.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real scaled(Real value, int exponent) {
  int const half = exponent >> 1;
  return product(product(value, power_of_two<Real>(half)), power_of_two<Real>(exponent - half));
}

/// dy * factor * 2^exponent for 0.5 <= |factor| < 8 and exponent <= 0, where 2^exponent alone may
/// underflow while a large dy makes the product normal. factor takes as much of the exponent as
/// stays normal, which is exact, dy takes the rest: where that rounds, the result is zero in any
/// case. So the product rounds once.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real scaled_product(Real dy, Real factor, int exponent) {
  constexpr int lowest = detail::format<Real>::near_exponent;
  int const near = exponent < lowest ? lowest : exponent;
  return product(scaled(dy, exponent - near), product(factor, power_of_two<Real>(near)));
}

/// 1 / a for a normal a whose reciprocal is normal: within 0.51 ulp, whatever the hardware's seed
/// rounds to, because the residual of the last Newton step is exact.
ACTIVATIONS_CUDA_HOST_DEVICE float reciprocal(float a) {
#ifdef __CUDA_ARCH__
  float seed;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(seed) : "f"(a));
  return fma(seed, fma(-a, seed, 1.0F), seed);
#else
  return 1.0F / a;
#endif
}
ACTIVATIONS_CUDA_HOST_DEVICE double reciprocal(double a) {
#ifdef __CUDA_ARCH__
  double r;
  asm("rcp.approx.ftz.f64 %0, %1;" : "=d"(r) : "d"(a));  // 2^-20
  double const e = fma(-a, r, 1.0);
  r = fma(r, fma(e, e, e), r);  // 2^-60 and a rounding
  return fma(r, fma(-a, r, 1.0), r);
#else
  return 1.0 / a;
#endif
}

/// e^x = (1 + minus_one) * 2^exponent with |minus_one| < 0.42. NaN gives a NaN minus_one, and an
/// exponent that may be any int.
template <class Real>
struct split_exponential {
  Real minus_one;
  int exponent;
};

/// Cody-Waite reduction with log 2 in two parts, then a minimax polynomial for (e^r - 1 - r) / r^2
/// on |r| <= log(2) / 2: relative error of e^r - 1 below 2^-26 before rounding. |x| <= 300.
ACTIVATIONS_CUDA_HOST_DEVICE split_exponential<float> exponential(float x) {
  constexpr float round_to_integer = 12582912.0F;  // 1.5 * 2^23
  float const shifted = fma(x, 1.44269504F, round_to_integer);
  float const k = shifted - round_to_integer;
  float const r = fma(k, -1.42860677e-6F, fma(k, -0.693145752F, x));
  float q = 0.0013946497151F;
  q = fma(q, r, 0.00836661060135F);
  q = fma(q, r, 0.0416662813969F);
  q = fma(q, r, 0.166665427939F);
  q = fma(q, r, 0.500000006209F);
  return {fma(product(r, r), q, r), detail::bits_as<std::int32_t>(shifted) - 0x4B400000};
}

/// The same for float64: 2^-61 before rounding. |x| <= 3000.
ACTIVATIONS_CUDA_HOST_DEVICE split_exponential<double> exponential(double x) {
  constexpr double round_to_integer = 6755399441055744.0;  // 1.5 * 2^52
  double const shifted = fma(x, 1.4426950408889634, round_to_integer);
  double const k = shifted - round_to_integer;
  double const r = fma(k, -1.90821492927058770002e-10, fma(k, -0.693147180369123816490, x));
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
  return {fma(product(r, r), q, r), static_cast<int>(detail::bits_as<std::int64_t>(shifted))};
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
/// than half the smallest subnormal number; at the second, e^x times the largest finite number is.
template <class Real>
constexpr Real exponential_vanishes = sizeof(Real) == 8 ? Real(-746) : Real(-104);
template <class Real>
constexpr Real scaled_exponential_vanishes = sizeof(Real) == 8 ? Real(-1456) : Real(-194);

/// x, but not below lowest; NaN stays NaN, which max() would drop.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real at_least(Real x, Real lowest) {
  return x < lowest ? lowest : x;
}
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real at_most(Real x, Real highest) {
  return x > highest ? highest : x;
}

// Approximate instructions, for reduced_arithmetic.

/// 2^x, relative error about 2^-22, subnormal results flushed to zero.
ACTIVATIONS_CUDA_HOST_DEVICE float exp2_approximate(float x) {
#ifdef __CUDA_ARCH__
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  return ::exp2f(x);
#endif
}

/// The same with subnormal results.
ACTIVATIONS_CUDA_HOST_DEVICE float exp2_approximate_subnormal(float x) {
#ifdef __CUDA_ARCH__
  float y;
  asm("ex2.approx.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  return ::exp2f(x);
#endif
}

/// 1 / x, relative error about 2^-23, subnormal arguments and results flushed to zero.
ACTIVATIONS_CUDA_HOST_DEVICE float reciprocal_approximate(float x) {
#ifdef __CUDA_ARCH__
  float y;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  return 1.0F / x;
#endif
}

constexpr float log2_e = 1.44269504F;

}  // namespace math
}  // namespace activations_cuda
