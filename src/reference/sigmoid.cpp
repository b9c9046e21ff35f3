#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double pointwise<sigmoid>::forward(parameters, double x) {
  if (x < 0) return std::exp(x) / (1 + std::exp(x));
  return 1 / (1 + std::exp(-x));
}

// s(x) s(-x) = (1 / (2 cosh(x / 2)))^2, dy meeting one factor at a time so that neither underflows
// early.
template <>
double pointwise<sigmoid>::backward(parameters, double dy, double x) {
  double const root = 0.5 / std::cosh(0.5 * x);
  return dy * root * root;
}
template <>
double pointwise<sigmoid>::backward_from_output(parameters, double dy, double y) {
  return dy * (y * (1 - y));
}

}  // namespace activations_cuda::reference
