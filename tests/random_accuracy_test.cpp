// Slopes, y and dx of the compiled kernels, bit for bit: the slope is one fma of the random number,
// y and dx one product and, for 16 bits, a rounding of it.
#include "oracle/random.hpp"
#include "support/accuracy_table.hpp"
#include "support/contract.hpp"
#include "support/random_call.hpp"
#include "support/samples.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace {

using support::host_array;
using support::storage;

struct setting {
  oracle::slope_bounds bounds;
  std::uint64_t seed, offset;
  std::int64_t first_element;
};
// The defaults; one slope; 0 inside; a step that is small beside the lower bound, so that the fma's
// rounding shows; bounds whose distance overflows float32; both at 0.
constexpr setting settings[] = {
    {{1.0 / 8, 1.0 / 3}, 1, 0, 0}, {{0.3, 0.3}, 2, 5, 3},
    {{-0.5, 0.75}, 3, ~0ULL, 6},   {{1, 1 + 1e-5}, ~0ULL, 1ULL << 40, 1LL << 50},
    {{-3e38, 3e38}, 5, 7, 1},      {{0, 0}, 6, 0, 0}};

class random_accuracy : public testing::TestWithParam<support::random_subject> {
 protected:
  storage const& type = *GetParam().type;
  bool const in_double = type.dtype == ACT_FLOAT64;
  support::measurement worst{"random",
                             "rrelu",
                             type.name,
                             GetParam().has_dy ? "backward" : "forward",
                             support::rrelu_allowed_ulps(type),
                             "ulp",
                             0,
                             "",
                             0};

  /// In the compute type, then in the storage type.
  double rounded(double exact) const {
    double const computed = in_double ? exact : static_cast<double>(static_cast<float>(exact));
    return support::decode(type, support::encode(type, computed));
  }
  /// The contract, of the product that was not rounded in between. A subnormal step that is half of
  /// one away at most is 1 step away where bfloat16 is flushed to zero.
  template <class Number>
  void expect_contract(setting const& s, double result, double factor, double in, double x) {
    Number const exact = factor == 0 ? Number(0) : Number(factor) * Number(in);
    support::error const e = support::error_of(type, result, support::expected<Number>{exact, 0});
    std::ostringstream where;
    if (e.ulps > worst.worst) {
      where.precision(in_double ? 17 : 9);
      where << "x = " << x;
      if (GetParam().has_dy) where << ", dy = " << in;
      where.precision(6);
      where << "; lower=" << s.bounds.lower << " upper=" << s.bounds.upper;
    }
    ASSERT_LE(e.ulps, e.subnormal ? 1.0 : worst.allowed)
        << where.str() << ", times " << factor << ": " << result;
    if (e.subnormal || e.ulps <= worst.worst) return;
    worst.worst = e.ulps;
    worst.where = where.str();
  }
  double slope_of(setting const& s, std::size_t k) const {
    return oracle::rrelu_slope(s.bounds, s.seed, s.offset,
                               static_cast<std::uint64_t>(s.first_element) + k, in_double);
  }
};

// A slope of 0 gives +0, whatever it is multiplied by. In float32 and 16 bits the product of two
// floats is exact in double.
TEST_P(random_accuracy, EachElementHasItsSlope) {
  std::mt19937_64 random(support::seed());
  for (setting const& s : settings) {
    act_random const op = support::rrelu_between(s.bounds.lower, s.bounds.upper);
    auto const position = support::position_at(s.seed, s.offset, s.first_element);
    host_array const x = support::inputs(type, {0}, random, 1 << 18);
    host_array const dy = support::output_gradients(type, x.size(), random);
    host_array const result = support::call(op, GetParam().has_dy ? &dy : nullptr, x, position);
    for (std::size_t k = 0; k < x.size(); ++k) {
      double const slope = slope_of(s, k);
      double const factor = oracle::rrelu_factor(slope, x[k]);
      double const in = GetParam().has_dy ? dy[k] : x[k];
      double const exact = factor == 0 ? 0 : factor * in;
      ASSERT_EQ(support::encode(type, result[k]), support::encode(type, rounded(exact)))
          << "x " << x[k] << ", " << in << " times " << factor << ": " << result[k];
      if (in_double)
        expect_contract<oracle::big>(s, result[k], factor, in, x[k]);
      else
        expect_contract<double>(s, result[k], factor, in, x[k]);
      if (HasFatalFailure()) return;
    }
    worst.elements += x.size();
  }
  support::record(worst);
}

TEST_P(random_accuracy, SlopesAreBetweenTheirBounds) {
  for (setting const& s : settings) {
    act_random const op = support::rrelu_between(s.bounds.lower, s.bounds.upper);
    auto const position = support::position_at(s.seed, s.offset, s.first_element);
    host_array const slopes = support::slopes(op, type, 10'000, position);
    auto const bound = [&](double value) {
      return in_double ? value : static_cast<double>(static_cast<float>(value));
    };
    for (std::size_t k = 0; k < slopes.size(); ++k) {
      ASSERT_EQ(slopes[k], slope_of(s, k)) << k;
      ASSERT_GE(slopes[k], bound(s.bounds.lower)) << k;
      ASSERT_LE(slopes[k], bound(s.bounds.upper)) << k;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(random, random_accuracy, testing::ValuesIn(support::random_subjects()),
                         [](auto const& info) { return to_string(info.param); });

}  // namespace
