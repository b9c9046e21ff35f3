#pragma once

#include <activations_cuda/gate.cuh>

namespace activations_cuda {

/// gelu's approximation by tanh: x (1 + tanh(v / 2)) / 2 = x s(v) with
/// v = 2 sqrt(2 / pi) (x + 0.044715 x^3). Gradient: s(v) (1 + x v' s(-v)). Hendrycks and
/// Gimpel 2016.
///
/// v is in two parts, as are its constants: its rounding would cost |v| / 2 ulp. float32 and
/// float64 are within 2 ulp forward and 4 ulp backward.
struct gelu_tanh {
  template <class Real>
  struct argument {
    static constexpr bool in_double = sizeof(Real) == 8;
    // v = x (linear + cubic x^2)
    static constexpr Real linear = Real(1.59576912160573071176);
    static constexpr Real linear_low =
        in_double ? Real(-9.96930880911e-17) : Real(-4.53406804211e-8);
    static constexpr Real cubic = Real(0.0713548162726002487763);
    static constexpr Real cubic_low = in_double ? Real(-6.17514991816e-19) : Real(2.39883239599e-9);
    static constexpr Real reach = in_double ? Real(27.25) : Real(13.75);

    ACTIVATIONS_CUDA_HOST_DEVICE explicit argument(gelu_tanh const&) {}
    ACTIVATIONS_CUDA_HOST_DEVICE static two_part<Real> of(Real x) {
      math::exact_product<Real> const square(x, x);
      math::exact_product<Real> const term(cubic, square.value);
      Real const term_low =
          math::fma(cubic_low, square.value, math::fma(cubic, square.low, term.low));
      Real const sum = linear + term.value;
      Real const taken = sum - linear;  // either summand may be the larger
      Real const lost = (linear - (sum - taken)) + (term.value - taken);
      math::exact_product<Real> const v(x, sum);
      return {v.value, math::fma(x, lost + (linear_low + term_low), v.low)};
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE static Value growth(Value x, Value, float, float unit) {
      return math::product(x, even_square(x, unit * Real(3) * cubic, unit * linear));
    }
    /// 3 v - 2 linear x. Added to v, the last term is exact up to |x| = 8, and no larger than the
    /// 2 v that are left.
    ACTIVATIONS_CUDA_HOST_DEVICE static two_part<Real> growth(Real x, two_part<Real> const& v) {
      math::exact_product<Real> const rest(Real(-2) * linear, x);
      Real const rest_low = math::fma(Real(-2) * linear_low, x, rest.low);
      Real const once = v.value + rest.value;
      Real const twice = Real(2) * v.value;
      Real const sum = twice + once;
      return {sum, (twice - sum) + once + math::fma(Real(3), v.low, rest_low)};
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE static Value half_exponent(Value x, float bias) {
      return math::fma(even_square(x, half_log2_e<Real> * cubic, half_log2_e<Real> * linear), x,
                       bias);
    }

   private:
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE static Value even_square(Value x, Real second, Real constant) {
      return math::fma(second, math::product(x, x), constant);
    }
  };

  template <class Arithmetic>
  using evaluator = logistic_gate<Arithmetic, argument>;
};

}  // namespace activations_cuda
