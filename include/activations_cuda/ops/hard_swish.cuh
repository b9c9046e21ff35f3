#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/parameter.hpp>

namespace activations_cuda {

/// x min(max(x + 3, 0), 6) / 6. Gradient: 0 for x <= -3, 1 for x >= 3, (2x + 3) / 6 between; where
/// it is 0, dx is +0 whatever dy is. Howard 2019 (MobileNetV3); at the knots PyTorch's values.
///
/// x + 3 and x + 3/2 are exact near their roots, so the error is relative everywhere: three
/// roundings and that of 1/6 or 1/3, 2 ulp.
struct hard_swish {
  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(hard_swish const&) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      real const bent = math::product(x, math::product(x + real(3), real(1) / real(6)));
      real const above = x >= 3 ? x : bent;
      return x <= -3 ? real(0) : above;
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      real const bent = math::product(dy, math::product(x + real(1.5), real(1) / real(3)));
      real const above = x >= 3 ? dy : bent;
      return x <= -3 ? real(0) : above;
    }
  };
};

}  // namespace activations_cuda
