#include "../reference_learned.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double channelwise<prelu>::forward(channel p, double x) {
  if (std::isnan(x) || x > 0) return x;
  return p[0] == 0 ? 0.0 : p[0] * x;
}
template <>
double channelwise<prelu>::backward(channel p, double dy, double x) {
  if (std::isnan(x)) return x;
  return x > 0 ? dy : p[0] * dy;
}
template <>
void channelwise<prelu>::parameter_terms(channel, double dy, double x, double* terms) {
  bool const beyond = x > 0 && !std::isnan(dy);
  terms[0] = beyond ? 0.0 : dy * x;
}

}  // namespace activations_cuda::reference
