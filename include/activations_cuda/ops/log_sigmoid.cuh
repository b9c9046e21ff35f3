#pragma once

#include <activations_cuda/exponential.cuh>
#include <activations_cuda/parameter.hpp>

#include <type_traits>

namespace activations_cuda {

/// Logarithm of the logistic sigmoid: log s(x) = -log(1 + e^-x). Gradient: s(-x); from the output
/// y: 1 - e^y. PyTorch.
///
/// min(x, 0) - log(1 + e) with e = e^-|x|: both terms have one sign, so nothing cancels. Within
/// 1.9 ulp, the gradient 2.4.
struct log_sigmoid {
  static constexpr double knots[] = {0.0};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(log_sigmoid const&) {}

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value forward(Value x) const {
      Value const linear = math::at_most(x, -Value(0));
      if constexpr (reduced) {
        Value const e = math::exp2_approximate(-math::log2_e * math::absolute(x));
        return linear - math::product(e, math::log1p_ratio_approximate(e));
      } else {
        auto const split =
            math::exponential(math::at_least(-math::absolute(x), math::exponential_vanishes<real>));
        return linear - math::log1p(math::scaled_down(real(1) + split.minus_one, split.exponent));
      }
    }

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value x) const {
      if constexpr (reduced) {
        return math::logistic_product_approximate(dy, -math::log2_e * x);
      } else {
        return math::logistic_product(dy, -x, math::decay(x));
      }
    }

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward_from_output(Value dy, Value y) const {
      if constexpr (reduced) {
        return math::product(dy, -math::minus_one_approximate(y));
      } else {
        return math::product(dy, -math::minus_one(y));
      }
    }
  };
};

}  // namespace activations_cuda
