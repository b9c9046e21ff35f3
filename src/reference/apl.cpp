#include "../reference_learned.hpp"

#include <algorithm>
#include <cmath>

namespace activations_cuda::reference {

namespace {

// NaN is below every hinge.
bool below(double x, double hinge) { return !(hinge <= x); }

/// first + sum of f(a, b) over the hinges that x is below. In long double, 64 bits or more: the sum's
/// roundings do not show in double, and no part of it overflows.
template <class Function>
double over_hinges(channel p, double x, double first, Function const& f) {
  std::size_t const hinges = p.count / 2;
  long double sum = first;
  for (std::size_t s = 0; s < hinges; ++s)
    if (below(x, p[hinges + s])) sum += f(p[s], static_cast<long double>(p[hinges + s]));
  return static_cast<double>(sum);
}

}  // namespace

template <>
double channelwise<apl>::forward(channel p, double x) {
  if (std::isnan(x)) return x;
  return over_hinges(p, x, std::fmax(x, 0.0), [&](double a, long double b) {
    return a == 0 ? 0 : a * (b - x);  // a hinge that is not there, at -infinity too
  });
}
template <>
double channelwise<apl>::backward(channel p, double dy, double x) {
  if (std::isnan(x)) return x;
  return dy * over_hinges(p, x, x > 0 ? 1 : 0, [](double a, long double) { return -a; });
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
