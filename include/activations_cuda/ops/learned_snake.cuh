#pragma once

#include <activations_cuda/learned.cuh>
#include <activations_cuda/learned.hpp>
#include <activations_cuda/trigonometric.cuh>

#include <type_traits>

namespace activations_cuda {

/// Snake with a learned alpha: x + sin^2(v) / alpha, with v = alpha x rounded once to the type that
/// it is computed in, as snake; of an alpha of 0 exactly x, as in the limit. Liu and others 2020.
/// Gradient: 1 + sin(2 v); by alpha r (2 x cos(v) - r) with r = sin(v) / alpha, which is x where v is
/// so small that its sine is v: there, nothing is divided, and alpha's gradient is x^2.
///
/// Bounds and phases as snake's; alpha's gradient is within 4 ulp of 2 x min(x, 1 / alpha), its
/// larger term's amplitude, for |x| up to a quarter of the largest number. y at +-inf, and where v
/// overflows, is x; gradients have no limit there: NaN.
struct learned_snake {
  static constexpr learned_parameter learned[] = {{"alpha", 1.0}};
  static constexpr double knots[] = {0.0};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr int count = 1;

    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(real const (&parameters)[count])
        : alpha_(parameters[0]) {
      // 1 / alpha may overflow or be subnormal where r is neither.
      real const size = math::absolute(alpha_);
      real const large = size > math::power_of_two<real>(60) ? real(0x1p-60) : real(1);
      scale_ = size < math::power_of_two<real>(-60) ? real(0x1p60) : large;
      inverse_ = math::reciprocal_in<Arithmetic>(alpha_ * scale_);
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      real const v = math::product(alpha_, x);
      real const sine = math::sine<Arithmetic>(v);
      real const y = math::fma(sine, sine_over_alpha(sine, v, x), x);
      bool const infinite = math::absolute(x) > math::largest<real>;
      bool const overflows = math::absolute(v) > math::largest<real>;
      return (infinite | overflows) ? x : y;
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      real const v = math::product(alpha_, x);
      phase const p(v);
      return math::product(dy, math::fma(p.sine + p.sine, p.cosine, real(1)));
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x, real (&sums)[count]) const {
      real const v = math::product(alpha_, x);
      phase const p(v);
      real const r = sine_over_alpha(p.sine, v, x);
      real const t = math::fma(p.cosine + p.cosine, x, -r);
      sums[0] = add_product(dy, r, t, sums[0]);
      return backward(dy, x);
    }

   private:
    /// The sine and cosine of v, or both with the other sign, which no product of two notices. Of 2 v
    /// = k pi + 2 h, whose sine has to be good to the digits of 1: reduced itself it is, where v
    /// reduced would be off by twice as much. For odd k they are cos(h) and -sin(h).
    struct phase {
      real sine, cosine;
      ACTIVATIONS_CUDA_HOST_DEVICE explicit phase(real v) {
        auto const doubled = math::detail::reduce_phase(v, 1);
        real const h = math::product(doubled.remainder, real(0.5));
        real const z = math::product(h, h);
        real const quotient = math::detail::cosine_polynomial(digits{}, z);
        real const sine_of_h = h + math::sine_less_argument<Arithmetic>(h);
        real const cosine_of_h = math::fma(z, quotient, real(1));
        bool const odd = doubled.sign != 0;
        sine = odd ? cosine_of_h : sine_of_h;
        cosine = odd ? -sine_of_h : cosine_of_h;
      }
    };

    ACTIVATIONS_CUDA_HOST_DEVICE real sine_over_alpha(real sine, real v, real x) const {
      constexpr real small = sizeof(real) == 8 ? real(0x1p-27) : real(0x1p-12);
      real const quotient = math::product(math::product(sine, scale_), inverse_);
      return math::absolute(v) < small ? x : quotient;
    }

    /// Of the cosine's polynomial, which has no shorter form for 16 bits.
    using digits = std::conditional_t<std::is_same<Arithmetic, reduced_arithmetic>::value,
                                      float32_arithmetic, Arithmetic>;

    real alpha_, scale_, inverse_;
  };
};

}  // namespace activations_cuda
