#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double pointwise<softsign>::forward(parameters, double x) {
  return std::isinf(x) ? std::copysign(1.0, x) : x / (1 + std::fabs(x));
}

// Divided twice: the square may overflow while a large dy makes dx normal.
template <>
double pointwise<softsign>::backward(parameters, double dy, double x) {
  double const sum = 1 + std::fabs(x);
  return dy / sum / sum;
}
template <>
double pointwise<softsign>::backward_from_output(parameters, double dy, double y) {
  double const difference = 1 - std::fabs(y);
  return dy * (difference * difference);
}

}  // namespace activations_cuda::reference
