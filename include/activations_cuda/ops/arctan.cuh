#pragma once

#include <activations_cuda/parameter.hpp>
#include <activations_cuda/trigonometric.cuh>

#include <type_traits>

namespace activations_cuda {

/// Arctangent. Gradient: 1 / (1 + x^2); from the output y: cos^2(y).
///
/// arctan(x) is pi / 2 - arctan(1 / x) for x > 1: one polynomial on [0, 1]. cos y is sin(pi / 2 -
/// |y|), which keeps its digits near pi / 2; near 0, cos^2 y is 1 - sin^2 y. y beyond pi / 2 is no
/// output of arctan: what it gives is not specified. Within 1.5 ulp, the gradient 3.
struct arctan {
  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(arctan const&) {}

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value forward(Value x) const {
      Value const a = math::absolute(x);
      auto const large = a > real(1);
      Value const t = math::select(large, math::reciprocal_or_zero_in<Arithmetic>(a), a);
      Value const z = math::product(t, t);
      Value const angle = math::fma(math::product(t, z), angle_polynomial(Arithmetic{}, z), t);
      Value lacking = angle;
      if constexpr (!reduced) lacking = angle - math::half_pi_low<real>;
      Value const rest = math::half_pi<real> - lacking;
      return math::with_sign_of(math::select(large, rest, angle), x);
    }

    // Far from 0, dx = dy / x^2 takes one factor at a time: nothing underflows before dx does.
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      real const a = math::absolute(x);
      bool const far = a > real(0x1p30);
      real const divisor = far ? math::product(a, real(0x1p-4)) : math::fma(a, a, real(1));
      real const inverse = math::reciprocal_or_zero_in<Arithmetic>(divisor);
      real const near = math::product(dy, inverse);
      return far ? math::product(math::product(near, inverse), real(0x1p-8)) : near;
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      real const a = math::absolute(y);
      real const high = math::half_pi<real> - a;
      real const complement = high + math::half_pi_low<real>;
      if constexpr (reduced) {
        float const cosine = complement + math::sine_less_argument<Arithmetic>(complement);
        return math::product(dy, math::product(cosine, cosine));
      } else {
        bool const near = a < real(0.75);
        real const low = (high - complement) + math::half_pi_low<real>;
        real const square = square_of_sine(near ? a : complement, near ? real(0) : low);
        return math::product(dy, near ? real(1) - square : square);
      }
    }

   private:
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;

    // sin^2(r + low), rounded once but for what is small beside r^2. The cosine that low takes is 1
    // where that matters.
    ACTIVATIONS_CUDA_HOST_DEVICE static real square_of_sine(real r, real low) {
      real const rest = math::sine_less_argument<Arithmetic>(r) + low;
      math::exact_product<real> const square(r, r);
      return square.value + math::fma(rest, math::fma(real(2), r, rest), square.low);
    }

    // Minimax polynomials in z = t^2 on [0, 1]: (arctan(t) / t - 1) / z, where the error of the
    // arctangent stays below 2^-27, 2^-55 and 2^-17 of itself.
    ACTIVATIONS_CUDA_HOST_DEVICE static float angle_polynomial(float32_arithmetic, float z) {
      return math::polynomial(z, -0.00179642998F, 0.0109223202F, -0.0311786272F, 0.0579418987F,
                              -0.0840156823F, 0.109512806F, -0.142640427F, 0.199985296F,
                              -0.333332986F);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE static double angle_polynomial(float64_arithmetic, double z) {
      return math::polynomial(z, 1.3230055943167899e-5, -0.0001522117462706753,
                              0.00083156268300050228, -0.0028856192824847741, 0.0071979061017669026,
                              -0.013902608226771442, 0.021987109185942325, -0.029905771232724299,
                              0.036643173787286501, -0.042192442059030159, 0.047223485915337447,
                              -0.052535268494539454, 0.058805298245925695, -0.066664044264883635,
                              0.076922798893630018, -0.090909070078433074, 0.1111111100734483,
                              -0.14285714282588186, 0.19999999999951751, -0.33333333333333071);
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE static Value angle_polynomial(reduced_arithmetic, Value z) {
      return math::polynomial(z, -0.0139550027F, 0.0587700121F, -0.122514807F, 0.196183026F,
                              -0.333088994F);
    }
  };
};

}  // namespace activations_cuda
