#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/parameter.hpp>

#include <type_traits>

namespace activations_cuda {

/// Softsign: x / (1 + |x|). Gradient: 1 / (1 + |x|)^2; from the output y: (1 - |y|)^2. Bergstra and
/// others 2009; PyTorch, ONNX.
///
/// Nothing cancels: within 1.5 ulp, the gradient 3.5. Large |x| are kept where reciprocals are
/// normal: forward by a bound beyond which the result is 1, backward by a power of 2 that dy meets
/// on both sides.
struct softsign {
  static constexpr double knots[] = {0.0};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(softsign const&) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      constexpr real saturates = real(1ULL << 60);
      real const magnitude = math::at_most(math::absolute(x), saturates);
      real const sum = real(1) + magnitude;
      if constexpr (reduced) {
        return math::product(math::with_sign_of(magnitude, x), math::reciprocal_approximate(sum));
      } else {
        return math::with_sign_of(math::quotient(magnitude, sum), x);
      }
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      constexpr bool wide = sizeof(real) == 8;
      constexpr real large = wide ? real(0x1p500) : real(0x1p60);
      constexpr real smaller = wide ? real(0x1p-768) : real(0x1p-96);
      real const magnitude = math::absolute(x);
      real const sum = real(1) + magnitude;
      real const scale = sum > large ? smaller : real(1);
      real const scaled = math::at_most(math::product(sum, scale), large);  // not infinite
      real square;
      if constexpr (reduced) {
        float const root = math::reciprocal_approximate(scaled);
        square = math::product(root, root);
      } else {
        real const root = math::reciprocal(scaled);
        real const low = sum > large ? real(0) : magnitude - (sum - real(1));
        // 1 - root (sum + low), of which the square has twice as much.
        real const residual = math::fma(-root, low, math::fma(-root, scaled, real(1)));
        square = math::product(root, root);
        square = math::fma(square, real(2) * residual, square);
      }
      return math::product(math::product(math::product(dy, scale), square), scale);
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      real const root = real(1) - math::absolute(y);
      return math::product(dy, math::product(root, root));
    }
  };
};

}  // namespace activations_cuda
