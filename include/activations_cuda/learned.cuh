// What the activations with learned parameters share.
#pragma once

#include <activations_cuda/float_pair.cuh>

#include <cmath>

namespace activations_cuda {

/// A learned slope beyond a knot. Any value is allowed, 0 among them, of which the product with an
/// infinite distance shall be 0; a comparison for each element would be a branch.
template <class Real>
class learned_slope {
 public:
  ACTIVATIONS_CUDA_HOST_DEVICE explicit learned_slope(Real slope)
      : value(slope), farthest_(slope == 0 ? Real(0) : Real(INFINITY)) {}

  Real value;
  /// The distance of an x above the knot, and of one below it; 0 for a slope of 0. Of other x, any.
  ACTIVATIONS_CUDA_HOST_DEVICE Real above(Real distance) const {
    return math::minimum_number(distance, farthest_);
  }
  ACTIVATIONS_CUDA_HOST_DEVICE Real below(Real distance) const {
    return math::maximum_number(distance, -farthest_);
  }

 private:
  Real farthest_;
};

/// a, but NaN where b is NaN.
template <class Value, class Other>
ACTIVATIONS_CUDA_HOST_DEVICE Value nan_with(Value a, Other b) {
  return math::select(b == b, a, Value(b));
}

/// One element of a gradient: dy, NaN where x is, and whether either is. So dx and the parameters'
/// gradients are NaN, if such an element is on every side of a knot.
template <class Real>
struct gradient_point {
  bool is_nan;
  Real dy;
  ACTIVATIONS_CUDA_HOST_DEVICE gradient_point(Real dy_, Real x)
      : is_nan((dy_ != dy_) | (x != x)), dy(is_nan ? Real(NAN) : dy_) {}
  /// sum + dy * factor on the parameter's side of its knot, else sum: an overflow on the other side
  /// is never seen.
  ACTIVATIONS_CUDA_HOST_DEVICE Real sum_on(bool side, Real factor, Real sum) const {
    Real const added = math::fma(dy, factor, sum);
    return (side | is_nan) ? added : sum;
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
