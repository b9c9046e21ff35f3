// x s(v), where s is the logistic function and v an odd function of x: silu and its relatives.
#pragma once

#include <activations_cuda/exponential.cuh>
#include <activations_cuda/square_root.cuh>
#include <activations_cuda/value_and_gradient.cuh>

#include <type_traits>

namespace activations_cuda {

/// A |v| at which s(-|v|) times any finite number is 0 to the type, and s(|v|) is 1.
template <class Real>
constexpr Real gate_saturates = sizeof(Real) == 8 ? Real(1470) : Real(205);

/// log2(e) / 2: the square root of e^v is 2^(half_log2_e v).
template <class Real>
constexpr Real half_log2_e = Real(0.721347520444481703679962340677);

/// v unit, which is an Argument's growth where v is a multiple of x. Made of the exponent, because that
/// multiple times unit may overflow.
template <class Value>
ACTIVATIONS_CUDA_HOST_DEVICE Value linear_growth(Value half_exponent, float bias, float unit) {
  float const scale = unit / half_log2_e<float>;
  return math::fma(half_exponent, scale, -bias * scale);
}

/// y = x s(v) and dx = dy s(v) (1 + x v' s(-v)).
///
/// With e^-v = (1 + m) 2^k and p = 2^-|k|, s(v) is 1 / (1 + (p + p m)) for k <= 0, else
/// p / (1 + (p + m)), where the gate is closed; s(-v) is p (1 + m) and 1 + m over the same
/// denominators. Both tails keep their digits, and nothing cancels but at the gradient's root.
///
/// For 16 bits everything is made of two numbers that do not leave the range: w with w^2 = s(v), which
/// meets its factors twice, and what is left of 1, s(-v). With h = e^(v / 2) they are
/// h / sqrt(1 + h^2) and 1 / (1 + h^2). h is 2^6 times as large, so that it does not underflow before
/// dx does, and at most 2^19: from there on s(v) is 1.
///
/// Argument<Real> is made of the op, and has a reach, an |x| at which |v| is between gate_saturates
/// and 300, for float64 3000, or the largest number; of(x), the two parts of v; growth(x, v), which
/// is x v'; and, for 16 bits, half_exponent(x, bias), which is v / 2 for a power of two in place of e,
/// plus bias, and growth(x, half_exponent, bias, unit), which is x v' unit.
template <class Arithmetic, template <class> class Argument>
struct logistic_gate {
  using real = typename Arithmetic::real;
  static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
  Argument<real> argument;

  template <class Op>
  ACTIVATIONS_CUDA_HOST_DEVICE explicit logistic_gate(Op const& op) : argument(op) {}

  template <class Value>
  ACTIVATIONS_CUDA_HOST_DEVICE Value forward(Value x) const {
    if constexpr (reduced) {
      return opening<Value>(argument, x).times(x);
    } else {
      real const at = limited(x);
      terms const t(argument.of(at));
      bool const vanishes = t.closed && at != x;
      return math::scaled_product(vanishes ? real(0) : x, t.inverse, t.exponent);
    }
  }

  template <class Value>
  ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value x) const {
    Value const at = limited(x);
    if constexpr (reduced) {
      opening<Value> const gate(argument, at);
      Value const gated = math::product(math::product(dy, gate.w), gate.w);
      return math::product(gated, gate.slope(argument, at, 1.0F));
    } else {
      auto const v = argument.of(at);
      return gradient(dy, at, v, terms(v));
    }
  }

  /// With one exponential.
  template <class Value, bool both = reduced, std::enable_if_t<both, int> = 0>
  ACTIVATIONS_CUDA_HOST_DEVICE value_and_gradient<Value> value_and_backward(Value dy, Value up,
                                                                            Value x) const {
    Value const at = limited(x);
    opening<Value> const gate(argument, at);
    product_in_range<Value> const product(dy, up);
    // w slope is up to 1.2, and half of it meets a product that may be the largest number.
    Value const half =
        math::product(math::product(product.first, gate.w), gate.slope(argument, at, 0.5F));
    Value const dx = math::product(half, math::product(product.second, gate.w));
    return {gate.times(x), dx + dx};
  }

 protected:
  /// s(v) = inverse * 2^exponent, and what it is made of: below is -|k|, and the denominator is in two
  /// parts.
  struct terms {
    bool closed;
    int below, exponent;
    real p, m, denominator, low, inverse;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit terms(two_part<real> const& v) {
      constexpr int lowest = math::detail::format<real>::near_exponent;  // lost beside 1
      auto const split = math::exponential(-v.value, -v.low);
      m = split.minus_one;
      closed = split.exponent > 0;
      below = closed ? -split.exponent : split.exponent;
      exponent = closed ? below : 0;
      p = math::power_of_two<real>(below < lowest ? lowest : below);
      real const rest = math::fma(closed ? real(1) : p, m, p);
      denominator = real(1) + rest;
      low = rest - (denominator - real(1));
      inverse = math::reciprocal(denominator, low);
    }
    /// s(-v), with no difference that cancels.
    ACTIVATIONS_CUDA_HOST_DEVICE real other() const {
      return closed ? math::fma(-p, inverse, real(1)) : math::product(math::fma(p, m, p), inverse);
    }
  };

  /// dy s(v) (1 + x v' s(-v)), of an x that is limited().
  ACTIVATIONS_CUDA_HOST_DEVICE real gradient(real dy, real x, two_part<real> const& v,
                                             terms const& t) const {
    auto const growth = argument.growth(x, v);
    real const other = t.other();
    real const factor = math::fma(growth.value, other, math::fma(growth.low, other, real(1)));
    return math::scaled_product(dy, math::product(t.inverse, factor), t.exponent);
  }

  /// w, and s(-v) times a power of two.
  template <class Value>
  struct opening {
    static constexpr float bias = 6.0F, unit = 4096.0F, open = 19.0F;
    Value exponent, h, w, inverse_root;

    ACTIVATIONS_CUDA_HOST_DEVICE opening(Argument<real> const& argument, Value x) {
      // The minimum drops a NaN: of 0 * infinity, where the gate of a v that is always 0 does not
      // matter, and of a NaN x, which stays one as a factor.
      exponent = argument.half_exponent(x, bias);
      h = math::exp2_approximate(math::minimum_number(exponent, open));
      inverse_root = math::reciprocal_square_root_approximate(math::fma(h, h, unit));
      w = math::product(h, inverse_root);
    }
    /// x s(v), 0 where the gate is closed to an infinity.
    ACTIVATIONS_CUDA_HOST_DEVICE Value times(Value x) const {
      return math::product(math::product(math::select(h == 0, 0.0F, x), w), w);
    }
    /// (1 + x v' s(-v)) scale.
    ACTIVATIONS_CUDA_HOST_DEVICE Value slope(Argument<real> const& argument, Value x,
                                             float scale) const {
      Value const growth = argument.growth(x, exponent, bias, scale * unit);
      return math::fma(growth, math::product(inverse_root, inverse_root), scale);
    }
  };

  /// x, but not beyond the argument's reach.
  template <class Value>
  ACTIVATIONS_CUDA_HOST_DEVICE Value limited(Value x) const {
    return math::select(math::absolute(x) > argument.reach, math::with_sign_of(argument.reach, x),
                        x);
  }
};

}  // namespace activations_cuda
