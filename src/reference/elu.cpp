#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double pointwise<elu>::forward(parameters values, double x) {
  double const alpha = values[0];
  if (std::isnan(x) || x > 0) return x;
  return alpha == 0 ? 0.0 : alpha * std::expm1(x);
}

// e^x as two factors, dy meeting one and alpha the other, so that neither underflows early.
template <>
double pointwise<elu>::backward(parameters values, double dy, double x) {
  double const alpha = values[0];
  if (std::isnan(x)) return x;
  if (x > 0) return dy;
  double const root = std::exp(0.5 * x);
  return alpha == 0 ? 0.0 : (dy * root) * (alpha * root);
}
template <>
double pointwise<elu>::backward_from_output(parameters values, double dy, double y) {
  double const alpha = values[0];
  if (std::isnan(y)) return y;
  if (y > 0) return dy;
  return alpha == 0 ? 0.0 : dy * (y + alpha);
}

}  // namespace activations_cuda::reference
