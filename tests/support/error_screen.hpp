// Most results are clearly within the contract: that, and the worst of them, is told for many at
// once. What is not clear has to be judged one by one (support/ulp.hpp, support/contract.hpp).
#pragma once

#include "support/contract.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace support {

/// The factor that makes of |result - exact| the error in ulp, where the unit is in the range of
/// normal numbers; below it, minus the factor that makes of it the part of what is allowed.
/// 2^600, so that the error is 0 or enormous, where only 0 is right. NaN where the exact value is
/// infinite or NaN.
inline double screen_factor(storage const& type, expected<double> const& exact) {
  double const magnitude = std::fabs(exact.value);
  double const unit = magnitude < exact.term ? exact.term : magnitude;
  if (!(unit < INFINITY)) return NAN;
  if (unit == 0) return 0x1p600;
  std::uint64_t bits;
  std::memcpy(&bits, &unit, sizeof(bits));
  int const exponent = static_cast<int>(bits >> 52) - 1023;
  bool const subnormal = exponent < type.smallest_exponent;
  int const unit_exponent = subnormal ? type.smallest_exponent : exponent;
  bits = static_cast<std::uint64_t>(1023 + type.mantissa_bits - unit_exponent) << 52;
  double factor;
  std::memcpy(&factor, &bits, sizeof(factor));
  return subnormal ? -factor / allowed_steps(type, exact) : factor;
}

/// Whether |result - exact| times the factor is within the contract for sure: below the range of
/// normal numbers the quotient has been rounded.
inline bool is_clear(double scaled, double allowed) {
  return scaled <= allowed && scaled >= -(1 - 0x1p-40);
}

struct screened {
  bool clear;         // all are
  double worst;       // in ulp, of those in the range of normal numbers
  std::size_t zeros;  // among the results
};
screened screen(float const* results, double const* exact, double const* factors, std::size_t n,
                double allowed);

}  // namespace support
