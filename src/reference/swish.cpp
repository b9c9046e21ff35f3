#include "../gate.hpp"
#include "../reference_learned.hpp"

namespace activations_cuda::reference {

template <>
double channelwise<swish>::forward(channel p, double x) {
  return pointwise<silu>::forward(p, x);
}
template <>
double channelwise<swish>::backward(channel p, double dy, double x) {
  return pointwise<silu>::backward(p, dy, x);
}
template <>
void channelwise<swish>::parameter_terms(channel p, double dy, double x, double* terms) {
  long double const wide = x;
  long double const v = p[0] == 0 && x == x ? 0 : p[0] * wide;
  terms[0] = static_cast<double>(dy * gated(wide * wide, logistic(v) * logistic(-v)));
}

}  // namespace activations_cuda::reference
