// Activations with learned parameters where a formula in real numbers says nothing, or all: NaN,
// infinities, knots.
#include "support/learned_evaluation.hpp"
#include "support/learned_reference.hpp"

#include <activations_cuda/arithmetic.cuh>

#include <cmath>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <type_traits>
#include <vector>

namespace {

namespace act = activations_cuda;
constexpr double inf = INFINITY;
constexpr double nan = NAN;

struct row {
  char const* op;
  std::vector<double> channel;
  double x, dy, y, dx;
  std::vector<double> terms;
};

std::vector<row> const rows{
    {"prelu", {0.25}, nan, 2, nan, nan, {nan}},
    {"prelu", {0.25}, 1, nan, 1, nan, {nan}},
    {"prelu", {0.25}, -1, nan, -0.25, nan, {nan}},
    {"prelu", {0.25}, inf, 2, inf, 2, {0}},
    {"prelu", {0.25}, -inf, 2, -inf, 0.5, {-inf}},
    {"prelu", {0.25}, 0, 2, 0, 0.5, {0}},
    {"prelu", {0.25}, -0.0, 2, -0.0, 0.5, {0}},
    {"prelu", {0.25}, 1, inf, 1, inf, {0}},
    {"prelu", {0}, -inf, 2, 0, 0, {-inf}},
    {"prelu", {0}, -1, inf, 0, nan, {-inf}},
    {"prelu", {-1.5}, -2, 2, 3, -3, {-4}},
    {"prelu", {3}, -2, 2, -6, 6, {-4}},
    {"prelu", {3}, 2, 2, 2, 2, {0}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, nan, 2, nan, nan, {nan, nan, nan, nan}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, 0, nan, 0, nan, {nan, nan, nan, nan}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, 0.75, 2, 0.75, -1, {3, 0, 0, 0}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, -1.25, 2, -1.25, 5, {0, 0, -3, 0}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, 0.5, 2, 0.5, 2, {0, 0, 0, 0}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, 0.5, inf, 0.5, inf, {0, 0, 0, 0}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, inf, 2, -inf, -1, {3, inf, 0, 0}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, -inf, 2, -inf, 5, {0, 0, -3, -inf}},
    // crossed thresholds: the right side is first
    {"s_shaped_relu", {-1, 0.5, 1, 0.25}, 0, 2, -0.5, 1, {1, 2, 0, 0}},
    {"s_shaped_relu", {-1, 0.5, 1, 0.25}, -1, 2, -1, 1, {1, 0, 0, 0}},
    {"s_shaped_relu", {-1, 0.5, 1, 0.25}, -2, 2, 0.25, 0.5, {0, 0, 1.5, -6}},
    {"s_shaped_relu", {6, 0, 0, 0}, inf, 2, 6, 0, {2, inf, 0, 0}},
    {"s_shaped_relu", {6, 0, 0, 0}, -inf, 2, 0, 0, {0, 0, 2, -inf}},
    {"apl", {-0.5, 1}, nan, 2, nan, nan, {nan, nan}},
    {"apl", {-0.5, 1}, 2, nan, 2, nan, {nan, nan}},
    {"apl", {-0.5, 1}, 1, 2, 1, 2, {0, 0}},
    {"apl", {-0.5, 1}, 0, 2, -0.5, 1, {2, -1}},
    {"apl", {-0.5, 1}, 2, inf, 2, inf, {0, 0}},
    {"apl", {-0.5, 1}, -inf, 2, -inf, 1, {inf, -1}},
    {"apl", {-0.5, 1}, inf, 2, inf, 2, {0, 0}},
    {"apl", {0, 0}, -inf, 2, 0, 0, {inf, 0}},
    {"apl", {0, 0}, 0, 2, 0, 0, {0, 0}},
    {"apl", {0, 0}, -3, 2, 0, 0, {6, 0}},
    {"apl", {0, 1, -inf, 0}, -inf, 2, inf, -2, {0, inf, 0, 2}},
    {"apl", {1, nan}, 3, 2, nan, 0, {nan, 2}},
    {"swish", {1}, nan, 2, nan, nan, {nan}},
    {"swish", {1}, 1000, nan, 1000, nan, {nan}},
    {"swish", {1}, inf, 2, inf, 2, {0}},
    {"swish", {1}, -inf, 2, 0, 0, {0}},
    {"swish", {1}, 0, 2, 0, 1, {0}},
    {"swish", {-1}, inf, 2, 0, 0, {0}},
    {"swish", {-1}, -inf, 2, -inf, 2, {0}},
    {"swish", {0}, inf, 2, inf, 1, {inf}},
    {"swish", {0}, -inf, 2, -inf, 1, {inf}},
    {"swish", {0}, -2, 2, -1, 1, {2}},
    {"swish", {nan}, 1, 2, nan, nan, {nan}},
    {"learned_snake", {1}, nan, 2, nan, nan, {nan}},
    {"learned_snake", {1}, 0, nan, 0, nan, {nan}},
    {"learned_snake", {1}, inf, 2, inf, nan, {nan}},
    {"learned_snake", {-2}, -inf, 2, -inf, nan, {nan}},
    {"learned_snake", {1}, 0, 2, 0, 2, {0}},
    {"learned_snake", {0}, 3, 2, 3, 2, {18}},
    {"learned_snake", {0}, -0x1p60, 2, -0x1p60, 2, {0x1p121}},
    {"learned_snake", {0}, inf, 2, inf, nan, {nan}},
    {"learned_snake", {0}, nan, 2, nan, nan, {nan}},
    {"learned_snake", {nan}, 1, 2, nan, nan, {nan}},
};

void expect_same(double result, double expected, std::string const& what, row const& r) {
  EXPECT_TRUE(result == expected || (std::isnan(result) && std::isnan(expected)))
      << what << " of " << r.op << " with " << testing::PrintToString(r.channel) << " at " << r.x
      << ", dy " << r.dy << ": " << result << " instead of " << expected;
  bool const signs = r.x == 0 && expected == 0 && what == "y";
  EXPECT_TRUE(!signs || std::signbit(result) == std::signbit(expected)) << what << " of " << r.op;
}

/// As it is stored: approximations for 16 bits are right once they are rounded.
template <class Arithmetic, class Real>
double stored(Real value) {
  if constexpr (std::is_same_v<Arithmetic, act::reduced_arithmetic>) {
    return static_cast<double>(__bfloat162float(__float2bfloat16_rn(value)));
  } else {
    return static_cast<double>(value);
  }
}

template <class Arithmetic>
void expect_rows() {
  using real = typename Arithmetic::real;
  for (row const& r : rows) {
    support::with_evaluator<Arithmetic>(r.op, r.channel.size(), [&](auto t) {
      support::evaluation<typename decltype(t)::type> const evaluate(r.channel);
      auto const x = static_cast<real>(r.x);
      auto const dy = static_cast<real>(r.dy);
      std::vector<real> sums(r.channel.size());
      expect_same(stored<Arithmetic>(evaluate.forward(x)), r.y, "y", r);
      expect_same(stored<Arithmetic>(evaluate.backward(dy, x)), r.dx, "dx", r);
      expect_same(stored<Arithmetic>(evaluate.backward(dy, x, sums)), r.dx, "dx with the sums", r);
      for (std::size_t k = 0; k < sums.size(); ++k) {
        expect_same(stored<Arithmetic>(sums[k]), r.terms[k], "sum " + std::to_string(k), r);
        EXPECT_FALSE(sums[k] == 0 && std::signbit(sums[k])) << r.op << ": a sum of -0";
      }
    });
  }
}

TEST(learned_special_values, FollowTheDefinitionsInFloat32) {
  expect_rows<act::float32_arithmetic>();
}
TEST(learned_special_values, FollowTheDefinitionsInFloat64) {
  expect_rows<act::float64_arithmetic>();
}
TEST(learned_special_values, FollowTheDefinitionsIn16Bits) {
  expect_rows<act::reduced_arithmetic>();
}
TEST(learned_special_values, FollowTheDefinitionsInTheReferences) {
  for (row const& r : rows) {
    support::learned_reference const reference(r.op, r.channel, true);
    expect_same(reference.forward(r.x), r.y, "y", r);
    expect_same(reference.backward(r.dy, r.x), r.dx, "dx", r);
    auto const terms = reference.parameter_terms(r.dy, r.x);
    for (std::size_t k = 0; k < terms.size(); ++k)
      expect_same(terms[k], r.terms[k], "term " + std::to_string(k), r);
  }
}

}  // namespace
