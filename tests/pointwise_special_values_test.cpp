// NaN, infinities and knots in every type and direction: docs/definitions.md.
#include "support/pointwise_call.hpp"
#include "support/special_values.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

namespace {

using support::direction;
using support::expect_same;
using support::host_array;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double half_pi = 1.57079632679489661923;

struct row {
  char const* op;
  double x, forward;
  double dy, dx;
};

constexpr row rows[] = {
    {"identity", inf, inf, 2, 2},
    {"identity", -inf, -inf, 2, 2},
    {"identity", nan, nan, 2, nan},
    {"identity", -0.0, -0.0, 2, 2},
    {"identity", 1, 1, nan, nan},
    {"heaviside", inf, 1, 2, 0},
    {"heaviside", -inf, 0, nan, 0},
    {"heaviside", nan, nan, 2, nan},
    {"heaviside", 0.0, 1, 2, 0},
    {"heaviside", -0.0, 1, 2, 0},
    {"sigmoid", inf, 1, 2, 0},
    {"sigmoid", -inf, 0, 2, 0},
    {"sigmoid", nan, nan, 2, nan},
    {"sigmoid", 0, 0.5, 4, 1},
    {"sigmoid", 0, 0.5, nan, nan},
    {"tanh", inf, 1, 2, 0},
    {"tanh", -inf, -1, 2, 0},
    {"tanh", nan, nan, 2, nan},
    {"tanh", 0, 0, 2, 2},
    {"tanh", -0.0, -0.0, nan, nan},
    {"relu", inf, inf, 2, 2},
    {"relu", -inf, 0, nan, 0},
    {"relu", nan, nan, 2, nan},
    {"relu", 0, 0, 2, 0},
    {"relu", -0.0, 0.0, inf, 0},
    {"relu", 1, 1, nan, nan},
    {"leaky_relu", inf, inf, 2, 2},
    {"leaky_relu", -inf, -inf, nan, nan},
    {"leaky_relu", nan, nan, 2, nan},
    {"leaky_relu", -0.0, -0.0, inf, inf},
    {"hard_tanh", inf, 1, nan, 0},
    {"hard_tanh", -inf, -1, nan, 0},
    {"hard_tanh", nan, nan, 2, nan},
    {"hard_tanh", -1, -1, 2, 0},
    {"hard_tanh", 1, 1, 2, 0},
    {"hard_tanh", -0.0, -0.0, nan, nan},
    {"relu6", inf, 6, nan, 0},
    {"relu6", -inf, 0, nan, 0},
    {"relu6", nan, nan, 2, nan},
    {"relu6", -0.0, 0.0, 2, 0},
    {"relu6", 6, 6, 2, 0},
    {"relu6", 1, 1, nan, nan},
    {"hard_sigmoid", inf, 1, nan, 0},
    {"hard_sigmoid", -inf, 0, nan, 0},
    {"hard_sigmoid", nan, nan, 2, nan},
    {"hard_sigmoid", -3.5, 0, 2, 0},
    {"hard_sigmoid", 3, 1, 2, 0},
    {"hard_sigmoid", 0, 0.5, inf, inf},
    {"hard_swish", inf, inf, 2, 2},
    {"hard_swish", -inf, 0, nan, 0},
    {"hard_swish", nan, nan, 2, nan},
    {"hard_swish", -3, 0, nan, 0},
    {"hard_swish", 3, 3, 2, 2},
    {"hard_swish", -1.5, -0.375, 2, 0},
    {"hard_swish", -0.0, -0.0, 2, 1},
    {"soft_shrink", inf, inf, 2, 2},
    {"soft_shrink", -inf, -inf, 2, 2},
    {"soft_shrink", nan, nan, 2, nan},
    {"soft_shrink", 0.5, 0, nan, 0},
    {"soft_shrink", -0.5, 0, 2, 0},
    {"soft_shrink", -0.0, 0.0, 2, 0},
    {"soft_shrink", -1, -0.5, nan, nan},
    {"hard_shrink", inf, inf, 2, 2},
    {"hard_shrink", -inf, -inf, 2, 2},
    {"hard_shrink", nan, nan, 2, nan},
    {"hard_shrink", 0.5, 0, nan, 0},
    {"hard_shrink", -0.5, 0, 2, 0},
    {"hard_shrink", -0.0, 0.0, 2, 0},
    {"hard_shrink", -1, -1, nan, nan},
    {"threshold", inf, inf, 2, 2},
    {"threshold", -inf, 0, nan, 0},
    {"threshold", nan, nan, 2, nan},
    {"threshold", -0.0, 0.0, 2, 0},
    {"threshold", 1, 1, nan, nan},
    {"elu", inf, inf, 2, 2},
    {"elu", -inf, -1, 2, 0},
    {"elu", nan, nan, 2, nan},
    {"elu", 0, 0, 2, 2},
    {"elu", -0.0, -0.0, 2, 2},
    {"elu", -inf, -1, nan, nan},
    {"selu", inf, inf, nan, nan},
    {"selu", -inf, -1.75809934084737685994, 2, 0},
    {"selu", nan, nan, 2, nan},
    {"selu", -0.0, -0.0, nan, nan},
    {"softplus", inf, inf, 2, 2},
    {"softplus", -inf, 0, 2, 0},
    {"softplus", nan, nan, 2, nan},
    {"softplus", -inf, 0, nan, nan},
    {"log_sigmoid", inf, -0.0, 2, 0},
    {"log_sigmoid", -inf, -inf, 2, 2},
    {"log_sigmoid", nan, nan, 2, nan},
    {"log_sigmoid", inf, -0.0, nan, nan},
    {"celu", inf, inf, 2, 2},
    {"celu", -inf, -1, 2, 0},
    {"celu", nan, nan, 2, nan},
    {"celu", 0, 0, 2, 2},
    {"celu", -0.0, -0.0, 2, 2},
    {"celu", -inf, -1, nan, nan},
    {"softsign", inf, 1, 2, 0},
    {"softsign", -inf, -1, 2, 0},
    {"softsign", nan, nan, 2, nan},
    {"softsign", 0, 0, 2, 2},
    {"softsign", -0.0, -0.0, nan, nan},
    {"gaussian", inf, 0, 2, -0.0},
    {"gaussian", -inf, 0, 2, 0},
    {"gaussian", nan, nan, 2, nan},
    {"gaussian", 0, 1, 2, -0.0},
    {"gaussian", -0.0, 1, 2, 0},
    {"gaussian", 0, 1, nan, nan},
    {"tanh_shrink", inf, inf, 2, 2},
    {"tanh_shrink", -inf, -inf, 2, 2},
    {"tanh_shrink", nan, nan, 2, nan},
    {"tanh_shrink", 0, 0, 2, 0},
    {"tanh_shrink", -0.0, -0.0, 2, 0},
    {"tanh_shrink", 0, 0, nan, nan},
    {"squared_relu", inf, inf, 2, inf},
    {"squared_relu", -inf, 0, nan, 0},
    {"squared_relu", nan, nan, 2, nan},
    {"squared_relu", 0, 0, nan, 0},
    {"squared_relu", -0.0, 0, inf, 0},
    {"squared_relu", 3, 9, nan, nan},
    {"bent_identity", inf, inf, 2, 3},
    {"bent_identity", -inf, -inf, 2, 1},
    {"bent_identity", nan, nan, 2, nan},
    {"bent_identity", 0, 0, 2, 2},
    {"bent_identity", -0.0, 0, nan, nan},
    {"squareplus", inf, inf, 2, 2},
    {"squareplus", -inf, 0, 2, 0},
    {"squareplus", nan, nan, 2, nan},
    {"squareplus", 0, 1, 4, 2},
    {"squareplus", -0.0, 1, nan, nan},
    {"silu", inf, inf, 2, 2},
    {"silu", -inf, 0, 2, -0.0},
    {"silu", nan, nan, 2, nan},
    {"silu", 0, 0, 2, 1},
    {"silu", -0.0, -0.0, nan, nan},
    {"arctan", nan, nan, 2, nan},
    {"arctan", inf, half_pi, 2, 0},
    {"arctan", -inf, -half_pi, 2, 0},
    {"arctan", 0, 0, 2, 2},
    {"arctan", -0.0, -0.0, nan, nan},
    {"sine", inf, nan, 2, nan},
    {"sine", -inf, nan, 2, nan},
    {"sine", nan, nan, 2, nan},
    {"sine", 0, 0, 2, 60},
    {"sine", -0.0, -0.0, nan, nan},
    {"snake", inf, inf, 2, nan},
    {"snake", -inf, -inf, 2, nan},
    {"snake", nan, nan, 2, nan},
    {"snake", 0, 0, 2, 2},
    {"snake", -0.0, 0, nan, nan},
    {"gelu", inf, inf, 2, 2},
    {"gelu", -inf, 0, 2, -0.0},
    {"gelu", nan, nan, 2, nan},
    {"gelu", 0, 0, 2, 1},
    {"gelu", -0.0, -0.0, nan, nan},
    {"gelu_tanh", inf, inf, 2, 2},
    {"gelu_tanh", -inf, 0, 2, -0.0},
    {"gelu_tanh", nan, nan, 2, nan},
    {"gelu_tanh", 0, 0, 2, 1},
    {"gelu_tanh", -0.0, -0.0, nan, nan},
    {"gelu_quick", inf, inf, 2, 2},
    {"gelu_quick", -inf, 0, 2, -0.0},
    {"gelu_quick", nan, nan, 2, nan},
    {"gelu_quick", 0, 0, 2, 1},
    {"gelu_quick", -0.0, -0.0, nan, nan},
    {"mish", inf, inf, 2, 2},
    {"mish", -inf, 0, 2, -0.0},
    {"mish", nan, nan, 2, nan},
    {"mish", 0, 0, nan, nan},
    {"mish", -0.0, -0.0, nan, nan},
};

struct output_row {
  char const* op;
  double y, dy, dx;
};

constexpr output_row output_rows[] = {
    {"identity", inf, 2, 2},
    {"identity", -inf, 2, 2},
    {"identity", nan, 2, nan},
    {"identity", 1, nan, nan},
    {"sigmoid", 0, 2, 0},
    {"sigmoid", 1, 2, 0},
    {"sigmoid", nan, 2, nan},
    {"sigmoid", 0.5, 4, 1},
    {"sigmoid", 0.5, nan, nan},
    {"sigmoid", 0, nan, nan},
    {"tanh", 1, 2, 0},
    {"tanh", -1, 2, 0},
    {"tanh", nan, 2, nan},
    {"tanh", 0, 2, 2},
    {"tanh", -0.0, nan, nan},
    {"relu", inf, 2, 2},
    {"relu", 0, nan, 0},
    {"relu", 0, inf, 0},
    {"relu", nan, 2, nan},
    {"relu", 1, nan, nan},
    {"leaky_relu", inf, 2, 2},
    {"leaky_relu", -inf, nan, nan},
    {"leaky_relu", -inf, inf, inf},
    {"leaky_relu", nan, 2, nan},
    {"leaky_relu", -0.0, inf, inf},
    {"hard_tanh", 1, nan, 0},
    {"hard_tanh", -1, 2, 0},
    {"hard_tanh", nan, 2, nan},
    {"hard_tanh", 0.5, nan, nan},
    {"relu6", 0, nan, 0},
    {"relu6", 6, 2, 0},
    {"relu6", nan, 2, nan},
    {"relu6", 1, nan, nan},
    {"hard_sigmoid", 0, nan, 0},
    {"hard_sigmoid", 1, 2, 0},
    {"hard_sigmoid", nan, 2, nan},
    {"hard_sigmoid", 0.5, inf, inf},
    {"soft_shrink", 0, nan, 0},
    {"soft_shrink", -inf, 2, 2},
    {"soft_shrink", nan, 2, nan},
    {"soft_shrink", 1, nan, nan},
    {"hard_shrink", -0.0, nan, 0},
    {"hard_shrink", inf, 2, 2},
    {"hard_shrink", nan, 2, nan},
    {"hard_shrink", -1, nan, nan},
    {"threshold", 0, nan, 0},
    {"threshold", inf, 2, 2},
    {"threshold", nan, 2, nan},
    {"threshold", 1, nan, nan},
    {"elu", inf, 2, 2},
    {"elu", -1, 2, 0},
    {"elu", nan, 2, nan},
    {"elu", -0.0, 2, 2},
    {"elu", -1, nan, nan},
    {"selu", nan, 2, nan},
    {"selu", 1, nan, nan},
    {"softplus", inf, 2, 2},
    {"softplus", 0, 2, 0},
    {"softplus", nan, 2, nan},
    {"softplus", 0, nan, nan},
    {"log_sigmoid", -inf, 2, 2},
    {"log_sigmoid", -0.0, 2, 0},
    {"log_sigmoid", nan, 2, nan},
    {"log_sigmoid", -inf, nan, nan},
    {"celu", inf, 2, 2},
    {"celu", -1, 2, 0},
    {"celu", nan, 2, nan},
    {"celu", -0.0, 2, 2},
    {"celu", -1, nan, nan},
    {"softsign", 1, 2, 0},
    {"softsign", -1, 2, 0},
    {"softsign", nan, 2, nan},
    {"softsign", 0, 2, 2},
    {"softsign", -0.0, nan, nan},
    {"squared_relu", inf, 2, inf},
    {"squared_relu", 0, nan, 0},
    {"squared_relu", nan, 2, nan},
    {"squared_relu", 9, 2, 12},
    {"squared_relu", 9, nan, nan},
    {"bent_identity", inf, 2, 3},
    {"bent_identity", -inf, 2, 1},
    {"bent_identity", nan, 2, nan},
    {"bent_identity", 0, 2, 2},
    {"bent_identity", 0, nan, nan},
    {"squareplus", inf, 2, 2},
    {"squareplus", 0, 2, 0},
    {"squareplus", 1, 4, 2},
    {"squareplus", nan, 2, nan},
    {"squareplus", 1, nan, nan},
    {"arctan", 0, 2, 2},
    {"arctan", -0.0, nan, nan},
    {"arctan", nan, 2, nan},
};

TEST(pointwise_special_values, FollowTheDefinitions) {
  for (support::storage const& type : support::storages) {
    for (row const& r : rows) {
      act_op const op = support::op_named(r.op);
      std::string const where = std::string(r.op) + " " + type.name + " at " + std::to_string(r.x);
      host_array const x = host_array::of(type, std::vector<double>(9, r.x));
      host_array const dy = host_array::of(type, std::vector<double>(9, r.dy));
      host_array const y = support::call(op, direction::forward, nullptr, x);
      host_array const dx = support::call(op, direction::backward, &dy, x);
      double const forward = host_array::of(type, {r.forward})[0];
      for (std::size_t i = 0; i < 9; ++i) {
        expect_same(y[i], forward, where);
        expect_same(dx[i], r.dx, where + ", dx for dy " + std::to_string(r.dy));
      }
    }
  }
}

TEST(pointwise_special_values, FollowTheDefinitionsFromTheOutput) {
  for (support::storage const& type : support::storages) {
    for (output_row const& r : output_rows) {
      host_array const y = host_array::of(type, std::vector<double>(9, r.y));
      host_array const dy = host_array::of(type, std::vector<double>(9, r.dy));
      host_array const dx =
          support::call(support::op_named(r.op), direction::backward_from_output, &dy, y);
      for (std::size_t i = 0; i < 9; ++i) {
        expect_same(dx[i], r.dx,
                    std::string(r.op) + " " + type.name + " from y = " + std::to_string(r.y) +
                        ", dx for dy " + std::to_string(r.dy));
      }
    }
  }
}

// Whether one of the rows is of this activation and for a NaN.
template <class Row, std::size_t count>
bool has_nan(Row const (&all)[count], double Row::*saved, std::string const& op) {
  return std::any_of(std::begin(all), std::end(all),
                     [&](Row const& r) { return op == r.op && std::isnan(r.*saved); });
}

TEST(pointwise_special_values, AreSaidForEveryActivation) {
  for (int i = 0; i < act_op_count(); ++i) {
    std::string const name = act_op_name(i);
    EXPECT_TRUE(has_nan(rows, &row::x, name)) << name << " has no row here for NaN";
    EXPECT_TRUE(act_op_has_backward_from_output(i) == 0 ||
                has_nan(output_rows, &output_row::y, name))
        << name << " has no row of output_rows for NaN";
  }
}

TEST(pointwise_special_values, ASlopeOfZeroIsRelu) {
  act_op op = support::op_named("leaky_relu");
  ASSERT_EQ(act_op_set(&op, "slope", 0.0), ACT_OK);
  auto const& type = support::storages[0];
  host_array const x = host_array::of(type, {-inf, -1, nan, 1});
  host_array const dy = host_array::of(type, {nan, nan, 1, 3});
  host_array const y = support::call(op, direction::forward, nullptr, x);
  host_array const dx = support::call(op, direction::backward, &dy, x);
  host_array const from_y = support::call(op, direction::backward_from_output, &dy, y);
  double const expected_y[] = {0, 0, nan, 1};
  double const expected_dx[] = {0, 0, nan, 3};
  for (std::size_t i = 0; i < 4; ++i) {
    expect_same(y[i], expected_y[i], "y");
    expect_same(dx[i], expected_dx[i], "dx");
    expect_same(from_y[i], expected_dx[i], "dx from y");
  }
}

// The lower one is no zero of the rounded slope and offset: in float64 y there is 2^-55.
TEST(pointwise_special_values, HardSigmoidHasNoGradientAtEitherKnot) {
  for (support::storage const& type : support::storages) {
    host_array const x = host_array::of(type, {-3, 3, 0});
    host_array const dy = host_array::of(type, {nan, nan, 6});
    host_array const dx =
        support::call(support::op_named("hard_sigmoid"), direction::backward, &dy, x);
    expect_same(dx[0], 0, "dx at -3");
    expect_same(dx[1], 0, "dx at 3");
    expect_same(dx[2], 1, "dx at 0");
  }
}

TEST(pointwise_special_values, SiluTakesABetaOfZeroAndBelow) {
  act_op half = support::op_named("silu");
  act_op reversed = half;
  ASSERT_EQ(act_op_set(&half, "beta", 0.0), ACT_OK);
  ASSERT_EQ(act_op_set(&reversed, "beta", -1.0), ACT_OK);
  for (support::storage const& type : support::storages) {
    host_array const x = host_array::of(type, {-inf, -3, -0.0, inf, nan});
    host_array const dy = host_array::of(type, std::vector<double>(5, 2.0));
    host_array const halves = support::call(half, direction::forward, nullptr, x);
    host_array const slopes = support::call(half, direction::backward, &dy, x);
    double const expected_halves[] = {-inf, -1.5, -0.0, inf, nan};
    double const expected_slopes[] = {1, 1, 1, 1, nan};
    for (std::size_t i = 0; i < 5; ++i) {
      expect_same(halves[i], expected_halves[i], type.name + std::string(" y"));
      expect_same(slopes[i], expected_slopes[i], type.name + std::string(" dx"));
    }
    host_array const y = support::call(reversed, direction::forward, nullptr, x);
    host_array const dx = support::call(reversed, direction::backward, &dy, x);
    expect_same(y[0], -inf, type.name);
    expect_same(y[3], 0, type.name);
    expect_same(y[4], nan, type.name);
    expect_same(dx[0], 2, type.name);
    expect_same(dx[3], -0.0, type.name);
    expect_same(dx[4], nan, type.name);
  }
}

// e^178 is beyond float, and half of that exponent is: a subnormal dy brings it back.
TEST(pointwise_special_values, CelusGradientOverflowsNoEarlierThanItsResult) {
  act_op falling = support::op_named("celu");
  ASSERT_EQ(act_op_set(&falling, "alpha", -2.0), ACT_OK);
  int finite = 0;
  for (support::storage const& type : support::storages) {
    host_array const x = host_array::of(type, {-356, -356});
    host_array const dy = host_array::of(type, {0x1p-131, -0x1p-131});
    if (dy[0] == 0) continue;  // float16
    host_array const dx = support::call(falling, direction::backward, &dy, x);
    double const expected = 0x1p-131 * std::exp(178.0);
    EXPECT_NEAR(dx[0], expected, std::ldexp(expected, -9)) << type.name;
    EXPECT_EQ(dx[1], -dx[0]) << type.name;
    ++finite;
  }
  EXPECT_EQ(finite, 3);
}

TEST(pointwise_special_values, HeavisideTakesItsParameters) {
  act_op op = support::op_named("heaviside");
  ASSERT_EQ(act_op_set(&op, "threshold", 0.5), ACT_OK);
  ASSERT_EQ(act_op_set(&op, "a0", -1.0), ACT_OK);
  ASSERT_EQ(act_op_set(&op, "a1", 3.0), ACT_OK);
  for (support::storage const& type : support::storages) {
    host_array const y =
        support::call(op, direction::forward, nullptr, host_array::of(type, {0.25, 0.5, 0.75}));
    EXPECT_EQ(y[0], -1);
    EXPECT_EQ(y[1], 3);
    EXPECT_EQ(y[2], 3);
  }
}

}  // namespace
