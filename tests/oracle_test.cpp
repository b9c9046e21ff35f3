// The oracle itself: in double it is as good as it says, against the same formulas at 200 bits.
#include "oracle/oracle.hpp"

#include "support/learned_subjects.hpp"
#include "support/samples.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace {

constexpr std::size_t points = 1 << 14;

// 2^-10 ulp of float32 is 2^-34; where a term sets the unit, of that.
void expect_close(std::string const& what, oracle::formula const& f, oracle::formula const& term,
                  oracle::parameters const& p, double at) {
  if (!f) return;
  oracle::big const exact = f(p, oracle::big(at));
  double const value = f(p, at);
  if (exact.is_nan()) {
    EXPECT_TRUE(std::isnan(value)) << what << " at " << at;
    return;
  }
  if (std::isinf(value)) {
    EXPECT_GT(value > 0 ? exact.to_double() : -exact.to_double(), 0x1p1000) << what;
    return;
  }
  double const unit = std::fmax(std::fabs(exact.to_double()), term ? term(p, at) : 0.0);
  // Far below float32's smallest number nothing is judged.
  double const allowed = std::ldexp(std::fmax(unit, 0x1p-160), -34);
  ASSERT_LE(abs(exact - oracle::big(value)).to_double(), allowed)
      << what << " at " << at << ", first parameter " << p[0] << ": " << value;
}

class formula_in_double : public testing::TestWithParam<std::size_t> {};

TEST_P(formula_in_double, IsAccurateFarBeyondFloat32) {
  oracle::activation const& a = oracle::all()[GetParam()];
  std::mt19937_64 random(support::seed());
  for (double const first : {1.0, -2.0, 0.3, 3.0}) {
    oracle::parameters const p{{static_cast<float>(first), 0.5, 2.0}, false};
    support::host_array const x =
        support::inputs(support::storages[ACT_FLOAT32], a.knots(p), random);
    for (std::size_t i = 0; i < points / 4; ++i) {
      std::size_t const k = i * (x.size() / (points / 4));
      expect_close(a.name, a.forward, a.forward_term, p, x[k]);
      expect_close(a.name, a.gradient, a.gradient_term, p, x[k]);
      double const y = static_cast<float>(a.forward(p, x[k]));
      if (std::isfinite(y))
        expect_close(a.name, a.gradient_from_output, a.output_gradient_term, p, y);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(oracle, formula_in_double,
                         testing::Range(std::size_t{0}, oracle::all().size()),
                         [](auto const& info) { return oracle::all()[info.param].name; });

class learned_formula_in_double : public testing::TestWithParam<std::size_t> {};

TEST_P(learned_formula_in_double, IsAccurateFarBeyondFloat32) {
  support::learned_subject const& subject = support::learned_subjects()[GetParam()];
  support::storage const& type = support::storages[ACT_FLOAT32];
  std::mt19937_64 random(support::seed());
  for (auto const& channel : subject.channels) {
    auto const [p, a] = support::learned_oracle(subject, channel, type);
    support::host_array const x = support::inputs(type, a.knots(p), random);
    for (std::size_t i = 0; i < points / 4; ++i) {
      double const at = x[i * (x.size() / (points / 4))];
      expect_close(a.name, a.forward, a.forward_term, p, at);
      expect_close(a.name, a.gradient, a.gradient_term, p, at);
      for (std::size_t k = 0; k < a.by_parameter.size(); ++k) {
        expect_close(a.name + " by parameter " + std::to_string(k), a.by_parameter[k].value,
                     a.by_parameter[k].term, p, at);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(oracle, learned_formula_in_double,
                         testing::Range(std::size_t{0}, support::learned_subjects().size()),
                         [](auto const& info) {
                           return support::learned_subjects()[info.param].name;
                         });

}  // namespace
