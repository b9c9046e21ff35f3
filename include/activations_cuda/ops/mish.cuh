#pragma once

#include <activations_cuda/exponential.cuh>
#include <activations_cuda/parameter.hpp>

#include <type_traits>

namespace activations_cuda {

/// Mish: x t with t = tanh(log(1 + e^x)). Gradient: t + x s(x) (1 - t^2), with a root at -1.192.
/// Misra 2019.
///
/// t = n / (n + 2) with n = e^x (e^x + 2). With a = |x| and e = e^-a:
///   x < 0:  y = -a e (e + 2) / D, f' = e (e + 2 + 4 x (1 + e) / D) / D, D = 2 + 2 e + e^2
///   else:   y = x - 2 a e^2 / D, f' = (1 + 2 e + 4 x e^2 (1 + e) / D) / D, D = 1 + 2 e + 2 e^2
/// Nothing cancels but at the gradient's root. float32 and float64 are within 4 ulp.
struct mish {
  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(mish const&) {}

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value forward(Value x) const {
      if constexpr (reduced) {
        // Above 20, t is 1. The minimum drops a NaN, which x stays as a factor.
        Value const h = math::exp2_approximate(half_log2_e * math::minimum_number(x, 20.0F));
        Value const sum = math::fma(h, h, 2.0F);
        Value const inverse =
            math::reciprocal_approximate(math::fma(math::product(h, h), sum, 2.0F));
        Value const t = math::product(math::product(math::product(h, sum), inverse), h);
        return math::product(math::select(t == 0, 0.0F, x), t);
      } else {
        constexpr real lowest = math::exponential_vanishes<real> - real(9);  // for |x| is a factor
        terms const v(math::at_most(math::absolute(x), -lowest), x < 0);
        real const factor = math::product(v.negative ? v.sum : real(2) * v.e, v.inverse);
        real const tail = math::product(v.a, factor);
        return (v.negative ? real(0) : x) -
               math::scaled(math::fma(tail, v.split.minus_one, tail), v.split.exponent);
      }
    }

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value x) const {
      if constexpr (reduced) {
        // h is 2^5 e^(x / 2), so that it does not underflow before dx does. Above 9, dx is dy.
        constexpr float scale = 1.0F / 1024.0F;
        Value const h =
            math::exp2_approximate(math::fma(half_log2_e, math::at_most(x, 9.0F), 5.0F));
        Value const root = math::product(h, scale);
        Value const e = math::product(h, root);
        Value const sum = e + 2.0F;
        Value const inverse = math::reciprocal_approximate(math::fma(e, sum, 2.0F));
        Value const four =
            4.0F * math::minimum_number(math::maximum_number(x, -200.0F), 9.0F);  // dx is NaN by h
        Value const bracket = math::fma(math::fma(four, e, four), inverse, sum);
        Value const slope = math::product(math::product(root, inverse), bracket);
        return math::product(math::product(dy, slope), h);
      } else {
        constexpr real lowest = math::scaled_exponential_vanishes<real> - real(9);
        terms const v(math::at_most(math::absolute(x), -lowest), x < 0);
        real const four = v.negative ? real(-4) * v.a : real(4) * math::product(v.e, v.e) * v.a;
        real const numerator = v.negative ? v.sum : math::fma(real(2), v.e, real(1));
        real const bracket = math::fma(math::fma(four, v.e, four), v.inverse, numerator);
        math::exact_product<real> const slope(bracket, v.inverse);
        real const with_mantissa =
            slope.value + math::fma(slope.value, v.split.minus_one, slope.low);
        return math::scaled_product(dy, v.negative ? with_mantissa : slope.value,
                                    v.negative ? v.split.exponent : 0);
      }
    }

   private:
    static constexpr float half_log2_e = 0.5F * math::log2_e;

    /// e = e^-a, sum and 1 / D.
    struct terms {
      real a;
      bool negative;
      math::split_exponential<real> split;
      real e, sum, inverse;
      ACTIVATIONS_CUDA_HOST_DEVICE terms(real magnitude, bool is_negative)
          : a(magnitude), negative(is_negative), split(math::exponential(-a)) {
        constexpr int lowest = math::detail::format<real>::near_exponent;  // lost beside 1
        real const power =
            math::power_of_two<real>(split.exponent < lowest ? lowest : split.exponent);
        e = math::fma(power, split.minus_one, power);
        sum = negative ? e + real(2) : math::fma(real(2), e, real(2));
        real const constant = negative ? real(2) : real(1);
        math::exact_product<real> const rest(e, sum);
        real const denominator = constant + rest.value;
        inverse = math::reciprocal(denominator, (rest.value - (denominator - constant)) + rest.low);
      }
    };
  };
};

}  // namespace activations_cuda
