// The accuracy contract of softmax and its family: docs/definitions.md.
//
// u is 2^-23, for float64 2^-52. Each addition rounds by at most u / 2 of its result, so a sum of
// positive terms is off by u / 2 for each addition on the longest way from a term to the total;
// with what scales it on its way, that is T(columns).
#pragma once

#include "support/row_plans.hpp"
#include "support/ulp.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

namespace support {

struct row_bounds {
  storage const& type;
  double u, tree;

  row_bounds(storage const& t, sum_of_row const& sum)
      : type(t), u(std::ldexp(1.0, t.dtype == ACT_FLOAT64 ? -52 : -23)) {
    double const maxima = 1;  // added to the sum over the other elements
    // What is scaled meets an exponential, an addition and a product: 3 u in float, whose
    // exponential alone may have 1.5.
    tree = (sum.additions + maxima) / 2 + 3 * sum.rises;
  }

  /// difference is z - m for the logits z = scale x: e^(z - m) has the rounding of x - m and that of
  /// its product with the scale and, in float, log2 e. Exponential, reciprocal and product are within
  /// the 4 that all have.
  double softmax(double y, double difference) const {
    return y == 0 ? rounded(0, 0) : rounded(y, (4 + std::fabs(difference) + tree) * u * y);
  }
  /// Of the sum of a row: whatever the exponentials are, they are summed, and multiplied with the
  /// reciprocal of that sum. What is read twice has exponentials of its own each time.
  double row_sum(std::vector<double> const& y, double spread, double rises) const {
    double error = (2 + tree + (rises > 0 ? 2 * (4 + spread) : 0)) * u;
    for (double const element : y) {
      error += type.bytes == 2 ? half_ulp(type, element) : 0;
      error += std::ldexp(1.0, type.smallest_exponent);
    }
    return error;
  }
  double log_softmax(double y) const { return rounded(y, (4 + tree) * u * (1 + std::fabs(y))); }
  /// For the largest element, relative to y itself. Below e the sum leaves out one maximum and y is
  /// -log1p(sum of the others); from e on it is -log of the sum over all, whose relative error is not above
  /// that sum's. spread is the mean |x_j - m| of the others, whose rounding e^(x_j - m) inherits as in
  /// softmax; a logarithm is within 2.5 of the 4.
  double dominant_log_softmax(double y, double spread) const {
    return rounded(y, (4 + tree + spread) * u * std::fabs(y));
  }
  double softmax_gradient(double dx, double y, double dy, double sum_of_magnitudes) const {
    return rounded(dx, (4 + tree) * u * std::fabs(y) * (std::fabs(dy) + sum_of_magnitudes));
  }
  /// e^y has an error of its own: 2 u, and in float that of y log2 e.
  double log_softmax_gradient(double dx, double y, double dy, double sum_of_magnitudes) const {
    double const e = std::exp(y);
    double const exponential = e == 0 ? 0 : 2 + (type.bytes != 8 ? std::fabs(y) : 0);
    return rounded(dx, (4 + tree) * u * (std::fabs(dy) + e * sum_of_magnitudes) +
                           exponential * u * e * sum_of_magnitudes);
  }

 private:
  /// What storing adds: half an ulp for 16 bits; below the normal numbers one step, or all of a
  /// bfloat16, which may be flushed to zero.
  double rounded(double exact, double error) const {
    double const smallest = std::ldexp(1.0, type.smallest_exponent);
    double const magnitude = std::fabs(exact) + error;
    if (magnitude < smallest && type.dtype == ACT_BFLOAT16) error += magnitude;
    if (type.bytes == 2) {
      error += half_ulp(type, magnitude);
    } else if (magnitude < 2 * smallest) {
      error += std::ldexp(1.0, type.smallest_exponent - type.mantissa_bits);
    }
    return error;
  }
};

}  // namespace support
