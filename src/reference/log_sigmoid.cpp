#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double pointwise<log_sigmoid>::forward(parameters, double x) {
  return x < 0 ? x - std::log1p(std::exp(x)) : -std::log1p(std::exp(-x));
}

// s(-x), for positive x with e^-x as two factors, so that neither underflows early.
template <>
double pointwise<log_sigmoid>::backward(parameters, double dy, double x) {
  if (x <= 0) return dy / (1 + std::exp(x));
  double const root = std::exp(-0.5 * x);
  return (dy * root) * (root / (1 + root * root));
}
template <>
double pointwise<log_sigmoid>::backward_from_output(parameters, double dy, double y) {
  return dy * -std::expm1(y);
}

}  // namespace activations_cuda::reference
