#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double pointwise<squared_relu>::forward(parameters, double x) {
  return x < 0 ? 0.0 : x * x;
}
template <>
double pointwise<squared_relu>::backward(parameters, double dy, double x) {
  if (std::isnan(x)) return x;
  return x > 0 ? 2 * (dy * x) : 0.0;
}
template <>
double pointwise<squared_relu>::backward_from_output(parameters values, double dy, double y) {
  return backward(values, dy, std::sqrt(y));
}

}  // namespace activations_cuda::reference
