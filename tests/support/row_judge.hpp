// Holds rows of results to the accuracy contract, against the oracle.
#pragma once

#include "oracle/rowwise.hpp"
#include "support/row_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

namespace support {

class row_judge {
 public:
  row_judge(std::string const& op, storage const& type, double scale = 1)
      : type_(type), exact_(oracle::find_row(op)), scale_(scale) {}

  /// One row of y = f(x), with what a mask adds to the logits, if there is one.
  void forward(std::vector<double> const& x, std::vector<double> const& y, sum_of_row const& sum,
               std::vector<double> const& added = {}) {
    row_bounds const bounds(type_, sum);
    std::vector<oracle::big> const exact = exact_.forward(x, scale_, added);
    std::vector<double> z;
    for (oracle::big const& logit : exact_.logits(x, scale_, added)) z.push_back(logit.to_double());
    double const maximum = *std::max_element(z.begin(), z.end());
    double const spread = exact_.logarithm ? mean_distance(z, maximum) : 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      double const e = exact[i].to_double();
      double bound = exact_.logarithm ? bounds.log_softmax(e) : bounds.softmax(e, z[i] - maximum);
      if (exact_.logarithm && z[i] == maximum)
        bound = std::min(bound, bounds.dominant_log_softmax(e, spread));
      judge(y[i], exact[i], bound, i);
    }
    if (!exact_.logarithm) judge_sum(y, z, maximum, bounds, sum.rises);
  }

  /// One row of dx from dy and y.
  void backward(std::vector<double> const& dy, std::vector<double> const& y,
                std::vector<double> const& dx, sum_of_row const& sum,
                oracle::row_activation::absent what = oracle::row_activation::absent::none) {
    row_bounds const bounds(type_, sum);
    std::vector<oracle::big> const exact = exact_.backward(dy, y, scale_, what);
    double const size = std::fabs(scale_);
    double magnitudes = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      if (what == oracle::row_activation::absent::masked && is_masked(y[i])) continue;
      magnitudes += std::fabs(exact_.logarithm ? dy[i] : dy[i] * y[i]);
    }
    for (std::size_t i = 0; i < y.size(); ++i) {
      double const e = exact[i].to_double();
      judge(dx[i], exact[i],
            exact_.logarithm ? bounds.log_softmax_gradient(e, y[i], size * dy[i], size * magnitudes)
                             : bounds.softmax_gradient(e, y[i], size * dy[i], size * magnitudes),
            i);
    }
  }

  /// The largest error as a part of its bound, and how many elements it is of.
  double worst() const { return worst_; }
  long judged() const { return judged_; }

  /// Zero-trust: results that are mostly zeros prove little.
  void verdict(bool mostly_zeros = false) const {
    EXPECT_EQ(failures_, 0);
    if (!mostly_zeros) {
      EXPECT_LE(static_cast<double>(zeros_), 0.65 * static_cast<double>(judged_));
    }
  }

 private:
  /// A row that is neither NaN nor nothing adds up to 1.
  void judge_sum(std::vector<double> const& y, std::vector<double> const& z, double maximum,
                 row_bounds const& bounds, double rises) {
    long double total = 0;  // whose own roundings are beyond the bound's digits
    double spread = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      total += y[i];
      if (y[i] > 0) spread += y[i] * (maximum - z[i]);
    }
    if (!(total > 0)) return;
    double const bound = bounds.row_sum(y, spread, rises);
    double const error = static_cast<double>(std::fabs(total - 1));
    if (error > bound && ++failures_ <= 5)
      ADD_FAILURE() << "a row's sum is " << error << " from 1, allowed is " << bound;
  }
  bool is_masked(double y) const { return y == (exact_.logarithm ? -INFINITY : 0.0); }

  /// The mean of maximum - x_j, weighted as the sum over all but one maximum weighs it.
  static double mean_distance(std::vector<double> const& x, double maximum) {
    double rest = -1;  // one maximum
    double weighted = 0;
    double apart = 0;
    for (double const value : x) {
      double const e = std::exp(value - maximum);
      if (value == maximum) {
        rest += 1;
      } else if (e > 0) {
        apart += e;
        weighted += e * (maximum - value);
      }
    }
    return weighted > 0 ? weighted / (rest + apart) : 0;
  }

  void judge(double result, oracle::big const& exact, double bound, std::size_t column) {
    ++judged_;
    if (result == 0) ++zeros_;
    double const error = distance(type_, result, exact);
    if (bound > 0) worst_ = std::max(worst_, error / bound);
    if (!is_within(bound, type_, result, exact) && ++failures_ <= 5) {
      ADD_FAILURE() << "column " << column << ": " << result << " instead of " << exact.to_double()
                    << ", allowed is " << bound;
    }
  }

  storage const& type_;
  oracle::row_activation const& exact_;
  double scale_;
  long judged_ = 0, zeros_ = 0, failures_ = 0;
  double worst_ = 0;
};

}  // namespace support
