// How far a result is from the exact one, in units in the last place of its storage type.
#pragma once

#include "oracle/big.hpp"
#include "support/storage.hpp"

#include <cmath>

namespace support {

/// The largest finite value of the type.
inline double largest(storage const& type) {
  int const top = type.dtype == ACT_FLOAT64 ? 1023 : type.dtype == ACT_FLOAT16 ? 15 : 127;
  return std::ldexp(2.0 - std::ldexp(1.0, -type.mantissa_bits), top);
}

/// What rounding a number of this magnitude to the type adds at most.
inline double half_ulp(storage const& type, double magnitude) {
  double const smallest = std::ldexp(1.0, type.smallest_exponent);
  double const normal = std::fmin(std::fmax(magnitude, smallest), largest(type));
  return std::ldexp(0.5, std::ilogb(normal) - type.mantissa_bits);
}

/// |result - exact| in absolute terms. Infinity stands for what rounds to it, the largest finite
/// number and half an ulp, and all beyond.
inline double distance(storage const& type, double result, oracle::big const& exact) {
  if (std::isinf(result) && (result > 0) == (exact.sign() > 0)) {
    double const top = largest(type);
    oracle::big const first = oracle::big(top) + oracle::big(half_ulp(type, top));
    return std::fmax(0.0, (first - abs(exact)).to_double());
  }
  return abs(oracle::big(result) - exact).to_double();  // NaN for NaN
}

/// An exact value beyond double's range has no finite bound: then only infinity is right.
inline bool is_within(double bound, storage const& type, double result, oracle::big const& exact) {
  return distance(type, result, exact) <= (std::isinf(bound) ? 0 : bound);
}

// The two number types of the oracle.

inline double to_double(double a) { return a; }
inline double to_double(oracle::big const& a) { return a.to_double(); }
inline bool is_nan(double a) { return std::isnan(a); }
inline bool is_nan(oracle::big const& a) { return a.is_nan(); }
inline bool is_infinite(double a) { return std::isinf(a); }
inline bool is_infinite(oracle::big const& a) { return a.is_infinite(); }
inline long exponent_of(double a) { return std::ilogb(a); }
inline long exponent_of(oracle::big const& a) { return a.exponent(); }
inline double scaled_to_double(double a, long exponent) {
  return std::ldexp(a, static_cast<int>(exponent));
}
inline double scaled_to_double(oracle::big const& a, long exponent) {
  return scaled(a, exponent).to_double();
}

/// What a result is held against: the exact value, and the largest term of its formula where that
/// is larger and sets the unit.
template <class Number>
struct expected {
  Number value;
  Number term;
};

struct error {
  double ulps;     // of the unit's binade, or of the smallest normal one below it
  bool subnormal;  // the unit is below the smallest normal number
};

/// An exact value beyond the largest finite one by half an ulp must be infinity: then the error is
/// 0 or infinite. An exact NaN must be NaN.
template <class Number>
error error_of(storage const& type, double result, expected<Number> const& exact) {
  using std::fabs;
  if (is_nan(exact.value)) return {std::isnan(result) ? 0.0 : INFINITY, false};
  if (is_infinite(exact.value)) return {result == to_double(exact.value) ? 0.0 : INFINITY, false};
  Number const magnitude = exact.value < 0 ? -exact.value : exact.value;
  Number const unit = magnitude < exact.term ? exact.term : magnitude;
  if (to_double(unit) == 0 && !(unit > 0)) return {result == 0 ? 0.0 : INFINITY, false};
  bool const subnormal = exponent_of(unit) < type.smallest_exponent;
  long const exponent = subnormal ? type.smallest_exponent : exponent_of(unit);
  if (std::isinf(result)) {
    bool const same_sign = (result > 0) == (exact.value > 0);
    // Within the error that a finite result could have, infinity is as good.
    double const missing =
        scaled_to_double(Number(largest(type)) - magnitude, type.mantissa_bits - exponent);
    return {same_sign ? std::fmax(0.0, missing) : INFINITY, false};
  }
  if (std::isnan(result)) return {INFINITY, subnormal};
  Number const difference = Number(result) - exact.value;
  return {fabs(scaled_to_double(difference, type.mantissa_bits - exponent)), subnormal};
}

}  // namespace support
