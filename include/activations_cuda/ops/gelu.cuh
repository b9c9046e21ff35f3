#pragma once

#include <activations_cuda/normal_distribution.cuh>
#include <activations_cuda/normal_gate.cuh>
#include <activations_cuda/parameter.hpp>

#include <type_traits>

namespace activations_cuda {

/// Gaussian error linear unit: x Phi(x) with the distribution function Phi of the normal
/// distribution, not its approximation by tanh (gelu_tanh). Gradient: Phi(x) + x phi(x), with a
/// root at -0.752. Hendrycks and Gimpel 2016.
///
/// With a = |x|, x Phi(x) = max(x, 0) - a Phi(-a), where nothing cancels that would matter, and
/// Phi(-a) keeps its digits: R(a) e^(-a^2 / 2). The gradient is q = (R(a) - a / sqrt(2 pi))
/// e^(-a^2 / 2) for x < 0 and 1 - q otherwise. float32 and float64 are within 4 ulp.
struct gelu {
  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(gelu const&) {}

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value forward(Value x) const {
      Value const above = math::select(x < 0, Value(0), x);
      if constexpr (reduced) {
        // A minimax polynomial for log2 Phi(-a), up to 4.1 with an absolute error of 2^-16.1,
        // above, where only bfloat16 is normal, of 2^-13.3. The tail times 2^8 does not underflow
        // before y does.
        constexpr float scale = 256.0F;
        Value const a = math::minimum_number(math::absolute(x), 13.75F);  // y is NaN by x
        Value const tail = math::exp2_approximate(
            math::polynomial(a, -2.025285717e-9F, 1.47602961e-7F, -4.712261216e-6F, 8.727898967e-5F,
                             -1.051474828e-3F, 8.815318346e-3F, -5.435486138e-2F, -4.582612813e-1F,
                             -1.151256442F, 8.0F - 1.00000453F));
        return math::fma(math::product(a, -1.0F / scale), tail, above);
      } else {
        real const a = math::at_most(math::absolute(x), math::normal_tail_vanishes<real>);
        auto const e = math::normal_exponential(a);
        real const tail = math::product(a, math::mills_ratio(a).value);
        return above - math::scaled(math::fma(tail, e.minus_one, tail), e.exponent);
      }
    }

    /// The same to two ulp or so in float32 and float64, for a product with another factor, in whose
    /// ulps an error may count twice.
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value forward_as_factor(Value x) const {
      if constexpr (reduced) {
        return forward(x);
      } else {
        real const a = math::at_most(math::absolute(x), math::normal_tail_vanishes<real>);
        auto const e = math::normal_exponential(a);
        auto const ratio = math::mills_ratio(a);
        math::exact_product<real> const tail(a, ratio.value);
        real const lost = math::fma(a, ratio.low, tail.low);
        real const grown =
            math::fma(tail.value, e.minus_one, math::fma(lost, e.minus_one, lost)) + tail.value;
        return math::select(x < 0, Value(0), x) - math::scaled(grown, e.exponent);
      }
    }

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value x) const {
      auto const negative = x < 0;
      if constexpr (reduced) {
        // h^2 = 2^12 e^(-a^2 / 2), so that it does not underflow before dx does, and all that it
        // is multiplied with is the less. A minimax polynomial for (a + c) R(a) in 1 / (a + c):
        // error 2^-15.7 of R(a) or a / sqrt(2 pi), the larger of them.
        constexpr float scale = 1.0F / 4096.0F;
        Value const a = math::at_most(math::absolute(x), 19.5F);
        Value const h =
            math::exp2_approximate(math::fma(-0.25F * math::log2_e, math::product(a, a), 6.0F));
        Value const inverse = math::reciprocal_approximate(a + 2.5F);
        Value const ratio =
            math::product(inverse, math::polynomial(inverse, scale * -5.989621639F,
                                                    scale * 3.23866868F, scale * 2.769734859F,
                                                    scale * 0.866867125F, scale * 0.4061324298F));
        Value const root =
            math::product(h, math::fma(a, -scale * math::normal_density_at_zero<float>, ratio));
        Value const slope = math::select(negative, root, math::fma(-h, root, 1.0F));
        return math::product(math::product(dy, slope), math::select(negative, h, 1.0F));
      } else {
        real const a = math::at_most(math::absolute(x), math::scaled_normal_tail_vanishes<real>);
        auto const e = math::normal_exponential(a);
        auto const ratio = math::mills_ratio(a);
        real const difference = math::fma(a, -math::normal_density_at_zero<real>, ratio.value);
        constexpr int lowest = math::detail::format<real>::near_exponent;  // lost beside 1
        int const bounded = e.exponent < lowest ? lowest : e.exponent;
        real const q = difference + math::fma(difference, e.minus_one, ratio.low);
        real const slope = negative ? q : math::fma(-q, math::power_of_two<real>(bounded), real(1));
        return math::scaled_product(dy, slope, negative ? e.exponent : 0);
      }
    }

    template <class Value, bool both = reduced, std::enable_if_t<both, int> = 0>
    ACTIVATIONS_CUDA_HOST_DEVICE value_and_gradient<Value> value_and_backward(Value dy, Value up,
                                                                              Value x) const {
      return normal_gate_approximate(dy, up, x);
    }
  };
};

}  // namespace activations_cuda
