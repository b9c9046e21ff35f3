#pragma once

#include <activations_cuda/parameter.hpp>
#include <activations_cuda/trigonometric.cuh>

namespace activations_cuda {

/// Sine: sin(omega x), with the product rounded once to the type that it is computed in. Sitzmann
/// and others 2020 (SIREN). Gradient: omega cos(omega x).
///
/// Up to pi / 2 the sine keeps its own digits, beyond those of 1; there is no limit at infinity,
/// nor where the product overflows: NaN.
struct sine {
  double omega = 30.0;

  static constexpr parameter<sine> parameters[] = {{"omega", &sine::omega}};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(sine const& op)
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
};

}  // namespace activations_cuda
