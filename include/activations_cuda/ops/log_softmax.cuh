#pragma once

#include <activations_cuda/arithmetic.cuh>

#include <cmath>

namespace activations_cuda {

/// Logarithm of the softmax of each row: (x_i - m) - log sum_j e^(x_j - m), m the row's maximum.
/// Gradient from the output: dx_i = dy_i - e^(y_i) sum_j dy_j.
///
/// The sum leaves out one occurrence of the maximum and enters through log1p, so that a dominant
/// column keeps its digits. NaN or +inf anywhere in a row, or a row of nothing but -inf, gives a
/// row of NaN.
struct log_softmax {
  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(log_softmax const&) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real keep(real difference, real /*exponential*/) const {
      return difference;
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real normalizer(real maxima, real others) const {
      return ::log1p((maxima - real(1)) + others);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real finish(real kept, real normalizer) const {
      return kept - normalizer;
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real term(real dy, real /*y*/) const { return dy; }
    template <class Exponential>
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real y, real sum,
                                               Exponential const& exponential) const {
      return math::fma(-exponential(y), sum, dy);
    }
  };
};

}  // namespace activations_cuda
