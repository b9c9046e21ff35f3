// The square root and its reciprocal without a branch.
#pragma once

#include <activations_cuda/float_pair.cuh>

#include <cmath>
#include <type_traits>

namespace activations_cuda::math {

namespace detail {
/// 1 / sqrt(a) to 2^-22, for float64 2^-56: that instruction has 20 bits, which a cubic step
/// triples.
ACTIVATIONS_CUDA_HOST_DEVICE float root_seed(float a) {
#ifdef __CUDA_ARCH__
  float r;
  asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(a));
  return r;
#else
  return 1.0F / std::sqrt(a);
#endif
}
ACTIVATIONS_CUDA_HOST_DEVICE double root_seed(double a) {
#ifdef __CUDA_ARCH__
  double r;
  asm("rsqrt.approx.ftz.f64 %0, %1;" : "=d"(r) : "d"(a));
  double const e = fma(-product(a, r), r, 1.0);
  return fma(product(r, e), fma(e, 0.375, 0.5), r);
#else
  return 1.0 / std::sqrt(a);
#endif
}
}  // namespace detail

/// sqrt(a) for a from 2^-100 to the largest finite number: within 0.51 ulp, because the residual of
/// the Newton step is exact.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real normal_square_root(Real a) {
  Real const r = detail::root_seed(a);
  Real const root = product(a, r);
  return fma(Real(0.5) * r, fma(-root, root, a), root);
}

/// sqrt(a) for every a of 0 or more, subnormal numbers and infinity included. NaN stays NaN.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real square_root(Real a) {
  constexpr int shift = sizeof(Real) == 8 ? 108 : 48;  // makes the smallest subnormal number normal
  bool const low = a < power_of_two<Real>(-100);
  Real const root = normal_square_root(low ? product(a, power_of_two<Real>(shift)) : a);
  bool const is_own_root = a == 0 || a > largest<Real>;
  return is_own_root ? a : product(root, low ? power_of_two<Real>(-shift / 2) : Real(1));
}

/// 1 / sqrt(a) for a from 2^-100 to 2^120: within 0.51 ulp, the residual again being exact but for
/// its own last bits.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real reciprocal_square_root(Real a) {
  Real const r = detail::root_seed(a);
  exact_product<Real> const root(a, r);
  Real const residual = fma(-root.low, r, fma(-root.value, r, Real(1)));
  return fma(Real(0.5) * r, residual, r);
}

// Approximate instructions, for reduced_arithmetic.

/// sqrt(a), relative error about 2^-23, subnormal arguments flushed to zero.
ACTIVATIONS_CUDA_HOST_DEVICE float square_root_approximate(float a) {
#ifdef __CUDA_ARCH__
  float root;
  asm("sqrt.approx.ftz.f32 %0, %1;" : "=f"(root) : "f"(a));
  return root;
#else
  return std::sqrt(a);
#endif
}

ACTIVATIONS_CUDA_HOST_DEVICE float_pair square_root_approximate(float_pair a) {
  return {square_root_approximate(a.first), square_root_approximate(a.second)};
}

/// The same with subnormal arguments.
ACTIVATIONS_CUDA_HOST_DEVICE float square_root_approximate_subnormal(float a) {
#ifdef __CUDA_ARCH__
  float root;
  asm("sqrt.approx.f32 %0, %1;" : "=f"(root) : "f"(a));
  return root;
#else
  return std::sqrt(a);
#endif
}

/// 1 / sqrt(a), relative error about 2^-22, subnormal arguments flushed to zero.
ACTIVATIONS_CUDA_HOST_DEVICE float reciprocal_square_root_approximate(float a) {
#ifdef __CUDA_ARCH__
  return detail::root_seed(a);
#else
  return 1 / std::sqrt(a);
#endif
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair reciprocal_square_root_approximate(float_pair a) {
  return {reciprocal_square_root_approximate(a.first),
          reciprocal_square_root_approximate(a.second)};
}

// For a from 2^-100 to 2^120, to the accuracy of the evaluation.

template <class Arithmetic, class Value>
ACTIVATIONS_CUDA_HOST_DEVICE Value square_root_in(Value a) {
  if constexpr (std::is_same<Arithmetic, reduced_arithmetic>::value) {
    return square_root_approximate(a);
  } else {
    return normal_square_root(a);
  }
}
template <class Arithmetic>
ACTIVATIONS_CUDA_HOST_DEVICE typename Arithmetic::real reciprocal_square_root_in(
    typename Arithmetic::real a) {
  if constexpr (std::is_same<Arithmetic, reduced_arithmetic>::value) {
    return reciprocal_square_root_approximate(a);
  } else {
    return reciprocal_square_root(a);
  }
}

}  // namespace activations_cuda::math
