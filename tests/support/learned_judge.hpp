// What an activation with learned parameters makes of an element, held against the oracle: y, dx and
// what the element adds to the gradient of each parameter of its channel.
#pragma once

#include "support/contract.hpp"
#include "support/learned_subjects.hpp"
#include "support/pointwise_oracle.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace support {

template <class Number>
class learned_judge {
 public:
  learned_judge(learned_subject const& subject, std::vector<double> const& channel,
                storage const& type)
      : subject_(subject), type_(type) {
    auto [p, exact] = learned_oracle(subject, channel, type);
    parameters_ = p;
    exact_ = exact;
  }

  bool gives_up() const { return failures_ >= 5; }
  oracle::parameters const& parameters() const { return parameters_; }
  std::vector<double> knots() const { return exact_.knots(parameters_); }
  /// In the type that parameters have.
  storage const& sum_type() const {
    return storages[parameters_.in_double ? ACT_FLOAT64 : ACT_FLOAT32];
  }

  void results_of(double x, double dy, double y, double dx, std::vector<double> const& sums) {
    result_of(direction::forward, y, dy, x);
    result_of(direction::backward, dx, dy, x);
    for (std::size_t k = 0; k < sums.size(); ++k) sum_of(k, sums[k], dy, x);
  }
  void print() const {
    std::printf("%-14s %-8s %s worst y and dx %.3f, sums %.3f ulp\n", subject_.name, type_.name,
                testing::PrintToString(parameters_.values).substr(0, 40).c_str(), worst_,
                worst_sum_);
  }

 private:
  std::string words(std::string const& what, double x, double dy) const {
    return what + " of " + subject_.name + " " + type_.name + ", parameters " +
           testing::PrintToString(parameters_.values) + ", at " + testing::PrintToString(x) +
           ", dy " + testing::PrintToString(dy);
  }

  void result_of(direction way, double result, double dy, double x) {
    auto const exact = exact_result<Number>(exact_, way, parameters_, dy, x);
    // Where a sum's terms overflow, so may its parts.
    if (exact_.summands != 0 && to_double(exact.term) > largest(type_)) return;
    error const e = error_of(type_, result, exact);
    // Each addition and each difference rounds once: half an ulp of the terms' sum, or one where that
    // is just above a power of two.
    double const summed = type_.bytes == 2 ? 0 : static_cast<double>(exact_.summands);
    if (!e.subnormal) worst_ = std::fmax(worst_, e.ulps);
    if (e.ulps <= summed || within_contract(type_, result, e, exact)) return;
    ++failures_;
    ADD_FAILURE() << words(to_string(way), x, dy) << ": " << result << " instead of "
                  << to_double(exact.value) << ", off by " << e.ulps << " ulp";
  }

  void sum_of(std::size_t k, double result, double dy, double x) {
    // The type that parameters have.
    storage const& type = sum_type();
    auto const& by = exact_.by_parameter[k];
    Number const slope = by.value(parameters_, Number(x));
    Number const term = by.term ? Number(by.term(parameters_, Number(x))) : Number(0);
    expected<Number> const exact{slope * Number(dy), term * Number(std::fabs(dy))};
    error const e = error_of(type, result, exact);
    if (is_exempt(result, to_double(exact.value), x)) return;
    double const allowed = approximates() ? 512 : 4;  // 2^-15, just below a power of two
    bool const normal_dy = dy == 0 || std::fabs(dy) >= std::ldexp(1.0, type.smallest_exponent);
    if (!e.subnormal && normal_dy) worst_sum_ = std::fmax(worst_sum_, e.ulps);
    if (!e.subnormal && e.ulps <= allowed) return;
    // Below the normal range the relative error that the ulps stand for goes on. A product of dy may
    // be there too, where dy itself is: its rounding is then multiplied by the other factor, which is
    // about the root of both.
    double const size =
        std::fmax(std::fabs(to_double(exact.value)), std::fabs(to_double(exact.term)));
    double const fraction = std::ldexp(size, -type.smallest_exponent);
    double const factors = std::fmax(std::fabs(to_double(slope)), to_double(term));
    Number const off = Number(result) - exact.value;
    double const steps = scaled_to_double(off, type.mantissa_bits - type.smallest_exponent);
    double const product = 8 * std::fmax(1.0, normal_dy ? 1.0 : std::sqrt(factors));
    if (std::fabs(steps) <= std::fmax(product, std::fmin(allowed * fraction, 2 * allowed))) return;
    ++failures_;
    ADD_FAILURE() << words("sum " + std::to_string(k), x, dy) << ": " << result << " instead of "
                  << to_double(exact.value) << ", off by " << e.ulps << " ulp";
  }

  bool is(char const* name) const { return std::string(subject_.name) == name; }
  bool approximates() const { return type_.bytes == 2 && (is("swish") || is("learned_snake")); }
  /// The ends of the range that the ops state for the gradients by their parameters.
  bool is_exempt(double result, double exact, double x) const {
    if (is("swish")) {
      double const vanishes = type_.bytes == 8 ? 1470 : type_.bytes == 4 ? 205 : 182;
      return std::fabs(parameters_[0] * x) >= vanishes &&
             std::fabs(result) <= (type_.bytes == 2 ? 2 * std::fabs(exact) : 0.0);
    }
    storage const& type = sum_type();
    return is("learned_snake") && !std::isfinite(result) && std::fabs(x) > largest(type) / 4;
  }

  learned_subject const& subject_;
  storage const& type_;
  oracle::parameters parameters_;
  oracle::learned_activation exact_;
  int failures_ = 0;
  double worst_ = 0;
  double worst_sum_ = 0;
};

}  // namespace support
