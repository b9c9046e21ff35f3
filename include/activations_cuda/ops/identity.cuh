#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/parameter.hpp>

namespace activations_cuda {

/// Identity: x. Gradient: 1. Exact.
struct identity {
  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(identity const&) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const { return x; }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const { return x == x ? dy : x; }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      return backward(dy, y);
    }
  };
};

}  // namespace activations_cuda
