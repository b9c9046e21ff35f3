#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double pointwise<threshold>::forward(parameters p, double x) {
  if (std::isnan(x)) return x;
  return x > p[0] ? x : p[1];
}
template <>
double pointwise<threshold>::backward(parameters p, double dy, double x) {
  if (std::isnan(x)) return x;
  return x > p[0] ? dy : 0.0;
}
template <>
double pointwise<threshold>::backward_from_output(parameters p, double dy, double y) {
  if (std::isnan(y)) return y;
  return y > p[0] ? dy : 0.0;
}

}  // namespace activations_cuda::reference
