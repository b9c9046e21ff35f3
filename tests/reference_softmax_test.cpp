// The public references of softmax along any axis, with strides, masks and statistics, against the
// oracle, which sees a mask as -inf; and rows in which nothing takes part.
#include "oracle/rowwise.hpp"
#include "support/softmax_case.hpp"
#include "support/ulp.hpp"

#include <activations_cuda/activations.h>
#include <activations_cuda/reference.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace {

namespace act = activations_cuda;
using support::host_array;
using support::softmax_case;
using support::storage;
using support::strided_layout;

// As in reference_rowwise_test.cpp: eight roundings in double, then one to the type.
void expect_near(storage const& type, double result, oracle::big const& exact, double scale,
                 std::string const& where) {
  if (exact.is_nan() || exact.is_infinite()) {
    double const e = exact.to_double();
    ASSERT_TRUE(std::isnan(e) ? std::isnan(result) : result == e) << where << ": " << result;
    return;
  }
  double const e = std::fabs(exact.to_double());
  double const allowed = 8 * 0x1p-52 * scale + support::half_ulp(type, e * (1 + 0x1p-40));
  ASSERT_TRUE(support::is_within(allowed, type, result, exact))
      << where << ": " << result << " instead of " << exact.to_double();
}

/// A row that nothing takes part in: y is the same everywhere, and so is dx.
bool is_empty(std::vector<oracle::big> const& logits) {
  for (oracle::big const& z : logits) {
    if (!z.is_infinite()) return false;
  }
  return true;
}

template <class Op, class T>
void judge(std::string const& name, storage const& type, softmax_case const& with,
           act::empty_rows empty, std::mt19937_64& random) {
  oracle::row_activation const& exact = oracle::find_row(name);
  constexpr double scale = 0.75;
  using real = typename act::softmax_options<T>::real;
  storage const& wide = support::storages[sizeof(real) == 8 ? ACT_FLOAT64 : ACT_FLOAT32];
  act::softmax_shape const& shape = with.shape;
  strided_layout const of_x(shape, 0, 3), of_y(shape, 1, 0), of_dy(shape, 2, 1);
  std::normal_distribution<double> normal(0, 3);
  host_array x(type, of_x.size()), y(type, of_y.size()), dy(type, of_dy.size());
  host_array dx(type, of_y.size());
  auto const each = [&](auto const& use) {
    for (std::int64_t o = 0; o < shape.outer; ++o) {
      for (std::int64_t i = 0; i < shape.inner; ++i) use(o, i);
    }
  };
  // What is masked is not looked at.
  each([&](std::int64_t o, std::int64_t i) {
    for (std::int64_t c = 0; c < shape.columns; ++c) {
      bool const hidden = with.added(o, c, i) == -INFINITY && random() % 2 == 0;
      x.set(of_x.at(o, c, i), hidden ? NAN : normal(random));
      dy.set(of_dy.at(o, c, i), hidden ? NAN : normal(random));
    }
  });
  std::size_t const rows = static_cast<std::size_t>(shape.outer * shape.inner);
  host_array maximum(wide, rows), log_sum_exp(wide, rows);
  auto options = with.options<T>(with.additive.as<T>(), with.boolean.data(), with.lengths.data());
  options.empty = empty;
  options.maximum = maximum.as<real>();
  options.log_sum_exp = log_sum_exp.as<real>();
  T const* const first_x = x.as<T>();
  T const* const first_dy = dy.as<T>();
  T const* const first_y = y.as<T>();
  act::reference::forward(Op{scale}, shape, of_x.tensor(first_x), of_y.tensor(y.as<T>()), options);
  act::reference::backward(Op{scale}, shape, of_dy.tensor(first_dy), of_y.tensor(first_y),
                           of_y.tensor(dx.as<T>()), options);

  double const nothing = exact.logarithm ? -INFINITY : 0;
  each([&](std::int64_t o, std::int64_t i) {
    oracle::row row_x, added, row_y, row_dy;
    for (std::int64_t c = 0; c < shape.columns; ++c) {
      added.push_back(with.added(o, c, i));
      row_x.push_back(x[of_x.at(o, c, i)]);
      row_y.push_back(y[of_y.at(o, c, i)]);
      bool const masked = added.back() == -INFINITY;
      row_dy.push_back(masked ? 0 : dy[of_dy.at(o, c, i)]);
    }
    auto const logits = exact.logits(row_x, scale, added);
    std::string const where =
        name + " " + type.name + ", outer " + std::to_string(o) + ", inner " + std::to_string(i) +
        ", masks " + std::to_string(with.masks.additive) + std::to_string(with.masks.boolean) +
        std::to_string(with.masks.causal) + std::to_string(with.masks.lengths);
    auto const row = static_cast<std::size_t>(o * shape.inner + i);
    if (is_empty(logits)) {
      bool const nan = empty == act::empty_rows::nan;
      for (double const value : row_y)
        ASSERT_TRUE(nan ? std::isnan(value) : value == nothing) << where << ": " << value;
      EXPECT_EQ(maximum[row], -INFINITY) << where;
      EXPECT_EQ(log_sum_exp[row], -INFINITY) << where;
      return;
    }
    auto const exact_y = exact.forward(row_x, scale, added);
    auto const exact_dx =
        exact.backward(row_dy, row_y, scale, oracle::row_activation::absent::masked);
    double sum = 0;
    for (std::size_t c = 0; c < row_y.size(); ++c)
      sum += std::fabs(exact.logarithm ? row_dy[c] : row_dy[c] * row_y[c]);
    for (std::size_t c = 0; c < row_y.size(); ++c) {
      std::string const here = where + ", column " + std::to_string(c);
      double const size = std::fabs(exact_y[c].to_double());
      ASSERT_NO_FATAL_FAILURE(expect_near(type, row_y[c], exact_y[c], size, here + ", y"));
      double const share = exact.logarithm ? std::exp(row_y[c]) : row_y[c];
      double const of_dx = exact.logarithm ? std::fabs(row_dy[c]) + share * sum
                                           : share * (std::fabs(row_dy[c]) + sum);
      double const result = dx[of_y.at(o, static_cast<std::int64_t>(c), i)];
      ASSERT_NO_FATAL_FAILURE(expect_near(type, result, exact_dx[c], of_dx, here + ", dx"));
      ASSERT_TRUE(added[c] != -INFINITY || result == 0) << here << ": " << result;
    }
    oracle::big const top = oracle::maximum(logits);
    oracle::big const total = oracle::log_sum_exp(logits);
    double const size = std::fabs(top.to_double());
    ASSERT_NO_FATAL_FAILURE(expect_near(wide, maximum[row], top, size, where + ", maximum"));
    ASSERT_NO_FATAL_FAILURE(expect_near(wide, log_sum_exp[row], total,
                                        size + std::fabs(total.to_double()),
                                        where + ", log_sum_exp"));
  });
}

class reference_softmax : public testing::TestWithParam<int> {};

TEST_P(reference_softmax, AgreesWithTheOracleForEachMask) {
  std::mt19937_64 random(support::seed());
  int index = 0;
  act::for_each(act::rowwise_ops{}, [&](auto tag) {
    using op = typename decltype(tag)::type;
    std::string const name = act_softmax_name(index++);
    for (support::mask_choice const& masks : support::mask_choices()) {
      for (act::empty_rows const empty : {act::empty_rows::nan, act::empty_rows::zeros}) {
        storage const& type = support::storages[GetParam()];
        bool const rows = empty == act::empty_rows::nan;
        softmax_case with(type, rows ? 7 : 5, rows ? 1 : 2, masks, random);
        if (!rows) with.meaning = act::mask_meaning::nonzero_masks;
        switch (GetParam()) {
          case ACT_FLOAT32:
            judge<op, float>(name, type, with, empty, random);
            break;
          case ACT_FLOAT64:
            judge<op, double>(name, type, with, empty, random);
            break;
          case ACT_FLOAT16:
            judge<op, __half>(name, type, with, empty, random);
            break;
          default:
            judge<op, __nv_bfloat16>(name, type, with, empty, random);
        }
        if (HasFatalFailure()) return;
      }
    }
  });
}

INSTANTIATE_TEST_SUITE_P(reference, reference_softmax, testing::Range(0, 4), [](auto const& info) {
  return std::string(support::storages[info.param].name);
});

// What is not finite, with and without a mask, and what backward makes of it.
template <class Op>
void expect_special_rows(Op const& op, double sign, double nothing) {
  double const inf = INFINITY;
  std::uint8_t const keeps[] = {1, 0, 1};
  act::softmax_shape const shape{1, 3};
  act::softmax_options<double> plain;
  act::softmax_options<double> masked;
  masked.mask.boolean = {keeps, {0, 0, 0}, act::mask_meaning::nonzero_keeps};
  double y[3], maximum = 0, log_sum_exp = 0;
  plain.maximum = masked.maximum = &maximum;
  plain.log_sum_exp = masked.log_sum_exp = &log_sum_exp;
  auto const forward = [&](std::vector<double> x, act::softmax_options<double> const& options) {
    for (double& value : x) value *= sign;
    double const* const first = x.data();
    act::reference::forward(op, shape, {first, 3}, act::softmax_tensor<double>{y, 3}, options);
  };
  auto const expect_nan = [&](bool first, bool second, bool third) {
    EXPECT_TRUE(std::isnan(y[0]) == first && std::isnan(y[1]) == second &&
                std::isnan(y[2]) == third)
        << y[0] << ", " << y[1] << ", " << y[2];
  };
  for (act::empty_rows const empty : {act::empty_rows::nan, act::empty_rows::zeros}) {
    bool const nan = empty == act::empty_rows::nan;
    plain.empty = masked.empty = empty;
    for (double const undefined : {inf, double(NAN)}) {
      forward({undefined, 1, -inf}, plain);
      expect_nan(true, true, true);
      EXPECT_TRUE(std::isnan(maximum) && std::isnan(log_sum_exp));
      // What is masked has no share of a NaN.
      forward({undefined, 1, -inf}, masked);
      expect_nan(true, false, true);
      EXPECT_EQ(y[1], nothing);
      forward({-inf, undefined, -inf}, masked);
      expect_nan(nan, nan, nan);
      EXPECT_EQ(maximum, -inf);
      EXPECT_EQ(log_sum_exp, -inf);
    }
    forward({-inf, -inf, -inf}, plain);
    expect_nan(nan, nan, nan);
    EXPECT_TRUE(nan || (y[0] == nothing && y[1] == nothing && y[2] == nothing));
  }
  // Without a mask nothing is absent from backward: a NaN shows.
  double const dy[] = {1, NAN, 1};
  double dx[3];
  double const half = nothing == 0 ? 0.5 : std::log(0.5);
  double const from[] = {half, nothing, half};
  auto const backward = [&](act::softmax_options<double> const& options) {
    act::reference::backward(op, shape, {static_cast<double const*>(dy), 3},
                             {static_cast<double const*>(from), 3},
                             act::softmax_tensor<double>{dx, 3}, options);
  };
  backward(plain);
  EXPECT_TRUE(std::isnan(dx[0]) && std::isnan(dx[1]) && std::isnan(dx[2]));
  backward(masked);
  EXPECT_TRUE(dx[0] == 0 && dx[1] == 0 && dx[2] == 0) << dx[0] << ", " << dx[1] << ", " << dx[2];
}

TEST(reference_softmax, HasItsSpecialRows) {
  expect_special_rows(act::softmax{}, 1, 0);
  expect_special_rows(act::softmax{-1}, -1, 0);
  expect_special_rows(act::softmin{}, -1, 0);
  expect_special_rows(act::log_softmax{}, 1, -INFINITY);
}

// z far beyond the largest double, whose differences are not.
TEST(reference_softmax, DoesNotOverflowOnItsWay) {
  double const x[] = {1e300, std::nextafter(1e300, 2e300), 1e300};
  double y[3];
  act::reference::forward(act::softmax{1e-280}, x, y, 1, 3);
  EXPECT_GT(y[1], 0.99);
  act::reference::forward(act::log_softmax{1e20}, x, y, 1, 3);
  EXPECT_EQ(y[1], 0);
  EXPECT_TRUE(std::isfinite(y[0]) && y[0] < -1e300) << y[0];
}

}  // namespace
