#include "../gate.hpp"
#include "../reference.hpp"

namespace activations_cuda::reference {

namespace {
constexpr long double twice_root_of_two_over_pi = 1.59576912160573071175978423973752747L;

/// (1 + tanh u) / 2 = s(2 u)
long double argument(long double x) {
  return twice_root_of_two_over_pi * (x + 0.044715L * x * x * x);
}
long double growth(long double x) {
  return twice_root_of_two_over_pi * (x + 3 * 0.044715L * x * x * x);
}
}  // namespace

template <>
double pointwise<gelu_tanh>::forward(parameters, double x) {
  return static_cast<double>(gated(x, logistic(argument(x))));
}
template <>
double pointwise<gelu_tanh>::backward(parameters, double dy, double x) {
  return gate_gradient(dy, argument(x), growth(x));
}

}  // namespace activations_cuda::reference
