#pragma once

#include <activations_cuda/exponential.cuh>
#include <activations_cuda/parameter.hpp>

#include <type_traits>

namespace activations_cuda {

/// Tanh shrink: x - tanh x. Gradient: tanh^2 x. PyTorch.
///
/// Below 1 it is x^3 P(x^2), with P a polynomial; above, (|x| - 1) + 2 / (e^(2|x|) + 1), whose terms
/// are both positive: within 2.2 ulp. In the gradient tanh x is x or 1 less the same term, in two
/// parts: within 2.6 ulp.
struct tanh_shrink {
  static constexpr double knots[] = {0.0};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(tanh_shrink const&) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      if constexpr (reduced) {
        float const small = cubic(x);
        float const large = math::fma(2.0F, inverse(x), x - 1.0F);
        return math::absolute(x) < bound ? small : large;
      } else {
        real const magnitude = math::absolute(x);
        real const large = math::fma(real(2), inverse(magnitude), magnitude - real(1));
        real const small = cubic(magnitude);
        return math::with_sign_of(magnitude < bound ? small : large, x);
      }
    }

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value x) const {
      Value const magnitude = math::absolute(x);
      auto const is_small = magnitude < bound;
      Value const small = cubic(magnitude);
      Value const large = real(2) * inverse(magnitude);
      Value const base = math::select(is_small, magnitude, real(1));
      Value const lacking = math::select(is_small, small, large);
      Value const y = base - lacking;  // tanh |x|
      Value const once = math::product(dy, y);
      if constexpr (reduced) {
        return math::product(once, y);
      } else {
        // y has an error of its own, which the square would double. Near 1 the square comes first:
        // a subnormal dy is rounded once.
        real const twice_low = real(2) * ((base - y) - lacking);
        real const near_0 = math::fma(once, twice_low, math::product(once, y));
        real const near_1 = math::product(dy, math::fma(y, twice_low, math::product(y, y)));
        return is_small ? near_0 : near_1;
      }
    }

   private:
    static constexpr real bound = reduced ? real(0.5) : real(1);

    // 1 / (e^(2x) + 1), for float32 and float64 of x >= 0
    template <class Value>
    static ACTIVATIONS_CUDA_HOST_DEVICE Value inverse(Value x) {
      if constexpr (reduced) {
        return math::reciprocal_approximate(math::exp2_approximate(2.0F * math::log2_e * x) + 1.0F);
      } else {
        constexpr real saturates = sizeof(real) == 8 ? real(20) : real(10);
        auto const split = math::exponential(real(2) * math::at_most(x, saturates));
        real const scale = math::power_of_two<real>(split.exponent);
        return math::reciprocal(math::fma(scale, split.minus_one, scale + real(1)));
      }
    }

    // x^3 P(x^2). Minimax polynomials, before rounding of relative error below 2^-27.3 on [0, 1],
    // for float64 2^-55.9, and for reduced_arithmetic 2^-15.1 on [0, 1/4]. Those of float32 and
    // float64 are of P - 1/3, with 1/3 rounded: the constant term is what that lacks.
    template <class Value>
    static ACTIVATIONS_CUDA_HOST_DEVICE Value cubic(Value x) {
      Value const z = math::product(x, x);
      Value const cube = math::product(x, z);
      Value q;
      if constexpr (reduced) {
        q = math::fma(0.0466138124F, z, -0.132665172F);
        return math::product(cube, math::fma(q, z, 0.333324105F));
      } else if constexpr (sizeof(real) == 4) {
        q = -0.000144895404F;
        q = math::fma(q, z, 0.000931388119F);
        q = math::fma(q, z, -0.00321863475F);
        q = math::fma(q, z, 0.00870687742F);
        q = math::fma(q, z, -0.0218332325F);
        q = math::fma(q, z, 0.0539641829F);
        q = math::fma(q, z, -0.133333176F);
        q = math::fma(q, z, -9.93410746e-09F);
      } else {
        q = -2.5341049294045877e-08;
        q = math::fma(q, z, 2.6475046294604762e-07);
        q = math::fma(q, z, -1.3842345747781303e-06);
        q = math::fma(q, z, 4.9983246741738294e-06);
        q = math::fma(q, z, -1.4620812992881674e-05);
        q = math::fma(q, z, 3.8403900718698044e-05);
        q = math::fma(q, z, -9.6472785434637706e-05);
        q = math::fma(q, z, 0.00023896214584513077);
        q = math::fma(q, z, -0.00058998117634547268);
        q = math::fma(q, z, 0.0014558251905399159);
        q = math::fma(q, z, -0.0035921267717487272);
        q = math::fma(q, z, 0.0088632354160833472);
        q = math::fma(q, z, -0.021869488530031268);
        q = math::fma(q, z, 0.053968253968086341);
        q = math::fma(q, z, -0.13333333333333172);
        q = math::fma(q, z, 1.8503717077085941e-17);
      }
      return math::fma(cube, real(1.0 / 3.0), math::product(cube, q));
    }
  };
};

}  // namespace activations_cuda
