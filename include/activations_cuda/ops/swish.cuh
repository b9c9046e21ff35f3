#pragma once

#include <activations_cuda/learned.cuh>
#include <activations_cuda/learned.hpp>
#include <activations_cuda/ops/silu.cuh>

namespace activations_cuda {

/// Swish with a learned beta: x s(beta x), s being the logistic function; silu, for any finite beta
/// of each channel. Ramachandran and others 2017, who start from 1. Gradient: s(v) + v s(v) s(-v)
/// with v = beta x; by beta x^2 s(v) s(-v).
///
/// y and dx as silu's. In beta's gradient the exponential is shared among both factors x, so that
/// nothing overflows or underflows before the whole does: each term is within 4 ulp, or 8 of the
/// smallest steps, in 16-bit types within 2^-15. Where |v| is beyond 205 (float64: 1470), less than
/// 2^-295 (2^-2120) of dy x^2 is taken to be 0, in 16-bit types beyond 182 with 2^-262.
struct swish {
  static constexpr learned_parameter learned[] = {{"beta", 1.0}};
  static constexpr double knots[] = {0.0};

  /// silu's, of a beta that comes anew for each channel: its reach without a division.
  template <class Real>
  struct argument : silu::argument<Real> {
    ACTIVATIONS_CUDA_HOST_DEVICE explicit argument(Real beta)
        : silu::argument<Real>(silu{static_cast<double>(beta)}) {
      constexpr Real largest = math::largest<Real>;
      constexpr Real saturates = gate_saturates<Real>;
      constexpr Real least = saturates / largest * Real(1.01);
      Real const size = math::absolute(beta);
      // Keeps both the divisor and its reciprocal normal.
      Real const scale =
          math::power_of_two<Real>(size > 1 ? -math::detail::format<Real>::bias / 2 : 0);
      Real const inverse = math::reciprocal(math::at_least(size, least) * scale);
      Real const reach = math::product(math::product(saturates, inverse), scale);
      this->reach = size < least ? largest : reach;
    }
  };

  template <class Arithmetic>
  struct evaluator : logistic_gate<Arithmetic, argument> {
    using gate = logistic_gate<Arithmetic, argument>;
    using real = typename Arithmetic::real;
    static constexpr int count = 1;

    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(real const (&parameters)[count])
        : gate(parameters[0]) {}

    /// A NaN beta, which the gate for 16 bits takes for 0 times infinity, is not lost.
    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      return gate::forward(gate::reduced ? nan_with(x, this->argument.beta) : x);
    }
    using gate::backward;
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x, real (&sums)[count]) const {
      factors const f = beta_factors(x);
      sums[0] = add_product(dy, f.first, f.second, sums[0]);
      return backward(dy, x);
    }

   private:
    struct factors {
      real first, second;
    };
    /// x^2 s(v) s(-v) in two factors of about the same size. What gate.cuh computes too is written as
    /// there, for the compiler to find.
    ACTIVATIONS_CUDA_HOST_DEVICE factors beta_factors(real x) const {
      real const reach = this->argument.reach;
      bool const far = math::absolute(x) > reach;
      real const at = far ? math::with_sign_of(reach, x) : x;
      if constexpr (gate::reduced) {
        // h = 64 e^(-|v| / 2), and s(v) s(-v) = (64 h / (4096 + h^2))^2.
        float const exponent = this->argument.half_exponent(at, 0.0F);
        float const h = math::exp2_approximate(6.0F - math::absolute(exponent));
        float const inverse = math::reciprocal_approximate(math::product(h, h) + 4096.0F);
        float const reached = (far & (exponent != 0)) ? 0.0F : x;
        float const root = math::product(reached, math::product(64.0F * h, inverse));
        return {root, root};
      } else {
        // e^-v = (1 + m) 2^k: s(v) s(-v) is (1 + m) 2^-|k| over the denominator's square.
        constexpr int lowest = math::detail::format<real>::near_exponent;
        auto const v = this->argument.of(at);
        auto const e = math::exponential(-v.value, -v.low);
        bool const closed = e.exponent > 0;
        int const below = closed ? -e.exponent : e.exponent;
        real const p = math::power_of_two<real>(below < lowest ? lowest : below);
        real const rest = math::fma(closed ? real(1) : p, e.minus_one, p);
        real const denominator = real(1) + rest;
        real const low = rest - (denominator - real(1));
        real const inverse = math::reciprocal(denominator, low);
        // (1 + m) / denominator^2, with what the square and the reciprocal were rounded by.
        real const square = math::product(inverse, inverse);
        real const lost = math::fma(inverse, inverse, -square);
        real const error = math::fma(-low, inverse, math::fma(-denominator, inverse, real(1)));
        real const corrected = math::fma(error + error, square, lost);
        real const weight = square + math::fma(square, e.minus_one, corrected);

        real const reached = (far & (v.value != 0)) ? real(0) : x;
        int const half = below >> 1;
        real const first = math::scaled(reached, half);
        real const remaining = math::power_of_two<real>(below - 2 * half);
        return {first, math::product(math::product(first, remaining), weight)};
      }
    }
  };
};

}  // namespace activations_cuda
