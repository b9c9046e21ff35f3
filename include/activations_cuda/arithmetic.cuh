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
#include <limits>
#include <type_traits>

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

/// A value in two parts, the second far below an ulp of the first.
template <class Real>
struct two_part {
  Real value, low;
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

/// The polynomial in x of these coefficients, highest power first, by Horner's rule.
template <class Real, class Value>
ACTIVATIONS_CUDA_HOST_DEVICE Real polynomial(Real /*x*/, Value value) {
  return value;
}
template <class Real, class Value, class Next, class... Lower>
ACTIVATIONS_CUDA_HOST_DEVICE Real polynomial(Real x, Value value, Next next, Lower... lower) {
  return polynomial(x, fma(value, x, next), lower...);
}

/// One of two values, for conditions on one number; float_pair.cuh has those on two.
ACTIVATIONS_CUDA_HOST_DEVICE float select(bool condition, float yes, float no) {
  return condition ? yes : no;
}
ACTIVATIONS_CUDA_HOST_DEVICE double select(bool condition, double yes, double no) {
  return condition ? yes : no;
}

/// The smaller and the larger of two numbers, or the one that is not NaN.
ACTIVATIONS_CUDA_HOST_DEVICE float minimum_number(float a, float b) { return ::fminf(a, b); }
ACTIVATIONS_CUDA_HOST_DEVICE double minimum_number(double a, double b) { return ::fmin(a, b); }
ACTIVATIONS_CUDA_HOST_DEVICE float maximum_number(float a, float b) { return ::fmaxf(a, b); }
ACTIVATIONS_CUDA_HOST_DEVICE double maximum_number(double a, double b) { return ::fmax(a, b); }

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

template <class Real>
constexpr Real largest = std::numeric_limits<Real>::max();

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

/// The same for 0.5 <= |value| < 8 and exponents from 0 down to those of half the smallest
/// subnormal number: fewer instructions.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real scaled_down(Real value, int exponent) {
  constexpr int above = detail::format<Real>::bias / 2;  // stays normal, the last product rounds
  return product(product(value, power_of_two<Real>(exponent + above)), power_of_two<Real>(-above));
}

/// dy * factor * 2^exponent for 0.5 <= |factor| < 8, where 2^exponent alone may underflow, or
/// overflow, while dy makes the product normal. factor takes as much of the exponent as stays
/// normal, which is exact, dy takes the rest: where that rounds, the result is zero in any case. So
/// the product rounds once.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real scaled_product(Real dy, Real factor, int exponent) {
  constexpr int lowest = detail::format<Real>::near_exponent;
  int const above = exponent < lowest ? lowest : exponent;
  int const near = above > -lowest ? -lowest : above;
  return product(scaled(dy, exponent - near), product(factor, power_of_two<Real>(near)));
}

/// a * b = value + low exactly, unless low underflows.
template <class Real>
struct exact_product {
  Real value, low;
  ACTIVATIONS_CUDA_HOST_DEVICE exact_product(Real a, Real b)
      : value(product(a, b)), low(fma(a, b, -value)) {}
};

namespace detail {
/// 1 / a for a normal a whose reciprocal is normal: within 2^-23, for double 2^-52.
ACTIVATIONS_CUDA_HOST_DEVICE float reciprocal_seed(float a) {
#ifdef __CUDA_ARCH__
  float seed;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(seed) : "f"(a));
  return seed;
#else
  return 1.0F / a;
#endif
}
ACTIVATIONS_CUDA_HOST_DEVICE double reciprocal_seed(double a) {
#ifdef __CUDA_ARCH__
  double r;
  asm("rcp.approx.ftz.f64 %0, %1;" : "=d"(r) : "d"(a));  // 2^-20
  double const e = fma(-a, r, 1.0);
  return fma(r, fma(e, e, e), r);  // 2^-60 and a rounding
#else
  return 1.0 / a;
#endif
}
}  // namespace detail

/// 1 / a for a normal a whose reciprocal is normal: within 0.51 ulp, whatever the hardware's seed
/// rounds to, because the residual of the last Newton step is exact.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real reciprocal(Real a) {
  Real const seed = detail::reciprocal_seed(a);
  return fma(seed, fma(-a, seed, Real(1)), seed);
}
/// The same for a + low, where low is what a sum's rounding to a lost.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real reciprocal(Real a, Real low) {
  Real const seed = detail::reciprocal_seed(a);
  return fma(seed, fma(-low, seed, fma(-a, seed, Real(1))), seed);
}

/// a / b for a normal b whose reciprocal is normal: within 0.51 ulp, unless a is subnormal.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real quotient(Real a, Real b) {
  Real const inverse = reciprocal(b);
  Real const q = product(a, inverse);
  return fma(fma(-q, b, a), inverse, q);
}

/// The same for a divisor in two parts.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real quotient(Real a, Real b, Real b_low) {
  Real const inverse = reciprocal(b);
  Real const q = product(a, inverse);
  return fma(fma(-q, b_low, fma(-q, b, a)), inverse, q);
}

/// x, but not below lowest; NaN stays NaN, which max() would drop.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real at_least(Real x, Real lowest) {
  return x < lowest ? lowest : x;
}
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real at_most(Real x, Real highest) {
  return x > highest ? highest : x;
}

/// +0, or NaN for NaN: dx where the gradient is exactly 0 on an interval, whatever dy is.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real zero_or_nan(Real x) {
  return x == x ? Real(0) : x;
}

/// The largest number of the type that is not above value.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real rounded_down(double value) {
  if constexpr (sizeof(Real) == 8) {
    return value;
  } else {
    float const nearest = static_cast<float>(value);
    return static_cast<double>(nearest) > value ? ::nextafterf(nearest, -INFINITY) : nearest;
  }
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

/// log2 x, from 2 on with a relative error of at most 2^-22.
ACTIVATIONS_CUDA_HOST_DEVICE float log2_approximate(float x) {
#ifdef __CUDA_ARCH__
  float y;
  asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  return ::log2f(x);
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

/// 1 / a to the accuracy of the evaluation, for a normal a whose reciprocal is normal.
template <class Arithmetic, class Value>
ACTIVATIONS_CUDA_HOST_DEVICE Value reciprocal_in(Value a) {
  if constexpr (std::is_same<Arithmetic, reduced_arithmetic>::value) {
    return reciprocal_approximate(a);
  } else {
    return reciprocal(a);
  }
}
/// The same, and 0 for an infinite a, of which a Newton step would make NaN.
template <class Arithmetic, class Value>
ACTIVATIONS_CUDA_HOST_DEVICE Value reciprocal_or_zero_in(Value a) {
  Value const inverse = reciprocal_in<Arithmetic>(a);
  if constexpr (std::is_same<Arithmetic, reduced_arithmetic>::value) {
    return inverse;
  } else {
    return a > largest<Value> ? Value(0) : inverse;
  }
}

constexpr float log2_e = 1.44269504F;
constexpr float ln_2 = 0.693147181F;

}  // namespace math
}  // namespace activations_cuda
