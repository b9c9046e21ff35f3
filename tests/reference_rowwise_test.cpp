// The public references of softmax and its family against the oracle, in the four types: a few
// double roundings, then one to the type, at any length and scale.
#include "oracle/rowwise.hpp"
#include "support/row_samples.hpp"
#include "support/ulp.hpp"

#include <activations_cuda/reference.hpp>

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

namespace act = activations_cuda;
using support::host_array;
using support::matrix;
using support::storage;

// Seven operations and library calls of at most 1 ulp each, in double; exp(y) for y down to -750
// has none to spare for its argument, which is exact.
constexpr double reference_error = 8 * 0x1p-52;

void expect_near(storage const& type, double result, oracle::big const& exact, double scale,
                 std::string const& where) {
  double const e = exact.to_double();
  double const allowed =
      reference_error * scale + support::half_ulp(type, std::fabs(e) * (1 + 0x1p-40));
  ASSERT_TRUE(support::is_within(allowed, type, result, exact))
      << where << ": " << result << " instead of " << e << ", allowed is " << allowed;
}

/// One row's y and dx.
struct row_results {
  std::vector<double> y, dy, dx;
};

void judge_row(oracle::row_activation const& exact, storage const& type,
               std::vector<oracle::big> const& exact_y, std::vector<oracle::big> const& exact_dx,
               double scale, row_results const& row, std::string const& where) {
  double sum = 0;
  for (std::size_t i = 0; i < row.y.size(); ++i)
    sum += std::fabs(exact.logarithm ? row.dy[i] : row.dy[i] * row.y[i]);
  for (std::size_t i = 0; i < row.y.size(); ++i) {
    std::string const here = where + ", column " + std::to_string(i);
    ASSERT_NO_FATAL_FAILURE(
        expect_near(type, row.y[i], exact_y[i], std::fabs(exact_y[i].to_double()), here + ", y"));
    double const share = exact.logarithm ? std::exp(row.y[i]) : std::fabs(row.y[i]);
    double const magnitude =
        exact.logarithm ? std::fabs(row.dy[i]) + share * sum : share * (std::fabs(row.dy[i]) + sum);
    ASSERT_NO_FATAL_FAILURE(
        expect_near(type, row.dx[i], exact_dx[i], std::fabs(scale) * magnitude, here + ", dx"));
  }
}

template <class Op, class T>
void judge(std::string const& name, storage const& type, std::int64_t columns, double scale) {
  oracle::row_activation const& exact = oracle::find_row(name);
  std::int64_t const rows = columns > 10'000 ? 1 : support::row_kinds;
  std::mt19937_64 random(support::seed());
  matrix const x = support::rows_of_each_kind(type, rows, columns, 0, random);
  host_array const dy = support::row_output_gradients(type, x.values.size(), random);
  host_array y(type, x.values.size());
  host_array dx(type, x.values.size());
  act::reference::forward(Op{scale}, x.values.as<T>(), y.as<T>(), rows, columns);
  act::reference::backward(Op{scale}, dy.as<T>(), y.as<T>(), dx.as<T>(), rows, columns);
  double const rounded = type.bytes == 8 ? scale : static_cast<float>(scale);
  for (std::int64_t r = 0; r < rows; ++r) {
    // Whose kind has -inf has none for the other sign.
    auto const row_x = support::row_of(x.values, r, columns);
    bool const has_infinity = std::count(row_x.begin(), row_x.end(), -INFINITY) != 0;
    if (has_infinity && exact.sign * scale < 0) continue;
    row_results const row{support::row_of(y, r, columns), support::row_of(dy, r, columns),
                          support::row_of(dx, r, columns)};
    ASSERT_NO_FATAL_FAILURE(judge_row(exact, type, exact.forward(row_x, rounded),
                                      exact.backward(row.dy, row.y, rounded), rounded, row,
                                      name + " " + type.name + ", scale " + std::to_string(scale) +
                                          ", row " + std::to_string(r)));
  }
}

TEST(reference_rowwise, AgreesWithTheOracle) {
  int index = 0;  // the type list and the C ABI follow the same table
  act::for_each(act::rowwise_ops{}, [&](auto tag) {
    using op = typename decltype(tag)::type;
    std::string const name = act_softmax_name(index++);
    struct {
      std::int64_t columns;
      double scale;
    } const cases[] = {{1, 1}, {2, -0.3}, {33, 1}, {33, 0.3}, {33, -2}, {33, 1e30}, {1000, 1}};
    for (auto const& c : cases) {
      judge<op, float>(name, support::storages[ACT_FLOAT32], c.columns, c.scale);
      judge<op, double>(name, support::storages[ACT_FLOAT64], c.columns, c.scale);
      judge<op, __half>(name, support::storages[ACT_FLOAT16], c.columns, c.scale);
      judge<op, __nv_bfloat16>(name, support::storages[ACT_BFLOAT16], c.columns, c.scale);
    }
    judge<op, double>(name, support::storages[ACT_FLOAT64], 100'003, 1);
  });
}

// The output may be an input.
TEST(reference_rowwise, WorksInPlace) {
  act::for_each(act::rowwise_ops{}, [](auto tag) {
    typename decltype(tag)::type const op;
    double const x[] = {1, 2, 3, -1, 0, 4};
    double const dy[] = {1, -2, 3, 0.5, 2, 1};
    double y[6];
    double dx[6];
    act::reference::forward(op, x, y, 2, 3);
    act::reference::backward(op, dy, y, dx, 2, 3);
    double place[] = {1, 2, 3, -1, 0, 4};
    act::reference::forward(op, place, place, 2, 3);
    EXPECT_TRUE(std::equal(y, y + 6, place));
    act::reference::backward(op, dy, place, place, 2, 3);
    EXPECT_TRUE(std::equal(dx, dx + 6, place));
    double over_dy[] = {1, -2, 3, 0.5, 2, 1};
    act::reference::backward(op, over_dy, y, over_dy, 2, 3);
    EXPECT_TRUE(std::equal(dx, dx + 6, over_dy));
  });
}

TEST(reference_rowwise, HasNothingToDoForNoElements) {
  double* const none = nullptr;
  act::for_each(act::rowwise_ops{}, [&](auto tag) {
    typename decltype(tag)::type const op;
    act::reference::forward(op, none, none, 0, std::int64_t{1} << 60);
    act::reference::forward(op, none, none, std::int64_t{1} << 60, 0);
    act::reference::backward(op, none, none, none, 0, 5);
    act::reference::backward(op, none, none, none, 5, 0);
  });
}

}  // namespace
