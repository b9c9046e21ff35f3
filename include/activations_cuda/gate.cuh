// x s(v), where s is the logistic function and v an odd function of x: silu and its relatives.
#pragma once

#include <activations_cuda/exponential.cuh>

#include <type_traits>

namespace activations_cuda {

/// A |v| at which s(-|v|) times any finite number is 0 to the type, and s(|v|) is 1.
template <class Real>
constexpr Real gate_saturates = sizeof(Real) == 8 ? Real(1470) : Real(205);

/// log2(e) / 2: the square root of e^v is 2^(half_log2_e v).
template <class Real>
constexpr Real half_log2_e = Real(0.721347520444481703679962340677);

/// y = x s(v) and dx = dy s(v) (1 + x v' s(-v)).
///
/// With e^-v = (1 + m) 2^k and p = 2^-|k|, s(v) is 1 / (1 + (p + p m)) for k <= 0, else
/// p / (1 + (p + m)), where the gate is closed; s(-v) is p (1 + m) and 1 + m over the same
/// denominators. Both tails keep their digits, and nothing cancels but at the gradient's root.
///
/// Argument<Real> is made of the op, and has a reach, an |x| at which |v| is between gate_saturates
/// and 300, for float64 3000, or the largest number; of(x), the two parts of v; growth(x, v), which
/// is x v'; and, for 16 bits, growth(x) and half_exponent(x), which is v / 2 for a power of two in
/// place of e.
template <class Arithmetic, template <class> class Argument>
struct logistic_gate {
  using real = typename Arithmetic::real;
  static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
  Argument<real> argument;

  template <class Op>
  ACTIVATIONS_CUDA_HOST_DEVICE explicit logistic_gate(Op const& op) : argument(op) {}

  ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
    if constexpr (reduced) {
      float const exponent = argument.half_exponent(x);
      // The maximum drops a NaN: of 0 * infinity, where the gate of a v that is always 0 does not
      // matter, and of a NaN x, which stays one as a factor.
      float const h = math::exp2_approximate(::fmaxf(-math::absolute(exponent), -200.0F));
      float const root = exponent < 0 ? h : 1.0F;
      float const gate = math::product(root, math::reciprocal_approximate(math::fma(h, h, 1.0F)));
      return math::product(math::product(root == 0 ? 0.0F : x, root), gate);
    } else {
      real const at = limited(x);
      terms const t(argument.of(at));
      bool const vanishes = t.closed && at != x;
      return math::scaled_product(vanishes ? real(0) : x, t.inverse, t.exponent);
    }
  }

  ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
    return value_and_backward(dy, x).dx;
  }

  struct value_and_gradient {
    real y, dx;
  };
  /// Both at once, for 16-bit types with one exponential and one reciprocal.
  ACTIVATIONS_CUDA_HOST_DEVICE value_and_gradient value_and_backward(real dy, real x) const {
    real const at = limited(x);
    if constexpr (reduced) {
      float const growth = argument.growth(at);
      // h is 2^6 e^(-|v| / 2), so that it does not underflow before dx does: s(v) = h^2 / (2^12 +
      // h^2) or 2^12 / (2^12 + h^2), and dy meets the roots of the numerator one at a time.
      constexpr float root_exponent = 6.0F, root_of_one = 64.0F, one = root_of_one * root_of_one;
      float const exponent = argument.half_exponent(at);
      float const h = math::exp2_approximate(root_exponent - math::absolute(exponent));
      float const square = math::product(h, h);
      float const inverse = math::reciprocal_approximate(square + one);
      bool const closed = exponent < 0;
      float const root = closed ? h : root_of_one;
      float const rest = math::product(closed ? one : square, inverse);  // s(-v)
      float const slope = math::product(root, math::fma(growth, rest, 1.0F));
      float const other_root = math::product(root, inverse);
      return {math::product(math::product(root == 0 ? 0.0F : x, other_root), root),
              math::product(math::product(dy, other_root), slope)};
    } else {
      auto const v = argument.of(at);
      terms const t(v);
      auto const growth = argument.growth(at, v);
      real const other = t.other();
      real const factor = math::fma(growth.value, other, math::fma(growth.low, other, real(1)));
      return {forward(x), math::scaled_product(dy, math::product(t.inverse, factor), t.exponent)};
    }
  }

 private:
  /// s(v) = inverse * 2^exponent.
  struct terms {
    bool closed;
    int exponent;
    real p, m, inverse;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit terms(two_part<real> const& v) {
      constexpr int lowest = math::detail::format<real>::near_exponent;  // lost beside 1
      auto const split = math::exponential(-v.value, -v.low);
      m = split.minus_one;
      closed = split.exponent > 0;
      int const below = closed ? -split.exponent : split.exponent;
      exponent = closed ? below : 0;
      p = math::power_of_two<real>(below < lowest ? lowest : below);
      real const rest = math::fma(closed ? real(1) : p, m, p);
      real const denominator = real(1) + rest;
      inverse = math::reciprocal(denominator, rest - (denominator - real(1)));
    }
    /// s(-v), with no difference that cancels.
    ACTIVATIONS_CUDA_HOST_DEVICE real other() const {
      return closed ? math::fma(-p, inverse, real(1)) : math::product(math::fma(p, m, p), inverse);
    }
  };

  ACTIVATIONS_CUDA_HOST_DEVICE real limited(real x) const {
    return math::absolute(x) > argument.reach ? math::with_sign_of(argument.reach, x) : x;
  }
};

}  // namespace activations_cuda
