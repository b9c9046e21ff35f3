#pragma once

#include <activations_cuda/exponential.cuh>
#include <activations_cuda/parameter.hpp>

#include <type_traits>

namespace activations_cuda {

/// Continuously differentiable ELU: x for x > 0, else alpha (e^(x / alpha) - 1). Gradient: 1 for
/// x > 0, else e^(x / alpha); from the output y: (y + alpha) / alpha. Barron 2017; PyTorch. With a
/// negative alpha the left side falls exponentially.
///
/// x / alpha is a product with 1 / alpha in two parts and carries its low part, for its rounding
/// error is multiplied by the exponent. Within 2.1 ulp, the gradient 2.
struct celu {
  double alpha = 1.0;

  static constexpr parameter<celu> parameters[] = {{"alpha", &celu::alpha, constraint::nonzero}};
  static constexpr double knots[] = {0.0};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    real alpha;
    real inverse, inverse_low;  // 1 / alpha
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(celu const& op)
        : alpha(static_cast<real>(op.alpha)),
          inverse(real(1) / alpha),
          inverse_low(math::product(math::fma(-alpha, inverse, real(1)), inverse)) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const { return x > 0 ? x : negative_side(x); }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      if constexpr (reduced) {
        // dy meets each half of the exponent in turn, so nothing underflows before the result.
        float const root = math::exp2_approximate_subnormal(half_exponent(x));
        return x > 0 ? dy : math::product(math::product(dy, root), root);
      } else {
        auto const split = exponential(x);
        return x > 0 ? dy : math::scaled_product(dy, real(1) + split.minus_one, split.exponent);
      }
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      return y > 0 ? dy : math::product(dy, math::product(y + alpha, inverse));
    }

   private:
    ACTIVATIONS_CUDA_HOST_DEVICE float half_exponent(float x) const {
      return math::product(0.5F * math::log2_e * inverse, x);
    }

    // e^(x / alpha)
    ACTIVATIONS_CUDA_HOST_DEVICE math::split_exponential<real> exponential(real x) const {
      math::exact_product<real> const t(x, inverse);
      return math::clamped_exponential(t.value, math::fma(x, inverse_low, t.low));
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real negative_side(real x) const {
      real const t = math::product(x, inverse);
      if constexpr (reduced) {
        float const series = math::product(x, math::fma(t, math::fma(t, 1.0F / 6.0F, 0.5F), 1.0F));
        // alpha meets each half of the exponent in turn, so nothing overflows before the result.
        float const root = math::exp2_approximate(half_exponent(x));
        float const large = math::fma(math::product(alpha, root), root, -alpha);
        return math::absolute(t) < 0.03125F ? series : large;
      } else {
        // Far below, minus_one saturates; far above (alpha < 0) a part of the exponent waits.
        auto split = exponential(x);
        int const kept = math::at_most(math::at_least(split.exponent, -64), 64);
        int const above = math::at_least(split.exponent, 64) - 64;
        split.exponent = kept;
        real const value = math::scaled(math::product(alpha, math::minus_one(split)), above);
        return math::absolute(t) < real(0x1p-60) ? x : value;  // where x / alpha may underflow
      }
    }
  };
};

}  // namespace activations_cuda
