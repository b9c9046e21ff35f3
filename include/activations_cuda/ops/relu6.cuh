#pragma once

#include <activations_cuda/ops/hard_tanh.cuh>

namespace activations_cuda {

/// min(max(x, 0), 6), with +0 for -0. Gradient: 1 strictly between 0 and 6, 0 at both knots and
/// beyond; where it is 0, dx is +0 whatever dy is. Exact. Krizhevsky 2010; MobileNet.
struct relu6 {
  template <class Arithmetic>
  struct evaluator : hard_tanh::evaluator<Arithmetic> {
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(relu6 const&)
        : hard_tanh::evaluator<Arithmetic>(hard_tanh{0.0, 6.0}) {}
  };
};

}  // namespace activations_cuda
