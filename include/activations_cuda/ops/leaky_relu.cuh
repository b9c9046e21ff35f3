#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/parameter.hpp>

namespace activations_cuda {

/// Leaky ReLU: x for x > 0, else slope * x. Gradient: 1 for x > 0, else slope, also at 0. Maas
/// 2013; PyTorch, ONNX. TensorFlow's default slope is 0.2, MXNet's 0.25, the Keras layer's 0.3.
///
/// A slope of 0 is relu: the limit at -inf is 0 and dx is +0 for x <= 0 whatever dy is. Rounded
/// once. backward_from_output needs slope >= 0: below, the sign of y does not tell the side.
struct leaky_relu {
  double slope = 0.01;

  static constexpr parameter<leaky_relu> parameters[] = {{"slope", &leaky_relu::slope}};
  static constexpr double knots[] = {0.0};

  /// Why backward_from_output cannot work with these parameters; nullptr if it can.
  char const* output_hides_gradient() const {
    return slope < 0 ? "slope must be 0 or more: with a negative slope the sign of y does not tell "
                       "the side"
                     : nullptr;
  }

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    using bits = typename math::detail::format<real>::bits;
    real slope;
    bits kept;  // of a product with the slope; a comparison of the slope with 0 would be a branch
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(leaky_relu const& op)
        : evaluator(static_cast<real>(op.slope)) {}
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(real rounded_slope)
        : slope(rounded_slope), kept(slope == 0 ? bits{0} : ~bits{0}) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const { return backward(x, x); }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      // Both sides first: the compiler makes a branch of what only one side needs.
      real const leaked = leak(dy);
      real const side = x > 0 ? dy : leaked;
      return x == x ? side : x;
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      return backward(dy, y);
    }

   private:
    // slope * value; with a slope of 0 that is 0, whatever value is.
    ACTIVATIONS_CUDA_HOST_DEVICE real leak(real value) const {
      auto const product = math::detail::bits_as<bits>(math::product(slope, value));
      return math::detail::bits_as<real>(product & kept);
    }
  };
};

}  // namespace activations_cuda
