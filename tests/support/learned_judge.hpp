// What an activation with learned parameters makes of an element, held against the oracle: y, dx and
// what the element adds to the gradient of each parameter of its channel.
#pragma once

#include "support/accuracy_table.hpp"
#include "support/learned_call.hpp"
#include "support/learned_contract.hpp"
#include "support/learned_subjects.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace support {

/// The largest error of several elements, in what the contract is stated in, and the element.
struct worst_error {
  double value = 0;
  double x = 0, dy = 0;
  void see(double error, double at, double times) {
    if (error > value) *this = {error, at, times};
  }
};

template <class Number>
class learned_judge {
 public:
  learned_judge(learned_subject const& subject, std::vector<double> const& channel,
                storage const& type)
      : subject_(subject), channel_(channel), type_(type) {
    auto [p, exact] = learned_oracle(subject, channel, type);
    parameters_ = p;
    exact_ = exact;
    worst_sums_.resize(exact_.by_parameter.size());
  }

  bool gives_up() const { return failures_ >= 5; }
  oracle::parameters const& parameters() const { return parameters_; }
  std::vector<double> knots() const { return exact_.knots(parameters_); }
  /// In the type that parameters have.
  storage const& sum_type() const {
    return storages[parameters_.in_double ? ACT_FLOAT64 : ACT_FLOAT32];
  }

  /// Of element i, which has the same x and dy each time.
  void results_of(std::size_t i, double x, double dy, double y, double dx,
                  std::vector<double> const& sums) {
    if (i == known_.size()) known_.push_back(exact_of(x, dy));
    exact_element const& exact = known_[i];
    result_of(direction::forward, y, exact.y, dy, x);
    result_of(direction::backward, dx, exact.dx, dy, x);
    for (std::size_t k = 0; k < sums.size(); ++k) sum_of(k, sums[k], exact.sums[k], dy, x);
  }

  /// For docs/accuracy.md.
  void record() const {
    int const index = static_cast<int>(learned_named(subject_.name).index);
    auto const put = [&](std::string const& result, stated_contract const& contract,
                         worst_error const& worst) {
      std::string const where = worst.value > 0 ? inputs_of(worst, result != "forward") : "";
      support::record({"learned", subject_.name, type_.name, result, contract.allowed,
                       contract.unit, worst.value, where, known_.size()});
    };
    for (direction const way : {direction::forward, direction::backward})
      put(to_string(way), learned_contract(exact_, type_, way), worst_[is_forward(way) ? 0 : 1]);
    for (std::size_t array = 0; array * rows() < worst_sums_.size(); ++array) {
      auto const first = worst_sums_.begin() + static_cast<std::ptrdiff_t>(array * rows());
      put("d_" + std::string(act_learned_array_name(index, static_cast<int>(array))),
          learned_term_contract(exact_, type_, array * rows()),
          *std::max_element(first, first + static_cast<std::ptrdiff_t>(rows()),
                            [](auto const& a, auto const& b) { return a.value < b.value; }));
    }
  }

 private:
  struct exact_sum {
    expected<Number> exact;
    double factors;  // what dy is multiplied by, or its largest term
  };
  struct exact_element {
    expected<Number> y, dx;
    std::vector<exact_sum> sums;
  };
  exact_element exact_of(double x, double dy) const {
    exact_element all{exact_result<Number>(exact_, direction::forward, parameters_, dy, x),
                      exact_result<Number>(exact_, direction::backward, parameters_, dy, x),
                      {}};
    for (auto const& by : exact_.by_parameter) {
      Number const slope = by.value(parameters_, Number(x));
      Number const term = by.term ? Number(by.term(parameters_, Number(x))) : Number(0);
      all.sums.push_back({{slope * Number(dy), term * Number(std::fabs(dy))},
                          std::fmax(std::fabs(to_double(slope)), to_double(term))});
    }
    return all;
  }

  static bool is_forward(direction way) { return way == direction::forward; }
  /// Of each array.
  std::size_t rows() const { return exact_.rows; }

  std::string inputs_of(worst_error const& worst, bool with_dy) const {
    std::ostringstream text;
    text.precision(type_.bytes == 8 ? std::numeric_limits<double>::max_digits10
                                    : std::numeric_limits<float>::max_digits10);
    text << "x = " << worst.x;
    if (with_dy) text << ", dy = " << worst.dy;
    text.precision(6);
    if (rows() > 1) text << "; hinges=" << rows();
    for (std::size_t k = 0; rows() == 1 && k < channel_.size(); ++k) {
      int const index = static_cast<int>(learned_named(subject_.name).index);
      text << (k == 0 ? "; " : " ") << act_learned_array_name(index, static_cast<int>(k)) << '='
           << channel_[k];
    }
    return text.str();
  }
  std::string words(std::string const& what, double x, double dy) const {
    return what + " of " + subject_.name + " " + type_.name + ", parameters " +
           testing::PrintToString(parameters_.values) + ", at " + testing::PrintToString(x) +
           ", dy " + testing::PrintToString(dy);
  }

  /// Of a sum, as a part of u of its terms' sizes for each of its roundings.
  double part_of_sum(double result, expected<Number> const& exact) const {
    long const exponent = exponent_of(exact.term);
    Number const off = Number(result) - exact.value;
    return std::fabs(scaled_to_double(off, type_.mantissa_bits + 1 - exponent)) /
           (static_cast<double>(exact_.summands) * scaled_to_double(exact.term, -exponent));
  }

  void result_of(direction way, double result, expected<Number> const& exact, double dy, double x) {
    // Where a sum's terms overflow, so may its parts.
    if (exact_.summands != 0 && to_double(exact.term) > largest(type_)) return;
    error const e = error_of(type_, result, exact);
    bool const normal = !e.subnormal;
    // Below the normal range each addition may round by half a step.
    bool const is_sum = is_long_sum(exact_, type_);
    double const summed = is_sum ? static_cast<double>(exact_.summands) : 0;
    bool const has_part = is_sum && normal && std::isfinite(result) && exact.term > 0;
    double const off = has_part ? part_of_sum(result, exact) : e.ulps;
    // The terms' sizes are the oracle's, to 2^-10 of an ulp.
    bool const within =
        has_part ? off <= 1 + 0x1p-9 : e.ulps <= summed || within_contract(type_, result, e, exact);
    if (within) {
      if (normal && (has_part || !is_sum)) worst_[is_forward(way) ? 0 : 1].see(off, x, dy);
      return;
    }
    ++failures_;
    ADD_FAILURE() << words(to_string(way), x, dy) << ": " << result << " instead of "
                  << to_double(exact.value) << ", off by " << e.ulps << " ulp";
  }

  void sum_of(std::size_t k, double result, exact_sum const& of, double dy, double x) {
    // The type that parameters have.
    storage const& type = sum_type();
    expected<Number> const& exact = of.exact;
    error const e = error_of(type, result, exact);
    if (is_exempt(result, to_double(exact.value), x)) return;
    double const allowed = learned_term_contract(exact_, type_, k).allowed;
    bool const normal_dy = dy == 0 || std::fabs(dy) >= std::ldexp(1.0, type.smallest_exponent);
    if (!e.subnormal && e.ulps <= allowed) return worst_sums_[k].see(e.ulps, x, dy);
    // Below the normal range the relative error that the ulps stand for goes on. A product of dy may
    // be there too, where dy itself is: its rounding is then multiplied by the other factor, which is
    // about the root of both.
    double const size =
        std::fmax(std::fabs(to_double(exact.value)), std::fabs(to_double(exact.term)));
    double const fraction = std::ldexp(size, -type.smallest_exponent);
    Number const off = Number(result) - exact.value;
    double const steps = scaled_to_double(off, type.mantissa_bits - type.smallest_exponent);
    double const product = 8 * std::fmax(1.0, normal_dy ? 1.0 : std::sqrt(of.factors));
    if (std::fabs(steps) <= std::fmax(product, std::fmin(allowed * fraction, 2 * allowed))) return;
    ++failures_;
    ADD_FAILURE() << words("sum " + std::to_string(k), x, dy) << ": " << result << " instead of "
                  << to_double(exact.value) << ", off by " << e.ulps << " ulp";
  }

  bool is(char const* name) const { return std::string(subject_.name) == name; }
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
  std::vector<double> channel_;  // as given
  storage const& type_;
  oracle::parameters parameters_;
  oracle::learned_activation exact_;
  int failures_ = 0;
  std::vector<exact_element> known_;
  worst_error worst_[2];  // of y, of dx
  std::vector<worst_error> worst_sums_;
};

}  // namespace support
