#pragma once

#include <activations_cuda/row_evaluator.cuh>

#include <cmath>

namespace activations_cuda {

/// Logarithm of the softmax of scale x of each row: (z_i - m) - log sum_j e^(z_j - m), z = scale x, m
/// the row's maximum of z. Gradient from the output: dx_i = scale (dy_i - e^(y_i) sum_j dy_j).
///
/// A sum below e leaves out one occurrence of the maximum and enters through log1p, so that a dominant
/// column keeps its digits. NaN or an infinite z above all in a row gives a row of NaN, and so does one
/// of nothing but -inf.
struct log_softmax {
  double scale = 1.0;

  static constexpr parameter<log_softmax> parameters[] = {
      {"scale", &log_softmax::scale, constraint::nonzero}};

  template <class Arithmetic>
  struct evaluator : row_evaluator<Arithmetic> {
    using real = typename Arithmetic::real;
    static constexpr bool counts_maxima = true;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(log_softmax const& op)
        : row_evaluator<Arithmetic>(op.scale) {}

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value keep(Value difference, Value /*exponential*/) const {
      return difference;
    }
    /// For a sum below 4; behind 2 it is log 2 + log(sum / 2).
    ACTIVATIONS_CUDA_HOST_DEVICE real normalizer(real maxima, real others) const {
      real const above_one = (maxima - real(1)) + others;
      bool const doubles = above_one > real(1);
      real const e = doubles ? (above_one - real(1)) * real(0.5) : above_one;
      return math::log1p(e) + (doubles ? real(0.69314718055994531) : real(0));
    }
    /// From the sum over all elements, and from where on that keeps the digits: at e or more the
    /// logarithm's relative error is not above the sum's.
    static constexpr real least_total = real(2.718281828459045235);
    ACTIVATIONS_CUDA_HOST_DEVICE real normalizer(real total) const {
      if constexpr (row_evaluator<Arithmetic>::reduced) {
        return math::product(math::log2_approximate(total), math::ln_2);
      } else {
        return ::log(total);
      }
    }
    template <class Value, class Normalizer>
    ACTIVATIONS_CUDA_HOST_DEVICE Value finish(Value kept, Normalizer normalizer, real scale) const {
      return math::fma(kept, Value(scale), Value(-normalizer));
    }
    static constexpr double masked = -INFINITY;

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value add(Value sum, Value dy, Value /*y*/) const {
      return sum + dy;
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value y, Value scaled_sum) const {
      return math::fma(dy, Value(this->signed_scale),
                       -math::product(this->exponential_of_log(y), scaled_sum));
    }
  };
};

}  // namespace activations_cuda
