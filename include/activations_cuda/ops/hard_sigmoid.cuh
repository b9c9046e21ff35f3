#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/parameter.hpp>

namespace activations_cuda {

/// min(max(slope x + offset, 0), 1). Gradient: slope strictly between the knots, the x where
/// slope x + offset is 0 and 1, and 0 at both and beyond; where it is 0, dx is +0 whatever dy is.
/// The defaults, knots at -3 and 3, are PyTorch's and Keras 3's; slope 0.2 is Keras 2's and ONNX's.
///
/// slope x + offset is one fused operation: half an ulp, near the lower knot too. The knots are
/// quotients in double of the rounded parameters.
struct hard_sigmoid {
  double slope = 1.0 / 6.0;
  double offset = 0.5;

  static constexpr parameter<hard_sigmoid> parameters[] = {
      {"slope", &hard_sigmoid::slope, constraint::nonzero}, {"offset", &hard_sigmoid::offset}};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    real slope, offset, lower, upper;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(hard_sigmoid const& op)
        : slope(static_cast<real>(op.slope)), offset(static_cast<real>(op.offset)) {
      double const zero = knot(0.0);
      double const one = knot(1.0);
      lower = math::rounded_down<real>(zero < one ? zero : one);
      upper = -math::rounded_down<real>(zero < one ? -one : -zero);
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      real const line = math::fma(slope, x, offset);
      return line <= 0 ? real(0) : (line >= 1 ? real(1) : line);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      return x > lower && x < upper ? math::product(dy, slope) : math::zero_or_nan(x);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      return y > 0 && y < 1 ? math::product(dy, slope) : math::zero_or_nan(y);
    }

   private:
    ACTIVATIONS_CUDA_HOST_DEVICE double knot(double value) const {
      return (value - static_cast<double>(offset)) / static_cast<double>(slope);
    }
  };
};

}  // namespace activations_cuda
