#pragma once

#include <activations_cuda/learned.cuh>
#include <activations_cuda/learned.hpp>

namespace activations_cuda {

/// Parametric ReLU: x for x > 0, else alpha x, with any alpha, learned for each channel or shared by
/// all. Gradient: 1 for x > 0, else alpha, also at 0; by alpha: the sum of dy x over x <= 0. He and
/// others 2015, who start from 0.25 and let no weight decay act on alpha; PyTorch. For alpha <= 1 it
/// is max(x, alpha x).
///
/// Results are rounded once. An alpha of 0 takes -inf to 0, but an infinite dy times it is NaN. A
/// NaN x or dy gives NaN in dx and in alpha's gradient, on either side of 0.
struct prelu {
  static constexpr learned_parameter learned[] = {{"alpha", 0.25}};
  static constexpr double knots[] = {0.0};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr int count = 1;

    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(real const (&parameters)[count])
        : alpha_(parameters[0]) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      // Both sides first: the compiler makes a branch of what only one side needs.
      real const leaked = math::product(alpha_.value, alpha_.below(x));
      return x <= 0 ? leaked : x;
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      return gradient({dy, x}, x);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x, real (&sums)[count]) const {
      gradient_point<real> const at(dy, x);
      sums[0] = at.sum_on(x <= 0, x, sums[0]);
      return gradient(at, x);
    }

   private:
    ACTIVATIONS_CUDA_HOST_DEVICE real gradient(gradient_point<real> const& at, real x) const {
      real const leaked = math::product(alpha_.value, at.dy);
      return x <= 0 ? leaked : at.dy;
    }

    learned_slope<real> alpha_;
  };
};

}  // namespace activations_cuda
