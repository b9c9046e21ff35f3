// x s(v), s being the logistic function, for the references. In long double (64 bits or more, and
// exponents that outrun any double): an exponent's rounding, which the exponential multiplies, does
// not show in double, and nothing underflows early.
#pragma once

#include <cmath>

namespace activations_cuda::reference {

inline long double logistic(long double v) { return 1 / (1 + std::exp(-v)); }

/// amount * gate; where the gate is 0, that is the limit, whatever the amount.
inline long double gated(long double amount, long double gate) {
  return gate == 0 ? 0 : amount * gate;
}

/// s(v) + x s'(v) v' = s(v) (1 + x v' s(-v)), where growth is x v'.
inline double gate_gradient(double dy, long double v, long double growth) {
  long double const slope = gated(1 + gated(growth, logistic(-v)), logistic(v));
  return static_cast<double>(dy * slope);
}

}  // namespace activations_cuda::reference
