// The normal distribution's lower tail, to a few ulp of itself.
#pragma once

#include <activations_cuda/exponential.cuh>

namespace activations_cuda::math {

/// 1 / sqrt(2 pi)
template <class Real>
constexpr Real normal_density_at_zero = Real(0.398942280401432677939946059934);

/// Arguments are clamped from above to keep exponents in range: at the first, a Phi(-a) is less
/// than half the smallest subnormal number; at the second, that times the largest finite number is.
template <class Real>
constexpr Real normal_tail_vanishes = sizeof(Real) == 8 ? Real(39.5) : Real(15);
template <class Real>
constexpr Real scaled_normal_tail_vanishes = sizeof(Real) == 8 ? Real(54.5) : Real(20);

/// e^(-a^2 / 2) for 0 <= a <= scaled_normal_tail_vanishes: the square's rounding would cost a^2 / 4
/// ulp.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE split_exponential<Real> normal_exponential(Real a) {
  exact_product<Real> const square(a, Real(-0.5) * a);
  return exponential(square.value, square.low);
}

namespace detail {
// Minimax polynomials p0 + t q(t) for (a + c) R(a) in t = (a - c) / (a + c), a in [0,
// scaled_normal_tail_vanishes], R being Mills' ratio below: relative error below 2^-27 and 2^-58
// before rounding. These are q.
ACTIVATIONS_CUDA_HOST_DEVICE float mills_polynomial(float t) {
  return polynomial(t, 4.907839091e-5F, -5.794293646e-6F, -0.0004562680009F, -0.0003212142749F,
                    0.002498913927F, 0.003216659679F, -0.01644308534F, -0.01656675457F,
                    0.1823341308F, -0.4743540948F);
}
ACTIVATIONS_CUDA_HOST_DEVICE double mills_polynomial(double t) {
  return polynomial(t, 1.6654117213188638e-10, -3.620612668758202e-10, -2.9545686448924638e-9,
                    5.408078278303824e-10, 1.9917672811952507e-8, 1.5546709822837302e-8,
                    -8.518869707911608e-8, -1.5709111635102963e-7, 2.712903827116686e-7,
                    1.0228084373010764e-6, -6.293016987445162e-7, -5.9206568418789385e-6,
                    7.164986111039876e-7, 3.514480858474632e-5, -1.9082155667643436e-6,
                    -0.00023109495518859577, 0.00013334430580201972, 0.001630818459596244,
                    -0.003479692366813795, -0.007540188966839197, 0.06039657489091094,
                    -0.18652185795965434, 0.387137400742215, -0.6078966419718921);
}
template <class Real>
constexpr Real mills_center = sizeof(Real) == 8 ? Real(4) : Real(2.75);
template <class Real>
constexpr Real mills_constant = sizeof(Real) == 8 ? Real(0.7552851304157515) : Real(0.7189860422F);
}  // namespace detail

/// R(a) = Phi(-a) e^(a^2 / 2) for 0 <= a <= scaled_normal_tail_vanishes, falling from 1 / 2 as
/// 1 / (a sqrt(2 pi)): Mills' ratio of the normal distribution, times its density at 0. The low part
/// is what the last addition and the last product lose.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE two_part<Real> mills_ratio(Real a) {
  constexpr Real center = detail::mills_center<Real>, constant = detail::mills_constant<Real>;
  Real const sum = a + center;
  Real const inverse = reciprocal(sum, a - (sum - center));
  Real const t = fma(Real(2) * a, inverse, Real(-1));
  Real const q = detail::mills_polynomial(t);
  Real const p = fma(t, q, constant);
  Real const p_low = fma(t, q, constant - p);
  exact_product<Real> const ratio(inverse, p);
  return {ratio.value, fma(inverse, p_low, ratio.low)};
}

}  // namespace activations_cuda::math
