#pragma once

#include <activations_cuda/exponential.cuh>
#include <activations_cuda/parameter.hpp>

#include <cmath>
#include <type_traits>

namespace activations_cuda {

/// Softplus: log(1 + e^(beta x)) / beta. Gradient: s(beta x), s the logistic sigmoid; from the
/// output y: 1 - e^(-beta y). Dugas and others 2001; PyTorch, whose threshold beyond which it
/// returns x is not needed here. A negative beta gives min(x, 0) made smooth.
///
/// With e = e^-|beta x| it is log(1 + e) / beta, to which x is added where beta x > 0: both terms
/// have one sign, so nothing cancels. The product beta x carries its low part, for its rounding
/// error is multiplied by the exponent. Within 1.9 ulp, with a beta that is no power of 2 3.2;
/// the gradient 2.5.
struct softplus {
  double beta = 1.0;

  static constexpr parameter<softplus> parameters[] = {
      {"beta", &softplus::beta, constraint::nonzero}};
  static constexpr double knots[] = {0.0};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    real beta, inverse;        // 1 / beta
    real weight, weight_rest;  // the same as a product with room for the exponents of e
    float exponents;           // log2 |1 / beta|, for reduced_arithmetic
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(softplus const& op)
        : beta(static_cast<real>(op.beta)),
          inverse(real(1) / beta),
          weight(inverse),
          weight_rest(math::power_of_two<real>(-spare)),
          exponents(static_cast<float>(-::log2(::fabs(op.beta)))) {
      if (math::absolute(inverse) > real(1)) {
        weight = math::product(inverse, weight_rest);
        weight_rest = real(1);
      }
    }

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value forward(Value x) const {
      if constexpr (reduced) {
        // The exponent of e takes 1 / beta in, so that it does not vanish before the result does.
        Value const t = math::product(math::log2_e * beta, x);
        Value const linear = math::select(t > 0, x, 0.0F);
        Value const scaled = math::exp2_approximate(exponents - math::absolute(t));
        Value const e = math::product(scaled, math::absolute(beta));
        return math::fma(math::product(scaled, math::log1p_ratio_approximate(e)),
                         math::with_sign_of(1.0F, beta), linear);
      } else {
        real const linear = math::product(beta, x) > 0 ? x : real(0);
        auto const split =
            decay(x, wide ? real(-1400) : real(-170));  // exponents above -spare - 126
        // Neither e nor e / beta may underflow or overflow before the other comes in.
        real const above = math::product(real(1) + split.minus_one,
                                         math::power_of_two<real>(split.exponent + spare));
        real const e = math::product(above, math::power_of_two<real>(-spare));
        return linear + math::log1p(e, math::product(math::product(above, weight), weight_rest));
      }
    }

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value x) const {
      if constexpr (reduced) {
        return math::logistic_product_approximate(dy, math::product(math::log2_e * beta, x));
      } else {
        return math::logistic_product(dy, math::product(beta, x),
                                      decay(x, math::scaled_exponential_vanishes<real>));
      }
    }

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward_from_output(Value dy, Value y) const {
      Value const t = math::product(-beta, y);
      if constexpr (reduced) {
        return math::product(dy, -math::minus_one_approximate(t));
      } else {
        // Where beta y is tiny it is the gradient, and may underflow though dy makes dx normal.
        constexpr real bound = real(0x1p-60);
        bool const tiny = math::absolute(t) < bound;
        real const large = -math::minus_one(t);
        real const small = math::product(beta, math::product(y, real(1) / bound));
        return math::product(tiny ? math::product(dy, bound) : dy, tiny ? small : large);
      }
    }

   private:
    static constexpr bool wide = sizeof(real) == 8;
    static constexpr int spare = wide ? 1000 : 120;

    // e^-|beta x|, clamped to e^lowest.
    ACTIVATIONS_CUDA_HOST_DEVICE math::split_exponential<real> decay(real x, real lowest) const {
      real const reach =
          math::at_most(math::absolute(math::product(lowest, inverse)), math::largest<real>);
      math::exact_product<real> const t(-math::absolute(beta),
                                        math::at_most(math::absolute(x), reach));
      return math::exponential(t.value, t.low);
    }
  };
};

}  // namespace activations_cuda
