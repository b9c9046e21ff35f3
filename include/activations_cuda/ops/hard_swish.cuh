#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/parameter.hpp>

namespace activations_cuda {

/// x min(max(x + 3, 0), 6) / 6. Gradient: 0 for x <= -3, 1 for x >= 3, (2x + 3) / 6 between; where
/// it is 0, dx is +0 whatever dy is. Howard 2019 (MobileNetV3); at the knots PyTorch's values.
///
/// x + 3 and x + 3/2 are exact near their roots, so the error is relative everywhere. 1/6 has a low
/// part; three roundings are left, below 2 ulp.
struct hard_swish {
  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(hard_swish const&) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      real const bent = math::product(x, sixth_of(x + real(3)));
      real const above = x >= 3 ? x : bent;
      return x <= -3 ? real(0) : above;
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      real const bent = math::product(dy, sixth_of(real(2) * x + real(3)));
      real const above = x >= 3 ? dy : bent;
      return x <= -3 ? real(0) : above;
    }

   private:
    ACTIVATIONS_CUDA_HOST_DEVICE static real sixth_of(real a) {
      constexpr real sixth = real(1) / real(6);
      constexpr real low = sizeof(real) == 8 ? real(9.25185853854297e-18)
                                             : real(1.0 / 6.0 - static_cast<double>(sixth));
      return math::fma(a, sixth, math::product(a, low));
    }
  };
};

}  // namespace activations_cuda
