#include "../gate.hpp"
#include "../reference.hpp"

namespace activations_cuda::reference {

namespace {

/// 1 - tanh(log(1 + e^x)) = 2 / ((1 + e^x)^2 + 1)
long double rest(long double x) {
  long double const sum = 1 + std::exp(x);
  return 2 / (sum * sum + 1);
}
/// tanh(log(1 + e^x)) = ((1 + e^x)^2 - 1) / ((1 + e^x)^2 + 1), for x > 0 as 1 - rest.
long double gate(long double x) {
  if (x > 0) return 1 - rest(x);
  long double const e = std::exp(x);
  return e * (e + 2) / (e * (e + 2) + 2);
}

}  // namespace

template <>
double pointwise<mish>::forward(parameters, double x) {
  return static_cast<double>(gated(x, gate(x)));
}
/// t + x s(x) (1 - t) (1 + t)
template <>
double pointwise<mish>::backward(parameters, double dy, double x) {
  long double const t = gate(x);
  long double const slope = logistic(x) * rest(x) * (1 + t);
  return static_cast<double>(dy * (t + gated(x, slope)));
}

}  // namespace activations_cuda::reference
