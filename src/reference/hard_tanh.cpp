#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double pointwise<hard_tanh>::forward(parameters p, double x) {
  if (std::isnan(x)) return x;
  return std::fmin(std::fmax(x, p[0]), p[1]) + 0.0;
}
template <>
double pointwise<hard_tanh>::backward(parameters p, double dy, double x) {
  if (std::isnan(x)) return x;
  return p[0] < x && x < p[1] ? dy : 0.0;
}
template <>
double pointwise<hard_tanh>::backward_from_output(parameters p, double dy, double y) {
  if (std::isnan(y)) return y;
  return p[0] < y && y < p[1] ? dy : 0.0;
}

}  // namespace activations_cuda::reference
