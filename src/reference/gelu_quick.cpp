#include "../gate.hpp"
#include "../reference.hpp"

namespace activations_cuda::reference {

template <>
double pointwise<gelu_quick>::forward(parameters, double x) {
  return static_cast<double>(gated(x, logistic(1.702L * x)));
}
template <>
double pointwise<gelu_quick>::backward(parameters, double dy, double x) {
  return gate_gradient(dy, 1.702L * x, 1.702L * x);
}

}  // namespace activations_cuda::reference
