// The accuracy contract of docs/definitions.md on the compiled kernels: every gated linear unit,
// type, result and several parameters.
#include "support/accuracy_table.hpp"
#include "support/approximations.hpp"
#include "support/glu_judge.hpp"
#include "support/glu_subjects.hpp"
#include "support/samples.hpp"

#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace {

using support::glu_inputs;
using support::glu_result;
using support::host_array;
using support::storage;

class glu_accuracy : public testing::TestWithParam<support::glu_subject> {};

// Gates as for the activation alone. up and dy are 1 or of any sign and exponent, so that of many the
// product is out of the compute type's range; two of seven are such that y and dup come near a power
// of 2 from below, where an error of f(gate) makes the most ulps.
glu_inputs make_inputs(storage const& type, oracle::activation const& f,
                       oracle::parameters const& parameters) {
  std::vector<double> const knots = f.knots(parameters);
  std::mt19937_64 random(support::seed());
  host_array const gate = support::inputs(type, knots, random, 1 << 18);
  host_array up = support::output_gradients(type, gate.size(), random);
  host_array dy = support::output_gradients(type, gate.size(), random);
  for (std::size_t i = 0; i < gate.size(); ++i) {
    int exponent = 0;
    double const mantissa = std::frexp(f.forward(parameters, gate[i]), &exponent);
    if (i % 7 < 5 || mantissa == 0 || !std::isfinite(mantissa)) continue;
    up.set(i, (1 - 0x1p-12) / mantissa);
    dy.set(i, (1 - 0x1p-12) / mantissa);
  }
  return {1, static_cast<std::int64_t>(gate.size()), gate, up, dy};
}

template <class Number>
class judge {
 public:
  judge(support::glu_subject const& subject, glu_inputs const& in, glu_result which)
      : subject_(subject), in_(in), which_(which) {
    oracle::activation const& f = oracle::gate_of(subject.name);
    oracle::parameters const parameters = support::rounded_parameters(subject.op, *subject.type);
    for (std::size_t i = 0; i < in.gate.size(); ++i) {
      exact_.push_back(support::exact_product<Number>(*subject.type, f, parameters, which,
                                                      in.gate[i], in.up[i], in.dy[i]));
    }
  }

  void operator()(host_array const& result, std::string const& how) {
    storage const& type = *subject_.type;
    std::size_t failures = 0;
    std::size_t zeros = 0;
    for (std::size_t i = 0; i < exact_.size(); ++i) {
      if (result[i] == 0) ++zeros;
      support::error const e = support::error_of(type, result[i], exact_[i].exact);
      bool const within = support::within_contract(type, result[i], e, exact_[i]);
      if (!within && ++failures <= 5) {
        ADD_FAILURE() << to_string(which_) << " is " << result[i] << " instead of "
                      << support::to_double(exact_[i].exact.value) << ", off by " << e.ulps
                      << " ulp, " << inputs_of(i) << ", under " << how;
      }
      if (within && !e.subnormal && exact_[i].slack == 0 && e.ulps > worst_) {
        worst_ = e.ulps;
        worst_at_ = i;
      }
    }
    EXPECT_EQ(failures, 0U) << to_string(which_) << " under " << how;
    // Zero-trust: mostly zeros prove little.
    EXPECT_LE(static_cast<double>(zeros), 0.75 * static_cast<double>(exact_.size()));
  }

  void record() const {
    std::string const where = worst_ > 0 ? inputs_of(worst_at_) : "";
    support::record({"glu", subject_.name, subject_.type->name, to_string(which_),
                     support::allowed_ulps(*subject_.type), support::unit(subject_.name, which_),
                     worst_, where, exact_.size()});
  }

 private:
  std::string inputs_of(std::size_t i) const {
    std::ostringstream text;
    text << "gate = " << in_.gate[i];
    if (which_ != glu_result::dup) text << ", up = " << in_.up[i];
    if (which_ != glu_result::y) text << ", dy = " << in_.dy[i];
    if (!subject_.parameters.empty()) text << "; " << subject_.parameters;
    return text.str();
  }

  support::glu_subject const& subject_;
  glu_inputs const& in_;
  glu_result const which_;
  std::vector<support::expected_product<Number>> exact_;
  double worst_ = 0;
  std::size_t worst_at_ = 0;
};

template <class Number>
void judge_all(support::glu_subject const& subject) {
  storage const& type = *subject.type;
  oracle::parameters const parameters = support::rounded_parameters(subject.op, type);
  glu_inputs const in = make_inputs(type, oracle::gate_of(subject.name), parameters);
  judge<Number> y(subject, in, glu_result::y);
  judge<Number> dgate(subject, in, glu_result::dgate);
  judge<Number> dup(subject, in, glu_result::dup);
  support::under_each_approximation(
      [&](std::string const& how) { y(support::forward(subject.op, in), how); });
  support::under_each_approximation([&](std::string const& how) {
    support::glu_gradients const gradients = support::backward(subject.op, in);
    dgate(gradients.gate, how);
    dup(gradients.up, how);
  });
  y.record();
  dgate.record();
  dup.record();
}

TEST_P(glu_accuracy, StaysWithinTheContract) {
  support::with_number_for(*GetParam().type,
                           [](auto number) { judge_all<decltype(number)>(GetParam()); });
}

INSTANTIATE_TEST_SUITE_P(glu, glu_accuracy,
                         testing::ValuesIn(support::glu_subjects_and_parameters()),
                         [](auto const& info) { return to_string(info.param); });

}  // namespace
