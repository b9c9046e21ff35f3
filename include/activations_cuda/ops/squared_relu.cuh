#pragma once

#include <activations_cuda/parameter.hpp>
#include <activations_cuda/square_root.cuh>

#include <type_traits>

namespace activations_cuda {

/// Squared ReLU: max(x, 0)^2. So and others 2021 (Primer). Gradient: 2 max(x, 0); from the output
/// y: 2 sqrt(y).
///
/// Below 0 and at 0 the gradient is 0 on an interval: dx is +0 whatever dy is. From the output that
/// holds where x^2 has underflowed too. Forward is rounded once; dx = 2 dy x once, and by one more
/// step only where dy x is subnormal.
struct squared_relu {
  static constexpr double knots[] = {0.0};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(squared_relu const&) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      real const positive = math::at_least(x, real(0));
      return math::product(positive, positive);
    }
    // The factor comes last: 2 x or 2 dy alone may overflow.
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      return where_above_0(x, math::product(real(2), math::product(dy, x)));
    }
    // Of a root the factor comes first: behind it, it would double what the product lost below the
    // normal numbers.
    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      real root;
      if constexpr (reduced) {
        root = math::square_root_approximate_subnormal(y);
      } else {
        root = math::square_root(y);
      }
      return where_above_0(y, math::product(dy, real(2) * root));
    }

   private:
    ACTIVATIONS_CUDA_HOST_DEVICE static real where_above_0(real side, real gradient) {
      return side > 0 ? gradient : math::zero_or_nan(side);
    }
  };
};

}  // namespace activations_cuda
