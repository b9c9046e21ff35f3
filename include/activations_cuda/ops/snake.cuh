#pragma once

#include <activations_cuda/detour.cuh>
#include <activations_cuda/parameter.hpp>
#include <activations_cuda/trigonometric.cuh>

namespace activations_cuda {

/// Snake: x + sin^2(alpha x) / alpha, with the product rounded once to the type that it is computed
/// in. Liu and others 2020. Gradient: 1 + sin(2 alpha x).
///
/// |x| is always the larger term: sin^2(p) < 0.73 |p|. So f(+-inf) is +-inf, and where the product
/// overflows f is x; the gradient has no limit: NaN.
struct snake {
  double alpha = 1.0;

  static constexpr parameter<snake> parameters[] = {{"alpha", &snake::alpha, constraint::nonzero}};

  template <class Arithmetic>
  struct everywhere {
    using real = typename Arithmetic::real;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit everywhere(snake const& op)
        : alpha_(static_cast<real>(op.alpha)) {
      // 1 / alpha may overflow: then the sine is scaled up before it is squared.
      bool const small = math::absolute(alpha_) < math::power_of_two<real>(-60);
      scale_ = small ? real(0x1p30) : real(1);
      inverse_ = real(1) / (alpha_ * scale_ * scale_);
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      real const phase = math::product(alpha_, x);
      real const sine = math::product(math::sine<Arithmetic>(phase), scale_);
      real const sum = math::fma(math::product(sine, sine), inverse_, x);
      return math::absolute(phase) <= math::largest<real> ? sum : x;
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      real const phase = math::product(alpha_, x);
      return math::product(dy, real(1) + math::sine<Arithmetic>(phase, 1));
    }

   private:
    real alpha_, scale_, inverse_;
  };

  /// For 16 bits. |sin r| is at most |r|; so bounded, the approximate sine's error of 2^-20.5 is one
  /// of 2^-19.5 |x| in the sum, however small the phase.
  struct nearby : math::phase_reach {
    ACTIVATIONS_CUDA_HOST_DEVICE explicit nearby(snake const& op)
        : phase_reach(2.0F * static_cast<float>(op.alpha)),
          alpha_(static_cast<float>(op.alpha)),
          inverse_(1.0F / alpha_) {}

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value forward(Value x) const {
      Value const r = math::less_turns(math::product(alpha_, x));
      Value const sine = math::minimum_number(math::absolute(math::sine_approximate(r)),
                                              math::absolute(r));  // y is NaN by x
      return math::fma(math::product(sine, sine), inverse_, x);
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value x) const {
      Value const r = math::less_turns(math::product(2.0F * alpha_, x));
      return math::product(dy, 1.0F + math::sine_approximate(r));
    }

   private:
    float alpha_, inverse_;
  };

  template <class Arithmetic>
  using evaluator = evaluator_with_detour<Arithmetic, nearby, everywhere>;
};

}  // namespace activations_cuda
