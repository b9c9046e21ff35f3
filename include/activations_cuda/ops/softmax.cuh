#pragma once

#include <activations_cuda/arithmetic.cuh>

namespace activations_cuda {

/// Softmax of each row: e^(x_i - m) / sum_j e^(x_j - m), m the row's maximum, always subtracted.
/// Gradient from the output: dx_i = y_i (dy_i - sum_j dy_j y_j).
///
/// NaN or +inf anywhere in a row, or a row of nothing but -inf, gives a row of NaN.
struct softmax {
  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(softmax const&) {}

    /// What an element keeps of difference = x - m and e^difference until the sums are known.
    ACTIVATIONS_CUDA_HOST_DEVICE real keep(real /*difference*/, real exponential) const {
      return exponential;
    }
    /// The row's factor, from the number of maxima and the sum of e^(x - m) over all other
    /// elements.
    ACTIVATIONS_CUDA_HOST_DEVICE real normalizer(real maxima, real others) const {
      return math::reciprocal(maxima + others);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real finish(real kept, real normalizer) const {
      return math::product(kept, normalizer);
    }

    /// What backward sums over the row, and dx from that sum.
    ACTIVATIONS_CUDA_HOST_DEVICE real term(real dy, real y) const { return math::product(dy, y); }
    template <class Exponential>
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real y, real sum,
                                               Exponential const&) const {
      return math::product(y, dy - sum);
    }
  };
};

}  // namespace activations_cuda
