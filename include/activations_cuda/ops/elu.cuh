#pragma once

#include <activations_cuda/exponential.cuh>
#include <activations_cuda/parameter.hpp>

#include <cmath>
#include <type_traits>

namespace activations_cuda {

/// Exponential linear unit: x for x > 0, else alpha (e^x - 1). Gradient: 1 for x > 0, else
/// alpha e^x, also at 0; from the output y: y + alpha. Clevert, Unterthiner and Hochreiter 2015.
///
/// With e^x = (1 + m) 2^k, e^x - 1 is one fused operation of m, so it has all its digits near 0:
/// within 1.8 ulp. The gradient, within 2 ulp, forms no e^x that underflows before dx does.
/// backward_from_output needs alpha >= 0: below, the sign of y does not tell the side.
struct elu {
  double alpha = 1.0;

  static constexpr parameter<elu> parameters[] = {{"alpha", &elu::alpha}};
  static constexpr double knots[] = {0.0};

  /// Why backward_from_output cannot work with these parameters; nullptr if it can.
  char const* output_hides_gradient() const {
    return alpha < 0 ? "alpha must be 0 or more: with a negative alpha the sign of y does not tell "
                       "the side"
                     : nullptr;
  }

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    real alpha;
    real mantissa;  // alpha is mantissa * 2^exponent, of magnitude 1 to 2 unless it is very large
    int exponent;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(elu const& op)
        : alpha(static_cast<real>(op.alpha)), mantissa(alpha), exponent(0) {
      if (alpha != 0) {
        exponent = math::at_most(::ilogb(alpha), 100);
        mantissa = ::ldexp(alpha, -exponent);
      }
    }

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value forward(Value x) const {
      Value negative;
      if constexpr (reduced) {
        negative = math::product(alpha, math::minus_one_approximate(x));
      } else {
        negative = math::product(alpha, math::minus_one(x));
      }
      return math::select(x > 0, x, negative);
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      real const scale = dy_or_zero(dy);
      real negative;
      if constexpr (reduced) {
        // dy and alpha take half of the exponent each, so nothing underflows before the result.
        float const root = math::exp2_approximate_subnormal(0.5F * math::log2_e * x);
        negative = math::product(math::product(scale, root), math::product(alpha, root));
      } else {
        auto const split =
            math::exponential(math::at_least(x, math::scaled_exponential_vanishes<real>));
        real const factor = math::fma(mantissa, split.minus_one, mantissa);
        negative = math::scaled_product(scale, factor, split.exponent + exponent);
      }
      return x > 0 ? dy : negative;
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      real const negative = math::product(dy_or_zero(dy), y + alpha);
      return y > 0 ? dy : negative;
    }

   private:
    // An alpha of 0 is relu, whose gradient is 0 whatever dy is.
    ACTIVATIONS_CUDA_HOST_DEVICE real dy_or_zero(real dy) const {
      return alpha == 0 ? real(0) : dy;
    }
  };
};

}  // namespace activations_cuda
