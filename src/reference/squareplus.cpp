#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

// Sums are formed of halves: the largest x does not overflow.
template <>
double pointwise<squareplus>::forward(parameters values, double x) {
  double const b = values[0];
  double const half = std::hypot(x, std::sqrt(b)) / 2;
  return x < 0 ? b / 4 / (half - x / 2) : x / 2 + half;
}
// Below 0 as two factors, dy meeting one at a time.
template <>
double pointwise<squareplus>::backward(parameters values, double dy, double x) {
  double const b = values[0];
  double const root = std::hypot(x, std::sqrt(b));
  double const leg = std::sqrt(b / 2);
  if (x < 0) return dy * (leg / root) * (leg / 2 / (root / 2 - x / 2));
  return std::isinf(x) ? dy : dy * (0.5 + x / root / 2);
}
template <>
double pointwise<squareplus>::backward_from_output(parameters values, double dy, double y) {
  if (std::isinf(y)) return dy;
  double const share = y / std::hypot(y, std::sqrt(values[0]) / 2);
  return dy * share * share;
}

}  // namespace activations_cuda::reference
