#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double pointwise<hard_sigmoid>::forward(parameters p, double x) {
  if (std::isnan(x)) return x;
  return std::fmin(std::fmax(std::fma(p[0], x, p[1]), 0.0), 1.0);
}
template <>
double pointwise<hard_sigmoid>::backward(parameters p, double dy, double x) {
  if (std::isnan(x)) return x;
  double const zero = -p[1] / p[0];
  double const one = (1 - p[1]) / p[0];
  return std::fmin(zero, one) < x && x < std::fmax(zero, one) ? dy * p[0] : 0.0;
}
template <>
double pointwise<hard_sigmoid>::backward_from_output(parameters p, double dy, double y) {
  if (std::isnan(y)) return y;
  return 0 < y && y < 1 ? dy * p[0] : 0.0;
}

}  // namespace activations_cuda::reference
