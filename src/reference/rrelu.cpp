#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

// std::fma of the compute type itself: of a sum in double, rounded again to float, near-ties may
// differ.
template <>
double random<rrelu>::slope(parameters values, fraction u) {
  double const lower = values[0];
  double const upper = values[1];
  double const step = values.rounded(std::ldexp(upper, -u.bits) - std::ldexp(lower, -u.bits));
  if (u.bits > 24) return std::fma(u.numerator, step, lower);
  return static_cast<double>(std::fma(static_cast<float>(u.numerator), static_cast<float>(step),
                                      static_cast<float>(lower)));
}
template <>
double random<rrelu>::forward(double slope, double x) {
  if (std::isnan(x) || x > 0) return x;
  return slope == 0 ? 0.0 : slope * x;
}
template <>
double random<rrelu>::backward(double slope, double dy, double x) {
  if (std::isnan(x)) return x;
  if (x > 0) return dy;
  return slope == 0 ? 0.0 : slope * dy;
}

}  // namespace activations_cuda::reference
