#pragma once

#include <activations_cuda/exponential.cuh>
#include <activations_cuda/parameter.hpp>

#include <type_traits>

namespace activations_cuda {

/// Logistic sigmoid: s(x) = 1 / (1 + e^-x). Gradient: s(x) s(-x); from the output y: y (1 - y).
///
/// With e = e^-|x| both tails keep their digits: s(x) is 1 / (1 + e) for x >= 0 and e / (1 + e)
/// below, and s(x) s(-x) = e / (1 + 2e + e^2) has no 1 - s to cancel. From the output, the gradient
/// is 0 once y has rounded to 1. Within 1.5 ulp, the gradient 3.8.
struct sigmoid {
  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(sigmoid const&) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      if constexpr (reduced) {
        float const e = math::exp2_approximate(-math::log2_e * x);
        return math::reciprocal_approximate(1.0F + e);
      } else {
        auto const split =
            math::exponential(math::at_least(-math::absolute(x), math::exponential_vanishes<real>));
        real const e = math::scaled_down(real(1) + split.minus_one, split.exponent);
        return math::over_one_plus(x < 0 ? e : real(1), e);
      }
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      if constexpr (reduced) {
        // (h / (1 + h^2))^2 with h = e^(-|x|/2): dy meets each half of the exponent in turn, so
        // nothing underflows before the result does.
        float const h = math::exp2_approximate_subnormal(-0.5F * math::log2_e * math::absolute(x));
        float const root = math::product(h, math::reciprocal_approximate(math::fma(h, h, 1.0F)));
        return math::product(math::product(dy, root), root);
      } else {
        return math::logistic_gradient(
            dy, real(1),
            math::at_least(-math::absolute(x), math::scaled_exponential_vanishes<real>));
      }
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      return math::product(math::product(dy, y), real(1) - y);
    }
  };
};

}  // namespace activations_cuda
