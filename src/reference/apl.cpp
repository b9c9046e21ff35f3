#include "../compensated.hpp"
#include "../reference_learned.hpp"

#include <algorithm>
#include <cmath>

namespace activations_cuda::reference {

namespace {
// NaN is below every hinge.
bool below(double x, double hinge) { return !(hinge <= x); }
}  // namespace

template <>
double channelwise<apl>::forward(channel p, double x) {
  if (std::isnan(x)) return x;
  std::size_t const hinges = p.count / 2;
  compensated_sum y;
  y.add(std::fmax(x, 0.0));
  for (std::size_t s = 0; s < hinges; ++s) {
    double const a = p[s];
    double const b = p[hinges + s];
    if (a != 0 && below(x, b)) y.add(a * (b - x));
  }
  return y.value();
}
template <>
double channelwise<apl>::backward(channel p, double dy, double x) {
  if (std::isnan(x)) return x;
  std::size_t const hinges = p.count / 2;
  compensated_sum slope;
  slope.add(x > 0 ? 1 : 0);
  for (std::size_t s = 0; s < hinges; ++s) slope.add(below(x, p[hinges + s]) ? -p[s] : 0);
  return dy * slope.value();
}
template <>
void channelwise<apl>::parameter_terms(channel p, double dy, double x, double* terms) {
  std::size_t const hinges = p.count / 2;
  bool const undefined = std::isnan(x) || std::isnan(dy);
  std::fill(terms, terms + p.count, undefined ? NAN : 0.0);
  for (std::size_t s = 0; s < hinges && !undefined; ++s) {
    double const b = p[hinges + s];
    if (!below(x, b)) continue;
    terms[s] = dy * (b - x);
    terms[hinges + s] = dy * p[s];
  }
}

}  // namespace activations_cuda::reference
