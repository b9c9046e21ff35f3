// What the oracle's formulas are made of, in both number types; for the tables' sources only.
#pragma once

#include "oracle/oracle.hpp"

#include <cmath>
#include <type_traits>

namespace oracle {

// For double; those of big are found by their argument.
using std::abs;
using std::atan;
using std::cos;
using std::erfc;
using std::exp;
using std::expm1;
using std::log1p;
using std::sin;
using std::sqrt;
using std::tanh;

inline double to_double(double x) { return x; }
inline double to_double(big const& x) { return x.to_double(); }

template <class Real>
Real larger(Real const& a, Real const& b) {
  return a < b ? b : a;
}

// Forms that keep their digits in double too.

template <class Real>
Real logistic(Real const& x) {
  Real const e = exp(-abs(x));
  return x < 0 ? e / (1 + e) : 1 / (1 + e);
}
template <class Real>
Real logistic_slope(Real const& x) {
  return logistic(x) * logistic(Real(-x));
}

/// w x, rounded once to the type that the kernels compute in: what sine and snake are defined on.
template <class Real>
double phase(parameters const& p, Real const& x) {
  return p.rounded(p[0] * to_double(x));
}

}  // namespace oracle

/// A formula in the parameters p and in x, of the type real.
#define F(...)                                                           \
  [=](parameters const& p, auto const& x) -> std::decay_t<decltype(x)> { \
    using real [[maybe_unused]] = std::decay_t<decltype(x)>;             \
    (void)p;                                                             \
    return __VA_ARGS__;                                                  \
  }
