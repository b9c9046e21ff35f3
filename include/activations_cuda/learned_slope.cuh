#pragma once

#include <activations_cuda/arithmetic.cuh>

namespace activations_cuda {

/// A learned slope beyond a knot. Any value is allowed, 0 among them, of which the product with an
/// infinite distance shall be 0; a comparison for each element would be a branch.
template <class Real>
class learned_slope {
  using bits = typename math::detail::format<Real>::bits;

 public:
  ACTIVATIONS_CUDA_HOST_DEVICE explicit learned_slope(Real slope)
      : value(slope), kept_(slope == 0 ? bits{0} : ~bits{0}) {}

  Real value;
  /// The distance from the knot; 0 for a slope of 0.
  ACTIVATIONS_CUDA_HOST_DEVICE Real relevant(Real distance) const {
    return math::detail::bits_as<Real>(math::detail::bits_as<bits>(distance) & kept_);
  }

 private:
  bits kept_;
};

/// dy, or NaN where x is NaN: then dx and every parameter gradient are.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real dy_or_nan(Real dy, Real x) {
  return x == x ? dy : x;
}

/// sum + g * factor on the parameter's side of its knot, else sum; NaN for a NaN g on any side. An
/// overflow on the other side is never seen.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real sum_on_side(bool side, Real g, Real factor, Real sum) {
  Real const added = math::fma(g, factor, sum);
  bool const counts = side | (g != g);
  return counts ? added : sum;
}

}  // namespace activations_cuda
