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

struct error {
  double ulps;     // of the exact value's binade, or of the smallest normal one below it
  bool subnormal;  // the exact value is below the smallest normal number
};

/// An exact value beyond the largest finite one by half an ulp must be infinity: then the error is
/// 0 or infinite.
inline error error_of(storage const& type, double result, oracle::big const& exact) {
  if (exact.is_zero()) return {result == 0 ? 0.0 : INFINITY, false};
  bool const subnormal = exact.exponent() < type.smallest_exponent;
  long const exponent = subnormal ? type.smallest_exponent : exact.exponent();
  double const limit = largest(type);
  if (std::isinf(result)) {
    oracle::big const beyond = abs(exact) - oracle::big(limit);
    bool const same_sign = (result > 0) == (exact.sign() > 0);
    // Within the error that a finite result could have, infinity is as good.
    double const missing = scaled(-beyond, type.mantissa_bits - exponent).to_double();
    return {same_sign ? std::fmax(0.0, missing) : INFINITY, false};
  }
  if (std::isnan(result)) return {INFINITY, subnormal};
  oracle::big const difference = abs(oracle::big(result) - exact);
  return {scaled(difference, type.mantissa_bits - exponent).to_double(), subnormal};
}

}  // namespace support
