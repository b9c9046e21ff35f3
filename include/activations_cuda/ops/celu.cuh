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
    real weight, weight_rest;   // alpha as a product with room for the exponents of e^(x / alpha)
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(celu const& op)
        : alpha(static_cast<real>(op.alpha)),
          inverse(real(1) / alpha),
          inverse_low(math::product(math::fma(-alpha, inverse, real(1)), inverse)),
          weight(alpha),
          weight_rest(math::power_of_two<real>(spare)) {
      if (math::absolute(alpha) < real(1)) {
        weight = math::product(alpha, weight_rest);
        weight_rest = real(1);
      }
    }

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value forward(Value x) const {
      Value const t = math::product(x, inverse);
      Value small, large;
      if constexpr (reduced) {
        small = math::product(x, math::polynomial(t, 1.0F / 6.0F, 0.5F, 1.0F));
        // alpha meets each half of the exponent in turn, so nothing overflows before the result.
        Value const root = math::exp2_approximate(part_of_exponent(0.5F, x));
        large = math::fma(math::product(alpha, root), root, -alpha);
      } else {
        // (e^t - 1) 2^-spare: neither it nor alpha times it may overflow before the other comes in.
        constexpr real lowest = wide ? real(-40) : real(-20);  // from there on e^t - 1 is -1
        constexpr real highest = wide ? real(1200) : real(150);
        auto const split = exponential(x, alpha > 0 ? lowest : highest);
        real const scale = math::power_of_two<real>(split.exponent - spare);
        real const value =
            math::fma(scale, split.minus_one, scale - math::power_of_two<real>(-spare));
        large = math::product(math::product(value, weight), weight_rest);
        small = x;
      }
      constexpr real bound = reduced ? real(0x1p-5) : wide ? real(0x1p-60) : real(0x1p-26);
      Value const negative = math::select(math::absolute(t) < bound, small, large);
      return math::select(x > 0, x, negative);
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      real negative;
      if constexpr (reduced) {
        // dy meets each third of the exponent in turn: nothing overflows or underflows before the result,
        // which takes up to 2^261 of a subnormal dy.
        float const root = math::exp2_approximate(part_of_exponent(1.0F / 3.0F, x));
        float const all = math::product(math::product(math::product(dy, root), root), root);
        bool const zero = (x < 0) & (dy == 0);  // beside a root that overflows, too
        negative = zero ? dy : all;
      } else {
        constexpr real lowest = math::scaled_exponential_vanishes<real>;
        auto const split = exponential(x, alpha > 0 ? lowest : -lowest);
        negative = math::scaled_product(dy, real(1) + split.minus_one, split.exponent);
      }
      return x > 0 ? dy : negative;
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      real const negative = math::product(dy, math::product(y + alpha, inverse));
      return y > 0 ? dy : negative;
    }

   private:
    static constexpr bool wide = sizeof(real) == 8;
    static constexpr int spare = wide ? 768 : 96;

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value part_of_exponent(float part, Value x) const {
      return math::product(part * math::log2_e * inverse, x);
    }

    // e^(x / alpha), x / alpha being clamped to furthest.
    ACTIVATIONS_CUDA_HOST_DEVICE math::split_exponential<real> exponential(real x,
                                                                           real furthest) const {
      real const lowest = math::at_least(math::product(furthest, alpha), -math::largest<real>);
      real const clamped = math::at_least(x, lowest);
      math::exact_product<real> const t(clamped, inverse);
      return math::exponential(t.value, math::fma(clamped, inverse_low, t.low));
    }
  };
};

}  // namespace activations_cuda
