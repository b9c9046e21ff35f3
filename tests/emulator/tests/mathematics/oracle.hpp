// The exact results, by MPFR, and the distance of a result from them.
#pragma once

#include "functions.hpp"

#include <vector>

namespace mathematics {

/// What is expected of one element: the correctly rounded result, and how far the exact one is from it, in ulps.
template <class T>
struct expectation {
  T rounded;
  double beyond;
};

template <class T>
std::vector<expectation<T>> expectations(function const& f, std::vector<T> const& x,
                                         std::vector<T> const& y);

/// The distance between neighbours in the binade of a value, subnormal numbers included.
template <class T>
T ulp(T value);

struct errors {
  double
      from_rounded;  // the guide's measure: in ulps of the correctly rounded result, from that result
  double from_exact;  // in the same ulps, from the exact result
};

/// Infinite where one is NaN and the other is not, and between zeros of different sign. An infinity is taken for the power
/// of 2 after the largest number.
template <class T>
errors errors_of(T result, expectation<T> const& expected);

}  // namespace mathematics
