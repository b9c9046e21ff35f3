#pragma once

#include <activations_cuda/row_evaluator.cuh>

namespace activations_cuda {

/// Softmax of scale x of each row: e^(z_i - m) / sum_j e^(z_j - m), z = scale x, m the row's maximum of
/// z, always subtracted. Gradient from the output: dx_i = scale y_i (dy_i - sum_j dy_j y_j).
///
/// NaN or an infinite z above all in a row gives a row of NaN, and so does one of nothing but -inf.
struct softmax {
  double scale = 1.0;

  static constexpr parameter<softmax> parameters[] = {
      {"scale", &softmax::scale, constraint::nonzero}};

  template <class Arithmetic>
  struct evaluator : row_evaluator<Arithmetic> {
    using real = typename Arithmetic::real;
    /// One sum is enough.
    static constexpr bool counts_maxima = false;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(softmax const& op)
        : row_evaluator<Arithmetic>(op.scale) {}

    /// What an element keeps of x - maximum and e^(z - m) until the sums are known.
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value keep(Value /*difference*/, Value exponential) const {
      return exponential;
    }
    /// The row's factor, from the sum of e^(z - m).
    ACTIVATIONS_CUDA_HOST_DEVICE real normalizer(real total) const {
      return math::reciprocal(total);
    }
    template <class Value, class Normalizer>
    ACTIVATIONS_CUDA_HOST_DEVICE Value finish(Value kept, Normalizer normalizer,
                                              real /*scale*/) const {
      return math::product(kept, Value(normalizer));
    }
    /// y of an element that is masked.
    static constexpr double masked = 0;

    /// What backward sums over the row, and dx from that sum times the scale.
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value add(Value sum, Value dy, Value y) const {
      return math::fma(dy, y, sum);
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value y, Value scaled_sum) const {
      return math::product(y, math::fma(dy, Value(this->signed_scale), -scaled_sum));
    }
  };
};

}  // namespace activations_cuda
