#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/parameter.hpp>

namespace activations_cuda {

/// A toy for tests/add_activation: scale * x for x > 0, else 0.
struct toy {
  double scale = 2.0;

  static constexpr parameter<toy> parameters[] = {{"scale", &toy::scale}};
  static constexpr double knots[] = {0.0};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    real scale;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(toy const& op)
        : scale(static_cast<real>(op.scale)) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      return x <= 0 ? real(0) : math::product(scale, x);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      return x > 0 ? math::product(scale, dy) : (x <= 0 ? real(0) : x);
    }
  };
};

}  // namespace activations_cuda
