#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/parameter.hpp>

namespace activations_cuda {

/// Rectified linear unit: max(x, 0), with +0 for -0. Gradient: 1 for x > 0, else 0, also at 0;
/// where it is 0, dx is +0 whatever dy is. Exact. Nair & Hinton 2010.
struct relu {
  static constexpr double knots[] = {0.0};
  static constexpr bool gradient_is_0_or_1 = true;

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(relu const&) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const { return x <= 0 ? real(0) : x; }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      return x > 0 ? dy : math::zero_or_nan(x);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      return backward(dy, y);
    }
  };
};

}  // namespace activations_cuda
