#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double pointwise<hard_swish>::forward(parameters, double x) {
  if (x <= -3) return 0;
  return x >= 3 ? x : x * (x + 3) / 6;
}
template <>
double pointwise<hard_swish>::backward(parameters, double dy, double x) {
  if (x <= -3) return 0;
  return x >= 3 ? dy : dy * ((2 * x + 3) / 6);
}

}  // namespace activations_cuda::reference
