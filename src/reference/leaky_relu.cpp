#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double pointwise<leaky_relu>::forward(leaky_relu const& op, double x) {
  if (std::isnan(x) || x > 0) return x;
  return op.slope == 0 ? 0.0 : op.slope * x;
}
template <>
double pointwise<leaky_relu>::backward(leaky_relu const& op, double dy, double x) {
  if (std::isnan(x)) return x;
  if (x > 0) return dy;
  return op.slope == 0 ? 0.0 : op.slope * dy;
}
template <>
double pointwise<leaky_relu>::backward_from_output(leaky_relu const& op, double dy, double y) {
  return backward(
      op, dy, y);  // y has the sign of x for slope > 0; for slope 0 it is 0 where x was not above 0
}

}  // namespace activations_cuda::reference
