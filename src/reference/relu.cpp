#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double pointwise<relu>::forward(parameters, double x) {
  if (std::isnan(x)) return x;
  return x > 0 ? x : 0.0;
}
template <>
double pointwise<relu>::backward(parameters, double dy, double x) {
  if (std::isnan(x)) return x;
  return x > 0 ? dy : 0.0;
}
template <>
double pointwise<relu>::backward_from_output(parameters, double dy, double y) {
  if (std::isnan(y)) return y;
  return y > 0 ? dy : 0.0;
}

}  // namespace activations_cuda::reference
