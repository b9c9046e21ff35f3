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

  /// For float32 and float64.
  template <class Arithmetic>
  struct exact : logistic_gate<Arithmetic, swish::argument> {
    using gate = logistic_gate<Arithmetic, swish::argument>;
    using real = typename Arithmetic::real;
    static constexpr int count = 1;

    ACTIVATIONS_CUDA_HOST_DEVICE explicit exact(real const (&parameters)[count])
        : gate(parameters[0]) {}

    using gate::backward;
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x, real (&sums)[count]) const {
      real const at = this->limited(x);
      auto const v = this->argument.of(at);
      typename gate::terms const t(v);
      bool const far = math::absolute(x) > this->argument.reach;
      factors const f = beta_factors((far & (v.value != 0)) ? real(0) : x, t);
      sums[0] = add_product(dy, f.first, f.second, sums[0]);
      return this->gradient(dy, at, v, t);
    }

   private:
    struct factors {
      real first, second;
    };
    /// x^2 s(v) s(-v) in two factors of about the same size. s(v) s(-v) is (1 + m) 2^-|k| over the
    /// denominator's square.
    ACTIVATIONS_CUDA_HOST_DEVICE static factors beta_factors(real x,
                                                             typename gate::terms const& t) {
      // (1 + m) / denominator^2, with what the square and the reciprocal were rounded by.
      real const square = math::product(t.inverse, t.inverse);
      real const lost = math::fma(t.inverse, t.inverse, -square);
      real const error =
          math::fma(-t.low, t.inverse, math::fma(-t.denominator, t.inverse, real(1)));
      real const corrected = math::fma(error + error, square, lost);
      real const weight = square + math::fma(square, t.m, corrected);

      int const half = t.below >> 1;
      real const first = math::scaled(x, half);
      real const remaining = math::power_of_two<real>(t.below - 2 * half);
      return {first, math::product(math::product(first, remaining), weight)};
    }
  };

  /// For 16 bits. The gradients take the roots of s(v) and s(-v) from e^(-|v| / 2), so that beta's,
  /// x^2 s(v) s(-v), keeps its digits on both sides.
  struct reduced : logistic_gate<reduced_arithmetic, swish::argument> {
    using gate = logistic_gate<reduced_arithmetic, swish::argument>;
    static constexpr int count = 1;

    ACTIVATIONS_CUDA_HOST_DEVICE explicit reduced(float const (&parameters)[count])
        : gate(parameters[0]), beta_(parameters[0]) {
      // Of a beta of 0 an infinity is not far, and its v is 0; a NaN beta is not lost.
      float const limit = beta_ == 0 ? 0.0F : 400.0F;
      farthest_ = nan_with(limit, beta_);
      reach_ = beta_ == 0 ? INFINITY : this->argument.reach;
    }

    /// A NaN beta, which the gate takes for 0 times infinity, is not lost.
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value forward(Value x) const {
      return gate::forward(nan_with(x, beta_));
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value x) const {
      return roots<Value>(limited(x)).gradient(nan_with(dy, x));
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value x, float (&sums)[count]) const {
      roots<Value> const root(limited(x));
      Value const g = nan_with(dy, x);
      Value const reached = math::select(math::absolute(x) > reach_, 0.0F, x);
      Value const factor = math::product(reached, root.product);
      sums[0] = math::fma(math::product(g, factor), factor, sums[0]);
      return root.gradient(g);
    }

   private:
    /// own^2 = s(v), other^2 = s(-v).
    template <class Value>
    struct roots {
      Value v, own, other, product;
      // h = 64 e^(-|v| / 2): the smaller root is h / sqrt(4096 + h^2), the larger one 64 over the same.
      ACTIVATIONS_CUDA_HOST_DEVICE explicit roots(Value v) : v(v) {
        Value const h =
            math::exp2_approximate(math::fma(math::absolute(v), -half_log2_e<float>, 6.0F));
        Value const inverse = math::reciprocal_square_root_approximate(math::fma(h, h, 4096.0F));
        Value const smaller = math::product(h, inverse);
        Value const larger = math::product(inverse, 64.0F);
        auto const closed = v < 0.0F;
        own = math::select(closed, smaller, larger);
        other = math::select(closed, larger, smaller);
        product = math::product(smaller, larger);
      }
      /// g s(v) (1 + v s(-v))
      ACTIVATIONS_CUDA_HOST_DEVICE Value gradient(Value g) const {
        Value const slope = math::fma(v, math::product(other, other), 1.0F);
        return math::product(math::product(math::product(g, own), own), slope);
      }
    };

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value limited(Value x) const {
      Value const v = math::product(beta_, x);
      return math::minimum_number(math::maximum_number(v, -farthest_), farthest_);
    }

    float beta_, farthest_, reach_;
  };

  template <class Arithmetic>
  using evaluator = std::conditional_t<std::is_same<Arithmetic, reduced_arithmetic>::value, reduced,
                                       exact<Arithmetic>>;
};

}  // namespace activations_cuda
