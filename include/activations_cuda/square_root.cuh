// The square root and its reciprocal without a branch.
#pragma once

#include <activations_cuda/arithmetic.cuh>

#include <cmath>

namespace activations_cuda::math {

namespace detail {
#ifdef __CUDA_ARCH__
/// 1 / sqrt(a) to 2^-22.
ACTIVATIONS_CUDA_HOST_DEVICE float root_seed(float a) {
  float r;
  asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(a));
  return r;
}
/// 1 / sqrt(a) to 2^-56: the instruction has 20 bits, a cubic step triples them.
ACTIVATIONS_CUDA_HOST_DEVICE double root_seed(double a) {
  double r;
  asm("rsqrt.approx.ftz.f64 %0, %1;" : "=d"(r) : "d"(a));
  double const e = fma(-product(a, r), r, 1.0);
  return fma(product(r, e), fma(e, 0.375, 0.5), r);
}
#endif
}  // namespace detail

/// sqrt(a) for a from 2^-100 to the largest finite number: within 0.51 ulp, because the residual of
/// the Newton step is exact.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real normal_square_root(Real a) {
#ifdef __CUDA_ARCH__
  Real const r = detail::root_seed(a);
  Real const root = product(a, r);
  return fma(Real(0.5) * r, fma(-root, root, a), root);
#else
  return std::sqrt(a);
#endif
}

/// sqrt(a) for every a of 0 or more, subnormal numbers and infinity included. NaN stays NaN.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real square_root(Real a) {
#ifdef __CUDA_ARCH__
  constexpr int shift = sizeof(Real) == 8 ? 108 : 48;  // makes the smallest subnormal number normal
  bool const low = a < power_of_two<Real>(-100);
  Real const root = normal_square_root(low ? product(a, power_of_two<Real>(shift)) : a);
  bool const is_own_root = a == 0 || a > largest<Real>;
  return is_own_root ? a : product(root, low ? power_of_two<Real>(-shift / 2) : Real(1));
#else
  return std::sqrt(a);
#endif
}

/// 1 / sqrt(a) for a from 2^-100 to 2^120: within 1.1 ulp.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real reciprocal_square_root(Real a) {
#ifdef __CUDA_ARCH__
  Real const r = detail::root_seed(a);
  return fma(Real(0.5) * r, fma(-product(a, r), r, Real(1)), r);
#else
  return 1 / std::sqrt(a);
#endif
}

/// sqrt(a), relative error about 2^-23, with subnormal arguments.
ACTIVATIONS_CUDA_HOST_DEVICE float square_root_approximate_subnormal(float a) {
#ifdef __CUDA_ARCH__
  float root;
  asm("sqrt.approx.f32 %0, %1;" : "=f"(root) : "f"(a));
  return root;
#else
  return std::sqrt(a);
#endif
}

}  // namespace activations_cuda::math
