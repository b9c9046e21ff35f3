#pragma once

#include <activations_cuda/detour.cuh>
#include <activations_cuda/learned.cuh>
#include <activations_cuda/learned.hpp>
#include <activations_cuda/square_root.cuh>
#include <activations_cuda/trigonometric.cuh>

#include <type_traits>

namespace activations_cuda {

/// Snake with a learned alpha: x + sin^2(v) / alpha, with v = alpha x rounded once to the type that
/// it is computed in, as snake; of an alpha of 0 exactly x, as in the limit. Liu and others 2020.
/// Gradient: 1 + sin(2 v); by alpha r (2 x cos(v) - r) with r = sin(v) / alpha, which is x where v is
/// so small that its sine is v: there, nothing is divided, and alpha's gradient is x^2.
///
/// Bounds and phases as snake's; alpha's gradient is within 4 ulp of 2 x min(x, 1 / alpha), its
/// larger term's amplitude, in 16-bit types within 2^-15 of it, for |x| up to a quarter of the largest
/// number. y at +-inf, and where v overflows, is x; gradients have no limit there: NaN.
struct learned_snake {
  static constexpr learned_parameter learned[] = {{"alpha", 1.0}};
  static constexpr double knots[] = {0.0};

  /// For float32 and float64.
  template <class Arithmetic>
  struct everywhere {
    using real = typename Arithmetic::real;
    static constexpr int count = 1;

    ACTIVATIONS_CUDA_HOST_DEVICE explicit everywhere(real const (&parameters)[count])
        : alpha_(parameters[0]) {
      // 1 / alpha may overflow or be subnormal where r is neither.
      real const size = math::absolute(alpha_);
      real const large = size > math::power_of_two<real>(60) ? real(0x1p-60) : real(1);
      scale_ = size < math::power_of_two<real>(-60) ? real(0x1p60) : large;
      inverse_ = math::reciprocal(alpha_ * scale_);
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
      return gradient(dy, phase(math::product(alpha_, x)));
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x, real (&sums)[count]) const {
      real const v = math::product(alpha_, x);
      phase const p(v);
      real const r = sine_over_alpha(p.sine, v, x);
      real const t = math::fma(p.cosine + p.cosine, x, -r);
      sums[0] = add_product(dy, r, t, sums[0]);
      return gradient(dy, p);
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
        real const quotient = math::detail::cosine_polynomial(Arithmetic{}, z);
        real const sine_of_h = h + math::sine_less_argument<Arithmetic>(h);
        real const cosine_of_h = math::fma(z, quotient, real(1));
        bool const odd = doubled.sign != 0;
        sine = odd ? cosine_of_h : sine_of_h;
        cosine = odd ? -sine_of_h : cosine_of_h;
      }
    };

    ACTIVATIONS_CUDA_HOST_DEVICE static real gradient(real dy, phase const& p) {
      return math::product(dy, math::fma(p.sine + p.sine, p.cosine, real(1)));
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real sine_over_alpha(real sine, real v, real x) const {
      constexpr real small = sizeof(real) == 8 ? real(0x1p-27) : real(0x1p-12);
      real const quotient = math::product(math::product(sine, scale_), inverse_);
      return math::absolute(v) < small ? x : quotient;
    }

    real alpha_, scale_, inverse_;
  };

  /// For 16 bits. y is x + (c sin v)^2, negative for a negative alpha, where c^2 is 1 / |alpha|: snake
  /// says why no phase is too large for it. The gradients take the sine and the cosine of 2 v: dx is
  /// dy (1 + sin(2 v)), alpha's (x sin(2 v) - sin(v)^2 / alpha) / alpha with the square as
  /// (1 - cos(2 v)) / 2. The error of 2^-20.5 of both makes one of 2^-18 of 2 x^2 at |2 v| = 1/2; below,
  /// where it would grow as 1 / v^2, alpha's is x^2 (1 - v^2 + 2/9 v^4) to 2^-17.5.
  struct nearby {
    static constexpr bool forward_holds_everywhere = true;

    ACTIVATIONS_CUDA_HOST_DEVICE explicit nearby(float const (&parameters)[1])
        : alpha_(parameters[0]) {
      float const size = math::absolute(alpha_);
      bool const tiny = size < 0x1p-60F;
      float const root =
          math::reciprocal_square_root_approximate(tiny ? math::product(size, 0x1p60F) : size);
      float const scaled = tiny ? math::product(root, 0x1p30F) : root;
      root_ = alpha_ == 0 ? 0.0F : scaled;
      signed_root_ = math::with_sign_of(root_, alpha_);
      // Above it the square would overflow, but y itself before it.
      largest_sine_ =
          math::minimum_number(math::product(0x1.8p63F, math::product(size, root_)), 1.0F);
      bool const ordinary = (size >= 0x1p-60F) & (size <= 0x1p60F);
      inverse_ = math::reciprocal_approximate(ordinary ? alpha_ : 1.0F);
      largest_phase_ =
          (ordinary | (size == 0)) ? math::detail::pi_parts<float>::largest_phase : -1.0F;
    }

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value forward(Value x) const {
      Value const r = math::less_turns(math::product(alpha_, x));
      Value const size = math::absolute(math::sine_approximate(r));
      Value const sine = math::minimum_number(math::minimum_number(size, math::absolute(r)),
                                              largest_sine_);  // NaN by x
      return math::fma(math::product(sine, root_), math::product(sine, signed_root_), x);
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value x) const {
      return gradient(dy, math::sine_approximate(math::less_turns(doubled_phase(x))));
    }
    ACTIVATIONS_CUDA_HOST_DEVICE float backward(float dy, float x, float (&sums)[1]) const {
      float const phase = doubled_phase(x);
      float const r = math::less_turns(phase);
      float const sine = math::sine_approximate(r);
      float const square = math::fma(-0.5F, math::cosine_approximate(r), 0.5F);
      float const large = math::fma(x, sine, -math::product(square, inverse_));
      float const squared = math::product(phase, phase);
      float const small =
          math::fma(math::product(x, squared), math::fma(squared, 1.0F / 72, -0.25F), x);
      bool const is_small = math::absolute(phase) < 0.5F;
      sums[0] = add_product(dy, is_small ? x : inverse_, is_small ? small : large, sums[0]);
      return gradient(dy, sine);
    }
    /// Where the phase is too large, or an alpha so large or small that 1 / alpha has to be minded.
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE auto beyond(Value x) const {
      return math::absolute(doubled_phase(x)) > largest_phase_;
    }

   private:
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value doubled_phase(Value x) const {
      return math::product(2.0F * alpha_, x);
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE static Value gradient(Value dy, Value sine) {
      return math::product(dy, sine + Value(1.0F));
    }

    float alpha_, root_, signed_root_, largest_sine_, inverse_, largest_phase_;
  };

  /// float32's evaluation, made where it is needed.
  struct elsewhere {
    struct terms {
      float dx, sum;
    };
    float alpha;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit elsewhere(float const (&parameters)[1])
        : alpha(parameters[0]) {}
    ACTIVATIONS_CUDA_HOST_DEVICE float backward(float dy, float x) const {
      return evaluate().backward(dy, x);
    }
    /// Out of line, as detour.cuh does it.
    ACTIVATIONS_CUDA_HOST_DEVICE_RARE static terms sum(elsewhere from, float dy, float x,
                                                       float sum) {
      float sums[1] = {sum};
      float const dx = from.evaluate().backward(dy, x, sums);
      return {dx, sums[0]};
    }

   private:
    ACTIVATIONS_CUDA_HOST_DEVICE everywhere<float32_arithmetic> evaluate() const {
      float const parameters[1] = {alpha};
      return everywhere<float32_arithmetic>(parameters);
    }
  };

  struct reduced : with_detour<nearby, elsewhere> {
    using base = with_detour<nearby, elsewhere>;
    using real = float;
    static constexpr int count = 1;
    using base::backward;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit reduced(float const (&parameters)[count])
        : base(parameters) {}

    ACTIVATIONS_CUDA_HOST_DEVICE float backward(float dy, float x, float (&sums)[count]) const {
      float sum[count] = {sums[0]};
      float dx = nearby::backward(dy, x, sum);
      if (nearby::beyond(x)) {
        auto const terms = elsewhere::sum(this->far, dy, x, sums[0]);
        dx = terms.dx;
        sum[0] = terms.sum;
      }
      sums[0] = sum[0];
      return dx;
    }
  };

  template <class Arithmetic>
  using evaluator = std::conditional_t<std::is_same<Arithmetic, reduced_arithmetic>::value, reduced,
                                       everywhere<Arithmetic>>;
};

}  // namespace activations_cuda
