#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double pointwise<leaky_relu>::forward(parameters values, double x) {
  double const slope = values[0];
  if (std::isnan(x) || x > 0) return x;
  return slope == 0 ? 0.0 : slope * x;
}
template <>
double pointwise<leaky_relu>::backward(parameters values, double dy, double x) {
  double const slope = values[0];
  if (std::isnan(x)) return x;
  if (x > 0) return dy;
  return slope == 0 ? 0.0 : slope * dy;
}
// y has the sign of x for slope > 0; for slope 0 it is 0 where x was not above 0.
template <>
double pointwise<leaky_relu>::backward_from_output(parameters values, double dy, double y) {
  return backward(values, dy, y);
}

}  // namespace activations_cuda::reference
