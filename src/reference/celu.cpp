#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {
namespace {

// What x / alpha has lost in rounding.
double quotient_low(double x, double alpha, double quotient) {
  return std::isfinite(quotient) ? std::fma(-quotient, alpha, x) / alpha : 0.0;
}

}  // namespace

// The low part t of the quotient enters to first order: e^t is 1 + t.
template <>
double pointwise<celu>::forward(parameters values, double x) {
  double const alpha = values[0];
  if (std::isnan(x) || x > 0) return x;
  double const quotient = x / alpha;
  if (std::fabs(quotient) < 1e-290) return x;
  double const low = quotient_low(x, alpha, quotient);
  double const root = std::exp(0.5 * quotient);
  return quotient > 700 ? (alpha * root) * (root * (1 + low))
                        : alpha * (std::expm1(quotient) + low * root * root);
}

template <>
double pointwise<celu>::backward(parameters values, double dy, double x) {
  double const alpha = values[0];
  if (std::isnan(x)) return x;
  if (x > 0) return dy;
  double const quotient = x / alpha;
  double const root = std::exp(0.5 * quotient);
  return (dy * root) * (root * (1 + quotient_low(x, alpha, quotient)));
}
template <>
double pointwise<celu>::backward_from_output(parameters values, double dy, double y) {
  double const alpha = values[0];
  if (std::isnan(y)) return y;
  return y > 0 ? dy : dy * ((y + alpha) / alpha);
}

}  // namespace activations_cuda::reference
