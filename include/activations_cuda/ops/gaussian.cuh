#pragma once

#include <activations_cuda/exponential.cuh>
#include <activations_cuda/parameter.hpp>

#include <type_traits>

namespace activations_cuda {

/// Gaussian: e^(-x^2). Gradient: -2 x e^(-x^2).
///
/// The square carries its low part, for its rounding error is multiplied by the exponent. Within
/// 1.2 ulp, the gradient 1.9.
struct gaussian {
  static constexpr double knots[] = {0.0};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    static constexpr bool wide = sizeof(real) == 8;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(gaussian const&) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      if constexpr (reduced) {
        return math::exp2_approximate(math::product(-math::log2_e * x, x));
      } else {
        constexpr real vanishes = wide ? real(27.5) : real(10.25);
        auto const split = negative_square_exponential(math::at_most(math::absolute(x), vanishes));
        return math::scaled_down(real(1) + split.minus_one, split.exponent);
      }
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      // Beyond it the result is 0 for every dy.
      constexpr real vanishes = wide ? real(38.5) : real(14.25);
      real const magnitude = math::at_most(math::absolute(x), vanishes);
      real const weight = real(-2) * math::with_sign_of(magnitude, x);
      if constexpr (reduced) {
        // dy meets each half of the exponent in turn, so nothing underflows before the result does.
        float const root = math::exp2_approximate_subnormal(
            math::product(-0.5F * math::log2_e * magnitude, magnitude));
        return math::product(math::product(dy, root), math::product(weight, root));
      } else {
        auto const split = negative_square_exponential(magnitude);
        return math::scaled_product(dy, math::fma(weight, split.minus_one, weight), split.exponent);
      }
    }

   private:
    static ACTIVATIONS_CUDA_HOST_DEVICE math::split_exponential<real> negative_square_exponential(
        real x) {
      math::exact_product<real> const square(x, -x);
      return math::exponential(square.value, square.low);
    }
  };
};

}  // namespace activations_cuda
