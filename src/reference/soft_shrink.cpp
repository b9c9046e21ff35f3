#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double pointwise<soft_shrink>::forward(parameters p, double x) {
  if (std::isnan(x)) return x;
  if (std::fabs(x) <= p[0]) return 0;
  return std::copysign(std::fabs(x) - p[0], x);
}
template <>
double pointwise<soft_shrink>::backward(parameters p, double dy, double x) {
  if (std::isnan(x)) return x;
  return std::fabs(x) > p[0] ? dy : 0.0;
}
template <>
double pointwise<soft_shrink>::backward_from_output(parameters, double dy, double y) {
  if (std::isnan(y)) return y;
  return y == 0 ? 0.0 : dy;
}

}  // namespace activations_cuda::reference
