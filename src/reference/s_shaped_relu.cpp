#include "../reference_learned.hpp"

#include <algorithm>
#include <cmath>

namespace activations_cuda::reference {

namespace {
// Where the side that x is on has its threshold; its slope comes next. 4 for between.
std::size_t side_of(channel p, double x) { return x >= p[0] ? 0 : x <= p[2] ? 2 : 4; }
}  // namespace

template <>
double channelwise<s_shaped_relu>::forward(channel p, double x) {
  std::size_t const side = side_of(p, x);
  if (side == 4) return x;
  double const threshold = p[side];
  double const slope = p[side + 1];
  return slope == 0 ? threshold : threshold + slope * (x - threshold);
}
template <>
double channelwise<s_shaped_relu>::backward(channel p, double dy, double x) {
  if (std::isnan(x)) return x;
  std::size_t const side = side_of(p, x);
  return side == 4 ? dy : p[side + 1] * dy;
}
template <>
void channelwise<s_shaped_relu>::parameter_terms(channel p, double dy, double x, double* terms) {
  std::fill(terms, terms + 4, std::isnan(x) || std::isnan(dy) ? NAN : 0.0);
  std::size_t const side = side_of(p, x);
  if (side == 4) return;
  terms[side] += (1 - p[side + 1]) * dy;
  terms[side + 1] += (x - p[side]) * dy;
}

}  // namespace activations_cuda::reference
