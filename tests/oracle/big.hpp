// MPFR numbers with operators: 200 bits, round to nearest.
#pragma once

#include <mpfr.h>
#include <utility>

namespace oracle {

class big {
 public:
  static constexpr mpfr_prec_t precision = 200;

  big(double value = 0.0) {  // NOLINT: doubles convert exactly
    mpfr_init2(value_, precision);
    mpfr_set_d(value_, value, MPFR_RNDN);
  }
  big(big const& other) : big() { mpfr_set(value_, other.value_, MPFR_RNDN); }
  big(big&& other) noexcept : big() { mpfr_swap(value_, other.value_); }
  big& operator=(big other) noexcept {
    mpfr_swap(value_, other.value_);
    return *this;
  }
  ~big() { mpfr_clear(value_); }

  /// A decimal number of any length.
  static big of(char const* digits) {
    big result;
    mpfr_set_str(result.value_, digits, 10, MPFR_RNDN);
    return result;
  }

  double to_double() const { return mpfr_get_d(value_, MPFR_RNDN); }
  /// e with 2^e <= |value| < 2^(e+1); the value is not 0.
  long exponent() const { return mpfr_get_exp(value_) - 1; }
  bool is_nan() const { return mpfr_nan_p(value_) != 0; }
  bool is_infinite() const { return mpfr_inf_p(value_) != 0; }
  bool is_zero() const { return mpfr_zero_p(value_) != 0; }
  int sign() const { return mpfr_sgn(value_); }

  friend big operator+(big const& a, big const& b) { return apply(mpfr_add, a, b); }
  friend big operator-(big const& a, big const& b) { return apply(mpfr_sub, a, b); }
  friend big operator*(big const& a, big const& b) { return apply(mpfr_mul, a, b); }
  friend big operator/(big const& a, big const& b) { return apply(mpfr_div, a, b); }
  friend big operator-(big const& a) { return apply(mpfr_neg, a); }
  friend bool operator<(big const& a, big const& b) { return mpfr_less_p(a.value_, b.value_) != 0; }
  friend bool operator>(big const& a, big const& b) { return b < a; }
  friend bool operator<=(big const& a, big const& b) {
    return mpfr_lessequal_p(a.value_, b.value_) != 0;
  }
  friend bool operator>=(big const& a, big const& b) { return b <= a; }

  friend big exp(big const& a) { return apply(mpfr_exp, a); }
  friend big expm1(big const& a) { return apply(mpfr_expm1, a); }
  friend big log1p(big const& a) { return apply(mpfr_log1p, a); }
  friend big tanh(big const& a) { return apply(mpfr_tanh, a); }
  friend big cosh(big const& a) { return apply(mpfr_cosh, a); }
  friend big sin(big const& a) { return apply(mpfr_sin, a); }
  friend big cos(big const& a) { return apply(mpfr_cos, a); }
  friend big atan(big const& a) { return apply(mpfr_atan, a); }
  friend big erfc(big const& a) { return apply(mpfr_erfc, a); }
  friend big sqrt(big const& a) { return apply(mpfr_sqrt, a); }
  friend big abs(big const& a) { return apply(mpfr_abs, a); }
  friend big scaled(big const& a, long exponent) {
    big result;
    mpfr_mul_2si(result.value_, a.value_, exponent, MPFR_RNDN);
    return result;
  }

 private:
  using unary_function = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
  using binary_function = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);
  template <class Function>
  static big apply(Function function, big const& a) {
    big result;
    static_cast<unary_function>(function)(result.value_, a.value_, MPFR_RNDN);
    return result;
  }
  template <class Function>
  static big apply(Function function, big const& a, big const& b) {
    big result;
    static_cast<binary_function>(function)(result.value_, a.value_, b.value_, MPFR_RNDN);
    return result;
  }

  mpfr_t value_;
};

}  // namespace oracle
