// The references of the activations with learned parameters: against the oracle, and finite
// differences of themselves by x and by every parameter.
#include "support/learned_reference.hpp"
#include "support/learned_subjects.hpp"
#include "support/pointwise_oracle.hpp"
#include "support/samples.hpp"
#include "support/slope.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace {

using support::direction;
using support::host_array;
using support::storage;

class learned_references : public testing::TestWithParam<std::size_t> {
 protected:
  support::learned_subject const& subject() const {
    return support::learned_subjects()[GetParam()];
  }

  // As in reference_test.cpp: in double 8 ulp, what their few operations and library calls can add
  // up to, of the largest term where terms cancel; rounded to a narrower type, half an ulp and what
  // is left of them and of the oracle's 2^-10.
  template <class Number>
  void expect_agreement(storage const& type) const {
    double const allowed = type.dtype == ACT_FLOAT64 ? 8 : 0.5 + 0x1p-10;
    for (auto const& channel : subject().channels) {
      auto const known = support::learned_oracle(subject(), channel, type);
      auto const& p = known.first;
      auto const& exact = known.second;
      support::learned_reference const reference(subject().name, p.values, p.in_double);
      std::mt19937_64 random(support::seed());
      host_array const x = support::inputs(type, exact.knots(p), random);
      host_array const dy = support::output_gradients(type, x.size(), random);
      auto const expect = [&](std::string const& what, double result,
                              support::expected<Number> const& expected, std::size_t i) {
        double const stored = support::decode(type, support::encode(type, result));
        ASSERT_LE(support::error_of(type, stored, expected).ulps, allowed)
            << what << " of " << subject().name << " " << type.name << ", parameters "
            << testing::PrintToString(p.values) << ", at " << x[i] << ", dy " << dy[i] << ": "
            << result << " instead of " << support::to_double(expected.value);
      };
      for (std::size_t i = 0; i < x.size() && !HasFatalFailure(); ++i) {
        auto const result_of = [&](direction way) {
          return support::exact_result<Number>(exact, way, p, dy[i], x[i]);
        };
        expect("y", reference.forward(x[i]), result_of(direction::forward), i);
        expect("dx", reference.backward(dy[i], x[i]), result_of(direction::backward), i);
        auto const terms = reference.parameter_terms(dy[i], x[i]);
        for (std::size_t k = 0; k < terms.size(); ++k) {
          auto const& by = exact.by_parameter[k];
          Number const at(x[i]);
          Number const unit = by.term ? Number(by.term(p, at)) : Number(0);
          expect("term " + std::to_string(k), terms[k],
                 {by.value(p, at) * Number(dy[i]), unit * Number(std::fabs(dy[i]))}, i);
        }
      }
    }
  }
};

TEST_P(learned_references, AgreeWithTheOracleInFloat32) {
  expect_agreement<double>(support::storages[ACT_FLOAT32]);
}
TEST_P(learned_references, AgreeWithTheOracleInFloat64) {
  expect_agreement<oracle::big>(support::storages[ACT_FLOAT64]);
}

// Central differences in double, away from knots, to 1e-8 (support/slope.hpp), for the channels whose
// parameters, at which the step of 2^-14 is fine enough, are of ordinary size.
TEST_P(learned_references, GradientsAreTheSlopesOfTheFunctions) {
  storage const& type = support::storages[ACT_FLOAT64];
  int judged = 0;
  for (auto const& channel : subject().channels) {
    if (std::any_of(channel.begin(), channel.end(), [](double v) { return std::fabs(v) > 40; }))
      continue;
    auto const known = support::learned_oracle(subject(), channel, type);
    auto const& p = known.first;
    auto const& exact = known.second;
    support::learned_reference reference(subject().name, channel, true);
    auto const knots = exact.knots(p);
    for (double x = -8.03; x < 8; x += 0.37) {
      if (std::any_of(knots.begin(), knots.end(),
                      [&](double knot) { return std::fabs(x - knot) <= 3 * support::slope_step; }))
        continue;
      ++judged;
      std::string const where = subject().name + (" with " + testing::PrintToString(channel)) +
                                " at " + std::to_string(x);
      double const slope = support::slope([&](double at) { return reference.forward(at); }, x);
      EXPECT_NEAR(reference.backward(-2, x), -2 * slope, 2e-8) << where;
      auto const terms = reference.parameter_terms(-2, x);
      for (std::size_t k = 0; k < terms.size(); ++k) {
        double const by = support::slope(
            [&](double value) {
              reference.values()[k] = value;
              return reference.forward(x);
            },
            channel[k]);
        reference.values()[k] = channel[k];
        EXPECT_NEAR(terms[k], -2 * by, 2e-8) << where << ", by parameter " << k;
      }
    }
  }
  EXPECT_GT(judged, 100);
}

INSTANTIATE_TEST_SUITE_P(reference, learned_references,
                         testing::Range(std::size_t{0}, support::learned_subjects().size()),
                         [](auto const& info) {
                           return support::learned_subjects()[info.param].name;
                         });

}  // namespace
