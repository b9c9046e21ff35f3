// The public references of softmax and its family against the oracle, in the four types: a few
// double roundings, then one to the type, at any length.
#include "oracle/rowwise.hpp"
#include "support/row_samples.hpp"
#include "support/ulp.hpp"

#include <activations_cuda/reference.hpp>

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

template <class Op, class T>
void judge(std::string const& name, storage const& type, std::int64_t columns) {
  oracle::row_activation const& exact = oracle::find_row(name);
  std::int64_t const rows = columns > 10'000 ? 1 : support::row_kinds;
  std::mt19937_64 random(support::seed());
  matrix const x = support::rows_of_each_kind(type, rows, columns, 0, random);
  host_array const dy = support::row_output_gradients(type, x.values.size(), random);
  host_array y(type, x.values.size());
  host_array dx(type, x.values.size());
  act::reference::forward(Op{}, x.values.as<T>(), y.as<T>(), rows, columns);
  act::reference::backward(Op{}, dy.as<T>(), y.as<T>(), dx.as<T>(), rows, columns);
  for (std::int64_t r = 0; r < rows; ++r) {
    auto const row_y = support::row_of(y, r, columns);
    auto const row_dy = support::row_of(dy, r, columns);
    auto const row_dx = support::row_of(dx, r, columns);
    auto const exact_y = exact.forward(support::row_of(x.values, r, columns));
    auto const exact_dx = exact.backward(row_dy, row_y);
    double sum = 0;
    for (std::size_t i = 0; i < row_y.size(); ++i)
      sum += std::fabs(exact.logarithm ? row_dy[i] : row_dy[i] * row_y[i]);
    for (std::size_t i = 0; i < row_y.size(); ++i) {
      std::string const where =
          name + " " + type.name + ", row " + std::to_string(r) + ", column " + std::to_string(i);
      ASSERT_NO_FATAL_FAILURE(expect_near(type, row_y[i], exact_y[i],
                                          std::fabs(exact_y[i].to_double()), where + ", y"));
      double const share = exact.logarithm ? std::exp(row_y[i]) : std::fabs(row_y[i]);
      double const scale = exact.logarithm ? std::fabs(row_dy[i]) + share * sum
                                           : share * (std::fabs(row_dy[i]) + sum);
      ASSERT_NO_FATAL_FAILURE(expect_near(type, row_dx[i], exact_dx[i], scale, where + ", dx"));
    }
  }
}

TEST(reference_rowwise, AgreesWithTheOracle) {
  int index = 0;  // the type list and the C ABI follow the same table
  act::for_each(act::rowwise_ops{}, [&](auto tag) {
    using op = typename decltype(tag)::type;
    std::string const name = act_softmax_name(index++);
    for (std::int64_t const columns : {1, 2, 33, 1000}) {
      judge<op, float>(name, support::storages[ACT_FLOAT32], columns);
      judge<op, double>(name, support::storages[ACT_FLOAT64], columns);
      judge<op, __half>(name, support::storages[ACT_FLOAT16], columns);
      judge<op, __nv_bfloat16>(name, support::storages[ACT_BFLOAT16], columns);
    }
    judge<op, double>(name, support::storages[ACT_FLOAT64], 100'003);
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
