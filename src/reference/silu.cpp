#include "../gate.hpp"
#include "../reference.hpp"

namespace activations_cuda::reference {

namespace {
long double argument(parameters values, long double x) {
  return values[0] == 0 && x == x ? 0 : values[0] * x;
}
}  // namespace

template <>
double pointwise<silu>::forward(parameters values, double x) {
  return static_cast<double>(gated(x, logistic(argument(values, x))));
}
template <>
double pointwise<silu>::backward(parameters values, double dy, double x) {
  long double const v = argument(values, x);
  return gate_gradient(dy, v, v);
}

}  // namespace activations_cuda::reference
