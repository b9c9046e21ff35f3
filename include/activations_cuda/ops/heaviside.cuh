#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/parameter.hpp>

namespace activations_cuda {

/// Heaviside step: a1 for x >= threshold, else a0; so H(0) = 1 by default. NaN stays NaN. Gradient:
/// 0 everywhere (almost everywhere, and by convention at the step), whatever dy is. Exact: a1 and
/// a0 are rounded to the type.
struct heaviside {
  double threshold = 0.0;
  double a0 = 0.0;  ///< the value below the threshold
  double a1 = 1.0;  ///< the value at the threshold and above

  static constexpr parameter<heaviside> parameters[] = {
      {"threshold", &heaviside::threshold}, {"a0", &heaviside::a0}, {"a1", &heaviside::a1}};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    real threshold, a0, a1;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(heaviside const& op)
        : threshold(static_cast<real>(op.threshold)),
          a0(static_cast<real>(op.a0)),
          a1(static_cast<real>(op.a1)) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      real const side = x >= threshold ? a1 : a0;
      return x == x ? side : x;
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real /*dy*/, real x) const {
      return math::zero_or_nan(x);
    }
  };
};

}  // namespace activations_cuda
