// What the activations with learned parameters share.
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

/// a, but NaN where b is NaN.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real nan_with(Real a, Real b) {
  return b == b ? a : b;
}

/// One element of a gradient: dy and x, each NaN where the other is. So dx and the parameters'
/// gradients are NaN, if a NaN x is on every side of a knot.
template <class Real>
struct gradient_point {
  Real dy, x;
  ACTIVATIONS_CUDA_HOST_DEVICE gradient_point(Real dy_, Real x_)
      : dy(nan_with(dy_, x_)), x(nan_with(x_, dy)) {}
  /// sum + dy * factor on the parameter's side of its knot, else sum: an overflow on the other side
  /// is never seen.
  ACTIVATIONS_CUDA_HOST_DEVICE Real sum_on(bool side, Real factor, Real sum) const {
    Real const added = math::fma(dy, factor, sum);
    return side ? added : sum;
  }
};

/// sum + dy * a * b. A small dy meets the larger factor first, a large one the smaller: so no
/// product leaves the range of normal numbers that the whole does not leave, if dy is normal.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real add_product(Real dy, Real a, Real b, Real sum) {
  bool const a_is_larger = math::absolute(a) > math::absolute(b);
  bool const a_first = (math::absolute(dy) < Real(1)) == a_is_larger;
  return math::fma(math::product(dy, a_first ? a : b), a_first ? b : a, sum);
}

}  // namespace activations_cuda
