#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/parameter.hpp>

namespace activations_cuda {

/// Clipping: x between lower and upper, else the nearer of them; at the knots exactly these, so a
/// lower of 0 gives +0 for -0. Gradient: 1 strictly between, 0 at both knots and beyond; where it is
/// 0, dx is +0 whatever dy is. Exact. Collobert 2004; the defaults are PyTorch's.
///
/// backward_from_output needs a lower and an upper that y's type holds or rounds outwards: rounded
/// inwards, clipped ones would look as if they were not.
struct hard_tanh {
  double lower = -1.0;
  double upper = 1.0;

  static constexpr parameter<hard_tanh> parameters[] = {{"lower", &hard_tanh::lower},
                                                        {"upper", &hard_tanh::upper}};

  /// What is wrong with the parameters together; nullptr if nothing is.
  char const* parameters_contradict() const {
    return lower > upper ? "lower must be at most upper" : nullptr;
  }
  /// Why backward_from_output cannot work where y is stored like this; nullptr if it can.
  template <class Stored>
  char const* storage_hides_gradient(Stored const& stored) const {
    using real = decltype(stored(lower));
    bool const inside =
        stored(lower) > static_cast<real>(lower) || stored(upper) < static_cast<real>(upper);
    return inside ? "lower and upper must be numbers that the type of y holds, or rounds outwards: "
                    "between them y does not tell what was clipped"
                  : nullptr;
  }

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    real lower, upper;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(hard_tanh const& op)
        : lower(static_cast<real>(op.lower)), upper(static_cast<real>(op.upper)) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      real const at_most_upper = x >= upper ? upper : x;
      return x <= lower ? lower : at_most_upper;
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      bool const inside = (x > lower) & (x < upper);  // && would branch
      return inside ? dy : math::zero_or_nan(x);
    }
    /// y is strictly between the knots where x is, unless storage rounds them inwards.
    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      return backward(dy, y);
    }
  };
};

}  // namespace activations_cuda
