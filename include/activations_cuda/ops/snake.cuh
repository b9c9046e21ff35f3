#pragma once

#include <activations_cuda/detour.cuh>
#include <activations_cuda/parameter.hpp>
#include <activations_cuda/trigonometric.cuh>

namespace activations_cuda {

/// Snake: x + sin^2(alpha x) / alpha, with the product rounded once to the type that it is computed
/// in. Liu and others 2020. Gradient: 1 + sin(2 alpha x).
///
/// |x| is always the larger term: sin^2(p) < 0.73 |p|. So f(+-inf) is +-inf, and where the product
/// overflows f is x; the gradient has no limit: NaN. Within 2.4 ulp of x, the gradient 2 of 1.
struct snake {
  double alpha = 1.0;

  static constexpr parameter<snake> parameters[] = {{"alpha", &snake::alpha, constraint::nonzero}};

  template <class Real>
  struct constants {
    Real alpha, scale, inverse;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit constants(snake const& op)
        : alpha(static_cast<Real>(op.alpha)) {
      // 1 / alpha may overflow: then the sine is scaled up before it is squared.
      bool const small = math::absolute(alpha) < math::power_of_two<Real>(-60);
      scale = small ? Real(0x1p30) : Real(1);
      inverse = Real(1) / (alpha * scale * scale);
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value sum(Value x, Value sine) const {
      Value const scaled = math::product(sine, scale);
      return math::fma(math::product(scaled, scaled), inverse, x);
    }
  };

  template <class Arithmetic>
  struct everywhere : private constants<typename Arithmetic::real> {
    using real = typename Arithmetic::real;
    using constants<real>::constants;

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      real const phase = math::product(this->alpha, x);
      real const y = this->sum(x, math::sine<Arithmetic>(phase));
      return math::absolute(phase) <= math::largest<real> ? y : x;
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      real const phase = math::product(this->alpha, x);
      return math::product(dy, real(1) + math::sine<Arithmetic>(phase, 1));
    }
  };

  /// For 16 bits. |sin r| is at most |r|; so bounded, the approximate sine's error of 2^-20.5 is one
  /// of 2^-19.5 |x| in the sum, however small the phase. And it is at most 1; so bounded it may be
  /// anything, NaN too, where the phase is beyond 2^16, and be no more than 2^-16 |x|.
  struct nearby : math::phase_reach {
    static constexpr bool forward_holds_everywhere = true;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit nearby(snake const& op)
        : phase_reach(2.0F * static_cast<float>(op.alpha)), constants_(op) {}

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value forward(Value x) const {
      Value const r = math::less_turns(math::product(constants_.alpha, x));
      Value const size = math::absolute(math::sine_approximate(r));
      Value const sine =
          math::minimum_number(math::minimum_number(size, math::absolute(r)), 1.0F);  // NaN by x
      return constants_.sum(x, sine);
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value x) const {
      Value const r = math::less_turns(math::product(2.0F * constants_.alpha, x));
      return math::product(dy, 1.0F + math::sine_approximate(r));
    }

   private:
    constants<float> constants_;
  };

  template <class Arithmetic>
  using evaluator = evaluator_with_detour<Arithmetic, nearby, everywhere>;
};

}  // namespace activations_cuda
