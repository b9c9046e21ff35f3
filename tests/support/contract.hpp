// The bounds that pointwise results are held to.
#pragma once

#include "support/storage.hpp"
#include "support/ulp.hpp"

#include <cmath>

namespace support {

/// docs/definitions.md: for 16 bits half an ulp of rounding and a tenth for the evaluation;
/// else 4 ulp. Below the normal range one subnormal step, and bfloat16 may be flushed to zero. Just
/// below it, where a step is still an ulp of the smallest normal number, the relative error that 4
/// ulp stand for goes on until it is less than a step, at a quarter of that number: dx there is dy,
/// itself exact, times a factor with its own few ulp, of the factor's largest term if that sets the
/// unit.
inline double allowed_ulps(storage const& type) { return type.bytes == 2 ? 0.6 : 4.0; }

/// Of y and dx of rrelu, products rounded once; in 16 bits to float32 and then to the type.
inline double rrelu_allowed_ulps(storage const& type) {
  return type.bytes == 2 ? 0.5 + 0x1p-13 : 0.5;
}

/// In steps, of a result whose unit is below the smallest normal number.
template <class Number>
double allowed_steps(storage const& type, expected<Number> const& exact) {
  double const fraction =
      std::fmax(std::fabs(scaled_to_double(exact.value, -type.smallest_exponent)),
                std::fabs(scaled_to_double(exact.term, -type.smallest_exponent)));
  return std::fmax(1.0, type.bytes == 2 ? 0.0 : 4.0 * fraction);
}

template <class Number>
bool within_contract(storage const& type, double result, error const& e,
                     expected<Number> const& exact) {
  if (!e.subnormal) return e.ulps <= allowed_ulps(type);
  if (type.dtype == ACT_BFLOAT16 && result == 0) return true;
  return e.ulps <= allowed_steps(type, exact);
}

}  // namespace support
