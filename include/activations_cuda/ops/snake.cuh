#pragma once

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
  struct evaluator {
    using real = typename Arithmetic::real;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(snake const& op)
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
};

}  // namespace activations_cuda
