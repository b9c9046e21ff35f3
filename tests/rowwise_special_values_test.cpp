// NaN, infinities and masks in rows, in every type and in rows of every shape:
// docs/definitions.md.
#include "oracle/rowwise.hpp"
#include "support/rowwise_call.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <tuple>
#include <vector>

namespace {

using support::host_array;
using support::matrix;
using support::storage;

constexpr double inf = INFINITY;

// Lengths of each tier: lanes, warp, block, shared memory and read again.
class rowwise_special_values : public testing::TestWithParam<std::tuple<int, int, std::int64_t>> {
 protected:
  static std::string name() { return act_softmax_name(std::get<0>(GetParam())); }
  static bool logarithm() { return oracle::find_row(name()).logarithm; }
  // x of a logit that is infinite.
  static double low() { return oracle::find_row(name()).sign < 0 ? inf : -inf; }
  static double high() { return -low(); }
  static storage const& type() { return support::storages[std::get<1>(GetParam())]; }
  static std::size_t columns() { return static_cast<std::size_t>(std::get<2>(GetParam())); }

  using row = std::vector<double>;
  static row plain() {
    row x;
    for (std::size_t i = 0; i < columns(); ++i) x.push_back(static_cast<double>(i % 5));
    return x;
  }
  static row with(row x, std::size_t at, double value) {
    x[at] = value;
    return x;
  }
  static matrix as_matrix(std::vector<row> const& rows) {
    row all;
    for (row const& r : rows) all.insert(all.end(), r.begin(), r.end());
    return {host_array::of(type(), all), static_cast<std::int64_t>(rows.size()),
            static_cast<std::int64_t>(columns())};
  }
  static host_array forward(std::vector<row> const& rows) {
    return support::call(support::softmax_named(name()), nullptr, as_matrix(rows));
  }
  static host_array backward(std::vector<row> const& dy, std::vector<row> const& y) {
    host_array const gradients = as_matrix(dy).values;
    return support::call(support::softmax_named(name()), &gradients, as_matrix(y));
  }
  static void expect_nan(host_array const& all, std::size_t row) {
    for (std::size_t c = 0; c < columns(); ++c)
      ASSERT_TRUE(std::isnan(all[row * columns() + c])) << "row " << row << ", column " << c;
  }
  static void expect_finite(host_array const& all, std::size_t row) {
    for (std::size_t c = 0; c < columns(); ++c)
      ASSERT_TRUE(std::isfinite(all[row * columns() + c])) << "row " << row << ", column " << c;
  }
};

TEST_P(rowwise_special_values, NaNAndInfinityTakeTheirRowAndNoOther) {
  std::size_t const last = columns() - 1;
  std::vector<row> const undefined{with(plain(), 0, NAN),
                                   with(plain(), last / 2, NAN),
                                   with(plain(), last, NAN),
                                   with(plain(), last, high()),
                                   row(columns(), low()),
                                   row(columns(), NAN),
                                   with(row(columns(), low()), last, NAN)};
  std::vector<row> rows;
  for (row const& r : undefined) {
    rows.push_back(plain());
    rows.push_back(r);
  }
  host_array const y = forward(rows);
  for (std::size_t i = 0; i < undefined.size(); ++i) {
    expect_finite(y, 2 * i);
    expect_nan(y, 2 * i + 1);
  }
}

TEST_P(rowwise_special_values, MaskedColumnsHaveNoShare) {
  row masked = plain();
  for (std::size_t i = 0; i < columns(); i += 2) masked[i] = low();
  row only(columns(), low());
  only[columns() - 1] = -3;
  row late = plain();
  std::fill_n(late.begin(), columns() / 2, low());
  host_array const y = forward({masked, only, late});
  double const nothing = logarithm() ? -inf : 0;
  for (std::size_t i = 0; i < columns(); ++i) {
    ASSERT_TRUE(i % 2 == 0 ? y[i] == nothing : std::isfinite(y[i])) << y[i] << " at " << i;
    ASSERT_EQ(y[columns() + i], i == columns() - 1 ? (logarithm() ? 0 : 1) : nothing) << i;
    double const last = y[2 * columns() + i];
    ASSERT_TRUE(i < columns() / 2 ? last == nothing : std::isfinite(last)) << last << " at " << i;
  }
}

// Differences alone matter: adding an integer to integers is exact, so every bit stays.
TEST_P(rowwise_special_values, AnOffsetChangesNothing) {
  row moved = plain();
  for (double& value : moved) value -= 120;
  host_array const y = forward({plain(), moved});
  for (std::size_t i = 0; i < columns(); ++i) ASSERT_EQ(y.bits(i), y.bits(columns() + i)) << i;
}

TEST_P(rowwise_special_values, BackwardPassesNaNOnAndKeepsMasks) {
  double const nothing = logarithm() ? -inf : 0;
  row y(columns(), logarithm() ? -1 : 0.25);
  row const masked = with(y, 0, nothing);
  row const ones(columns(), 1.0);
  host_array const dx = backward({ones, with(ones, columns() - 1, NAN), ones},
                                 {masked, y, with(y, columns() - 1, NAN)});
  expect_finite(dx, 0);
  EXPECT_EQ(dx[0], logarithm() ? 1 : 0);
  expect_nan(dx, 1);
  // log_softmax sums dy alone: a NaN in y stays in its column.
  if (logarithm()) {
    EXPECT_TRUE(std::isnan(dx[3 * columns() - 1]));
  } else {
    expect_nan(dx, 2);
  }
}

INSTANTIATE_TEST_SUITE_P(rowwise, rowwise_special_values,
                         testing::Combine(testing::Range(0, act_softmax_count()),
                                          testing::Range(0, 4),
                                          testing::Values(2, 7, 500, 1000, 10'001, 33'000, 90'001)),
                         [](auto const& info) {
                           return std::string(act_softmax_name(std::get<0>(info.param))) + "_" +
                                  support::storages[std::get<1>(info.param)].name + "_" +
                                  std::to_string(std::get<2>(info.param)) + "_columns";
                         });

}  // namespace
