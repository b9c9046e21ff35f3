#pragma once

#include <activations_cuda/detour.cuh>
#include <activations_cuda/parameter.hpp>
#include <activations_cuda/trigonometric.cuh>

namespace activations_cuda {

/// Sine: sin(omega x), with the product rounded once to the type that it is computed in. Sitzmann
/// and others 2020 (SIREN). Gradient: omega cos(omega x).
///
/// Up to pi / 2 the sine keeps its own digits, beyond those of 1; there is no limit at infinity,
/// nor where the product overflows: NaN. Within 2 ulp of itself or, beyond, of 1; the gradient
/// within 3.3 ulp of omega.
struct sine {
  double omega = 30.0;

  static constexpr parameter<sine> parameters[] = {{"omega", &sine::omega}};

  template <class Arithmetic>
  struct everywhere {
    using real = typename Arithmetic::real;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit everywhere(sine const& op)
        : omega_(static_cast<real>(op.omega)) {
      bool const small = math::absolute(omega_) < real(0x1p-60);
      amplitude_ = omega_ * (small ? real(0x1p60) : real(1));
      unit_ = small ? real(0x1p-60) : real(1);
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      return math::sine<Arithmetic>(math::product(omega_, x));
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      real const cosine = math::cosine<Arithmetic>(math::product(omega_, x));
      return math::product(math::product(dy, math::product(amplitude_, cosine)), unit_);
    }

   private:
    real omega_;
    // omega in two factors: times the cosine alone, a tiny one would underflow.
    real amplitude_, unit_;
  };

  /// For 16 bits: a remainder below 2^-6 is its own sine but for 0.09 ulp of float16; above, the
  /// error of the approximate sine is at most 0.05 ulp of it.
  struct nearby : math::phase_reach {
    static constexpr bool forward_holds_everywhere = false;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit nearby(sine const& op)
        : phase_reach(static_cast<float>(op.omega)), omega_(static_cast<float>(op.omega)) {}

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value forward(Value x) const {
      Value const r = math::less_turns(math::product(omega_, x));
      return math::select(math::absolute(r) < 0x1p-6F, r, math::sine_approximate(r));
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value x) const {
      Value const r = math::less_turns(math::product(omega_, x));
      return math::product(dy, math::product(omega_, math::cosine_approximate(r)));
    }

   private:
    float omega_;
  };

  template <class Arithmetic>
  using evaluator = evaluator_with_detour<Arithmetic, nearby, everywhere>;
};

}  // namespace activations_cuda
