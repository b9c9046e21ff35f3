#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double pointwise<relu6>::forward(parameters, double x) {
  if (std::isnan(x)) return x;
  return std::fmin(std::fmax(x, 0.0), 6.0) + 0.0;
}
template <>
double pointwise<relu6>::backward(parameters, double dy, double x) {
  if (std::isnan(x)) return x;
  return 0 < x && x < 6 ? dy : 0.0;
}
template <>
double pointwise<relu6>::backward_from_output(parameters, double dy, double y) {
  if (std::isnan(y)) return y;
  return 0 < y && y < 6 ? dy : 0.0;
}

}  // namespace activations_cuda::reference
