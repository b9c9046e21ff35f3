#pragma once

#include <activations_cuda/ops/soft_shrink.cuh>

namespace activations_cuda {

/// Hard thresholding: x for |x| > lambda, else +0. Gradient: 1 for |x| > lambda, else 0; where it is
/// 0, dx is +0 whatever dy is. Exact. NaN stays NaN. Donoho 1994; the default is PyTorch's.
struct hard_shrink {
  double lambda = 0.5;

  static constexpr parameter<hard_shrink> parameters[] = {
      {"lambda", &hard_shrink::lambda, constraint::nonnegative}};

  template <class Arithmetic>
  struct evaluator : soft_shrink::evaluator<Arithmetic> {
    using base = soft_shrink::evaluator<Arithmetic>;
    using real = typename Arithmetic::real;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(hard_shrink const& op)
        : base(soft_shrink{op.lambda}) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const { return base::backward(x, x); }
  };
};

}  // namespace activations_cuda
