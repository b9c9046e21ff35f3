#pragma once

#include <activations_cuda/parameter.hpp>
#include <activations_cuda/square_root.cuh>

#include <cmath>
#include <type_traits>

namespace activations_cuda {

/// Squareplus: (x + sqrt(x^2 + b)) / 2. Barron 2021. Gradient: (1 + x / sqrt(x^2 + b)) / 2; from
/// the output y: y^2 / (y^2 + b / 4).
///
/// f(x) is max(x, 0) + (b / 2) / (sqrt(x^2 + b) + |x|), and the gradient, with m = x^2 + b, is (b /
/// 2) / (m + |x| sqrt(m)) for x < 0, else 1 less that: nothing cancels. A b whose square root is
/// far from 1 is brought near it by a power of two, exactly, and x with it. Within 3 ulp, the
/// gradients 4.
struct squareplus {
  double b = 4.0;

  static constexpr parameter<squareplus> parameters[] = {
      {"b", &squareplus::b, constraint::positive}};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;

    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(squareplus const& op) {
      auto const b = static_cast<double>(static_cast<real>(op.b));
      int const half = ::ilogb(b) >> 1;
      int const shift = half < -far_half ? half + far_half : half > far_half ? half - far_half : 0;
      auto const scaled = [](double value, int exponent) {
        return static_cast<real>(::scalbn(value, exponent));
      };
      scale_ = scaled(1, -shift);
      b_ = scaled(b, -2 * shift);
      vast_ = scaled(1, half - shift + (wide ? 30 : 20));
      numerator_ = scaled(b, -shift - 1 - headroom);
      tail_ = scaled(1, half - shift + 20 - headroom);
      tail_of_b_ = scaled(b, -half - shift - 2 + 20 - headroom);
      output_scale_ = scaled(1, -half);
      output_quarter_ = scaled(b, -2 * half - 2);
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      constexpr real unit = real(1) / (1 << headroom);
      real const a = math::product(math::absolute(x), scale_);
      real const computed = math::square_root_in<Arithmetic>(math::fma(a, a, b_));
      real const root = a > vast_ ? a : computed;
      real const sum = math::fma(root, unit, math::product(a, unit));
      return math::at_least(x, real(0)) + quotient(numerator_, sum);
    }

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value x) const {
      constexpr real unit = real(1) / (1 << headroom);
      Value const a = math::product(math::absolute(x), scale_);
      Value const square = math::fma(a, a, b_);
      Value const near = math::fma(a, math::square_root_in<Arithmetic>(square), square);
      auto const far = a > vast_;
      Value const inverse =
          math::reciprocal_or_zero_in<Arithmetic>(math::select(far, math::product(a, unit), near));
      // Far below 0, dx = dy (b / 4) / x^2 takes two factors below 1, each times 2^20: nothing
      // underflows before dx does.
      Value const tail = math::product(math::product(dy, math::product(tail_of_b_, inverse)),
                                       math::product(tail_, inverse));
      Value below = math::product(real(0.5) * b_, inverse);
      if constexpr (!reduced)
        below = math::fma(math::fma(-below, near, real(0.5) * b_), inverse, below);
      auto const negative = x < 0;
      Value const above = math::select(far, real(1), real(1) - below);
      Value const slope = math::select(negative, below, above);
      return math::select(far & negative, math::product(tail, real(0x1p-40)),
                          math::product(dy, slope));
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      real const t = math::at_most(math::product(y, output_scale_), real(0x1p60));
      real const inverse = math::reciprocal_in<Arithmetic>(math::fma(t, t, output_quarter_));
      real const quotient = math::product(t, inverse);
      // dy meets a factor below 1 first.
      bool const large = t > real(1);
      real const above = math::product(dy, math::product(t, quotient));
      real first = math::product(dy, t);
      real second = quotient;
      if constexpr (!reduced) {
        // A y near the subnormal numbers comes last, as it is: scaled, or in a quotient, it would
        // have lost digits.
        bool const tiny = y < (wide ? real(0x1p-900) : real(0x1p-100));
        real const scaled = math::product(math::product(dy, y), output_scale_);
        first = tiny ? math::product(scaled, math::product(inverse, output_scale_)) : first;
        second = tiny ? y : quotient;
      }
      real const below = math::product(first, second);
      return large ? above : below;
    }

   private:
    static constexpr bool wide = sizeof(real) == 8;
    static constexpr int far_half = wide ? 200 : 30;
    /// Divisors are 2^-headroom times what they stand for, so that their reciprocals are normal.
    static constexpr int headroom = 4;

    /// a / b, and 0 for an infinite b.
    ACTIVATIONS_CUDA_HOST_DEVICE static real quotient(real a, real b) {
      real const inverse = math::reciprocal_in<Arithmetic>(b);
      real const first = math::product(a, inverse);
      if constexpr (reduced) {
        return first;
      } else {
        real const corrected = math::fma(math::fma(-first, b, a), inverse, first);
        return b > math::largest<real> ? real(0) : corrected;
      }
    }

    real scale_, b_;
    real vast_;  // from here on, b is lost beside x^2, which may soon overflow
    real numerator_;
    real tail_, tail_of_b_;
    real output_scale_, output_quarter_;
  };
};

}  // namespace activations_cuda
