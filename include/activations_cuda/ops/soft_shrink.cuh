#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/parameter.hpp>

namespace activations_cuda {

/// Soft thresholding: x - lambda for x > lambda, x + lambda for x < -lambda, else +0. Gradient: 1
/// for |x| > lambda, else 0; where it is 0, dx is +0 whatever dy is. One rounding. NaN stays NaN.
/// Donoho 1995; the default is PyTorch's.
struct soft_shrink {
  double lambda = 0.5;

  static constexpr parameter<soft_shrink> parameters[] = {
      {"lambda", &soft_shrink::lambda, constraint::nonnegative}};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    real lambda;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(soft_shrink const& op)
        : lambda(static_cast<real>(op.lambda)) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      real const lowered = x - lambda;
      real const raised = x + lambda;
      real const not_above = x < -lambda ? raised : math::zero_or_nan(x);
      return x > lambda ? lowered : not_above;
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      return math::absolute(x) > lambda ? dy : math::zero_or_nan(x);
    }
    /// y is 0 exactly where |x| <= lambda: the difference of two numbers is 0 only if they are equal.
    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      return math::absolute(y) > 0 ? dy : math::zero_or_nan(y);
    }
  };
};

}  // namespace activations_cuda
