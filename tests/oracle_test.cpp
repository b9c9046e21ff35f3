// The oracle itself: in double it is as good as it says, against the same formulas at 200 bits.
#include "oracle/oracle.hpp"

#include "support/samples.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace {

constexpr std::size_t points = 1 << 14;

class formula_in_double : public testing::TestWithParam<std::size_t> {};

// 2^-10 ulp of float32 is 2^-34; where a term sets the unit, of that.
TEST_P(formula_in_double, IsAccurateFarBeyondFloat32) {
  oracle::activation const& a = oracle::all()[GetParam()];
  std::mt19937_64 random(support::seed());
  for (double const first : {1.0, -2.0, 0.3, 3.0}) {
    oracle::parameters const p{{static_cast<float>(first), 0.5, 2.0}, false};
    support::host_array const x =
        support::inputs(support::storages[ACT_FLOAT32], a.knots(p), random);
    auto const expect_close = [&](oracle::formula const& f, oracle::formula const& term,
                                  double at) {
      if (!f) return;
      oracle::big const exact = f(p, oracle::big(at));
      double const value = f(p, at);
      if (exact.is_nan()) {
        EXPECT_TRUE(std::isnan(value)) << a.name << " at " << at;
        return;
      }
      if (std::isinf(value)) {
        EXPECT_GT(value > 0 ? exact.to_double() : -exact.to_double(), 0x1p1000) << a.name;
        return;
      }
      double const unit = std::fmax(std::fabs(exact.to_double()), term ? term(p, at) : 0.0);
      // Far below float32's smallest number nothing is judged.
      double const allowed = std::ldexp(std::fmax(unit, 0x1p-160), -34);
      ASSERT_LE(abs(exact - oracle::big(value)).to_double(), allowed)
          << a.name << " at " << at << ", parameter " << first << ": " << value;
    };
    for (std::size_t i = 0; i < points / 4; ++i) {
      std::size_t const k = i * (x.size() / (points / 4));
      expect_close(a.forward, a.forward_term, x[k]);
      expect_close(a.gradient, a.gradient_term, x[k]);
      double const y = static_cast<float>(a.forward(p, x[k]));
      if (std::isfinite(y)) expect_close(a.gradient_from_output, a.output_gradient_term, y);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(oracle, formula_in_double,
                         testing::Range(std::size_t{0}, oracle::all().size()),
                         [](auto const& info) { return oracle::all()[info.param].name; });

}  // namespace
