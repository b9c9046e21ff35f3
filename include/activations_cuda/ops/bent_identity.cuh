#pragma once

#include <activations_cuda/parameter.hpp>
#include <activations_cuda/square_root.cuh>

#include <type_traits>

namespace activations_cuda {

/// Bent identity: (sqrt(x^2 + 1) - 1) / 2 + x. Gradient: 1 + x / (2 sqrt(x^2 + 1)), from 1/2 to
/// 3/2; from the output y, with w = 2y + 1: 3 sqrt(w^2 + 3) / (4 sqrt(w^2 + 3) - 2w).
///
/// sqrt(x^2 + 1) - 1 = x^2 / (sqrt(x^2 + 1) + 1) cancels nothing near 0; from |x| = 1 on the
/// difference itself loses nothing that f would miss. The 16-bit evaluation needs the quotient
/// alone. The gradients' quotients no longer change where squares might overflow. Within 1.2 ulp,
/// the gradient 3.2, from the output 3.5.
struct bent_identity {
  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(bent_identity const&) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      // Finite, so that the limit at -inf is no difference of infinities.
      real const a = math::at_most(math::absolute(x), math::largest<real>);
      if constexpr (reduced) {
        float const c = bounded_magnitude(a);
        float const root = math::square_root_approximate(math::fma(c, c, 1.0F));
        float const inverse = math::reciprocal_approximate(math::fma(2.0F, root, 2.0F));
        return math::fma(a, math::product(c, inverse), x);
      } else {
        real const computed = math::normal_square_root(math::fma(a, a, real(1)));
        real const root = a < square_overflows ? computed : a;
        real const inverse = math::reciprocal(root + real(1));
        real const near = math::product(a, math::product(a, inverse));
        return math::fma(real(0.5), a < real(1) ? near : root - real(1), x);
      }
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      real const a = bounded_magnitude(x);
      real const inverse = math::reciprocal_square_root_in<Arithmetic>(math::fma(a, a, real(1)));
      return math::product(dy, factor(math::product(real(0.5) * a, inverse), x));
    }
    // 1 / ((4 - 2v) / 3) with v = w / sqrt(w^2 + 3): the one rounding of 2/3 is a common factor.
    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      constexpr real two_thirds = real(2) / real(3);
      real const w = math::fma(real(2), y, real(1));
      real const a = bounded_magnitude(w);
      real const inverse = math::reciprocal_square_root_in<Arithmetic>(math::fma(a, a, real(3)));
      real const v = math::with_sign_of(math::product(a, inverse), w);
      real const denominator = math::fma(-two_thirds, v, real(2) * two_thirds);
      return math::product(dy, math::reciprocal_in<Arithmetic>(denominator));
    }

   private:
    // Not yet, but the 1 in x^2 + 1 is lost long before.
    static constexpr real square_overflows = real(0x1p60);
    ACTIVATIONS_CUDA_HOST_DEVICE static real bounded_magnitude(real x) {
      return math::at_most(math::absolute(x), square_overflows);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE static real factor(real magnitude, real x) {
      return real(1) + math::with_sign_of(magnitude, x);
    }
  };
};

}  // namespace activations_cuda
