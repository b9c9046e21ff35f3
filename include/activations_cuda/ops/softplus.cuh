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
/// error is multiplied by the exponent. Within 1.9 ulp, with a beta that is no power of 2 2.8; the
/// gradient 2.5.
struct softplus {
  double beta = 1.0;

  static constexpr parameter<softplus> parameters[] = {
      {"beta", &softplus::beta, constraint::nonzero}};
  static constexpr double knots[] = {0.0};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    real beta;
    real inverse;     // 1 / beta
    float exponents;  // log2 |1 / beta|, for reduced_arithmetic
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(softplus const& op)
        : beta(static_cast<real>(op.beta)),
          inverse(real(1) / beta),
          exponents(static_cast<float>(-::log2(::fabs(op.beta)))) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      if constexpr (reduced) {
        // The exponent of e takes 1 / beta in, so that it does not vanish before the result does.
        float const slope = math::log2_e * beta;
        float const scaled =
            math::exp2_approximate(math::fma(-math::absolute(slope), math::absolute(x), exponents));
        float const ratio =
            math::log1p_ratio_approximate(math::product(scaled, math::absolute(beta)));
        return linear(math::product(slope, x), x) +
               math::with_sign_of(math::product(scaled, ratio), beta);
      } else {
        math::exact_product<real> const t(beta, x);
        return linear(t.value, x) + math::log1p_product(inverse, math::decay(t.value, t.low));
      }
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      if constexpr (reduced) {
        return math::logistic_product_approximate(dy, math::product(math::log2_e * beta, x));
      } else {
        math::exact_product<real> const t(beta, x);
        return math::logistic_product(dy, t.value, math::decay(t.value, t.low));
      }
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      real const t = math::product(-beta, y);
      if constexpr (reduced) {
        return math::product(dy, -math::minus_one_approximate(t));
      } else {
        // Where beta y is tiny it is the gradient, and may underflow though dy makes dx normal.
        constexpr real bound = real(0x1p-60);
        bool const tiny = math::absolute(t) < bound;
        real const factor =
            tiny ? math::product(beta, math::product(y, real(1) / bound)) : -math::minus_one(t);
        return math::product(tiny ? math::product(dy, bound) : dy, factor);
      }
    }

   private:
    static ACTIVATIONS_CUDA_HOST_DEVICE real linear(real t, real x) { return t > 0 ? x : real(0); }
  };
};

}  // namespace activations_cuda
