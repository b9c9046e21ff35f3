#include "../reference_learned.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double channelwise<learned_snake>::forward(channel p, double x) {
  return p[0] == 0 ? x : pointwise<snake>::forward(p, x);
}
template <>
double channelwise<learned_snake>::backward(channel p, double dy, double x) {
  return pointwise<snake>::backward(p, dy, x);
}
// x sin(2 phase) / alpha - sin^2(phase) / alpha^2, which is r (2 x cos(phase) - r) with r =
// sin(phase) / alpha. Of a small phase, whose rounding may have taken all its digits, r is x.
template <>
void channelwise<learned_snake>::parameter_terms(channel p, double dy, double x, double* terms) {
  double const phase = p.rounded(p[0] * x);
  long double const r = std::fabs(phase) < 0x1p-30 ? x : std::sin(phase) / p[0];
  terms[0] = static_cast<double>(dy * r * (2 * std::cos(phase) * static_cast<long double>(x) - r));
}

}  // namespace activations_cuda::reference
