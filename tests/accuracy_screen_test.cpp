// The screen of many results at once says of none that it is within the contract which is not.
#include "support/error_screen.hpp"

#include <cmath>
#include <cstddef>
#include <gtest/gtest.h>
#include <vector>

namespace {

using support::storage;

/// Exact values of a type's whole range, and results near and far.
struct judged_pair {
  support::expected<double> exact;
  float result;
};
std::vector<judged_pair> pairs_for(storage const& type) {
  double const smallest = std::ldexp(1.0, type.smallest_exponent);
  std::vector<judged_pair> all;
  for (double const value : {0.0, smallest / 1000, smallest / 3, smallest * 0.999, smallest, 1.0,
                             1.7, 3e4, support::largest(type), 2 * support::largest(type), 1e300,
                             static_cast<double>(INFINITY), static_cast<double>(NAN)}) {
    for (double const term : {0.0, value / 2, smallest / 2, value * 100, 1.0}) {
      for (double const sign : {1.0, -1.0}) {
        for (double const ulps : {0.0, 0.3, 0.59, 0.61, 0.99, 1.01, 3.9, 4.1, 1e6}) {
          double const unit = 2 * support::half_ulp(type, std::fmax(value, term));
          double const moved = value + sign * ulps * unit;
          all.push_back({{sign * value, term}, static_cast<float>(sign * moved)});
        }
        for (float const result : {0.0F, -0.0F, INFINITY, -INFINITY, NAN})
          all.push_back({{sign * value, term}, result});
      }
    }
  }
  return all;
}

TEST(error_screen, JudgesManyAsEachIsJudged) {
  constexpr std::size_t n = 7;  // whole vectors and a rest
  for (storage const& type : support::storages) {
    if (type.dtype == ACT_FLOAT64) continue;
    double const allowed = support::allowed_ulps(type);
    std::size_t clear = 0, wrong = 0;
    for (judged_pair const& p : pairs_for(type)) {
      support::error const e = support::error_of(type, p.result, p.exact);
      bool const within = support::within_contract(type, p.result, e, p.exact);
      for (std::size_t place = 0; place < n; ++place) {
        // The others are right, and not zero.
        std::vector<float> results(n, 1.0F);
        std::vector<double> exact(n, 1.0), factors(n, support::screen_factor(type, {1.0, 0.0}));
        results[place] = p.result;
        exact[place] = p.exact.value;
        factors[place] = support::screen_factor(type, p.exact);
        support::screened const found =
            support::screen(results.data(), exact.data(), factors.data(), n, allowed);
        ASSERT_EQ(found.clear,
                  support::is_clear(std::fabs(p.result - p.exact.value) * factors[place], allowed));
        if (!found.clear) continue;
        ++clear;
        EXPECT_TRUE(within) << type.name << ' ' << p.result << " for " << p.exact.value;
        EXPECT_EQ(found.worst, e.subnormal ? 0 : e.ulps) << p.result << " for " << p.exact.value;
        EXPECT_EQ(found.zeros, p.result == 0 ? 1U : 0U);
      }
      wrong += within ? 0 : 1;
    }
    EXPECT_GT(clear, 500U);
    EXPECT_GT(wrong, 100U);
  }
}

}  // namespace
