// Softmax along other axes than the last, any strides, and the statistics: the accuracy contract, and
// what must not change a bit.
#include "support/row_judge.hpp"
#include "support/row_samples.hpp"
#include "support/softmax_call.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <ostream>
#include <random>
#include <string>

namespace {

using support::host_array;
using support::softmax_layout;
using support::storage;

struct subject {
  std::string op;
  act_dtype dtype;
  act_softmax_shape shape;
  double scale;
};
std::string to_string(subject const& s) {
  return s.op + "_" + support::storages[s.dtype].name + "_" + std::to_string(s.shape.outer) + "_" +
         std::to_string(s.shape.columns) + "_" + std::to_string(s.shape.inner) +
         (s.scale == 1  ? ""
          : s.scale < 0 ? "_negative"
                        : "_scaled");
}
void PrintTo(subject const& s, std::ostream* out) { *out << to_string(s); }

class softmax_axes : public testing::TestWithParam<subject> {
 protected:
  softmax_axes() {
    if (act_softmax_set(&op, "scale", GetParam().scale) != ACT_OK)
      throw std::runtime_error(act_last_error());
  }

  act_softmax_shape const shape = GetParam().shape;
  storage const& type = support::storages[GetParam().dtype];
  act_softmax op = support::softmax_named(GetParam().op);
  std::mt19937_64 random{support::seed()};
  double const scale =
      GetParam().dtype == ACT_FLOAT64 ? GetParam().scale : static_cast<float>(GetParam().scale);

  support::sum_of_row sum(bool backward) const {
    bool const is_last = shape.inner == 1;
    return is_last ? support::sum_of(
                         support::row_plan_of(static_cast<int>(type.bytes), shape.columns, backward,
                                              false, support::limits_of_this_device()),
                         static_cast<int>(type.bytes), shape.columns)
                   : support::sum_of(support::column_plan_of(static_cast<int>(type.bytes),
                                                             shape.columns, shape.inner),
                                     shape.columns);
  }
  /// Logits whose exponentials float16 can tell from 0, whatever the scale. Of each three rows one has an
  /// element above all others, and one has two of them, where the outputs can tell the others from 0.
  host_array logits() {
    std::normal_distribution<double> normal(0, 3 / std::fabs(scale));
    host_array x(type, support::elements_of(shape));
    for (std::size_t i = 0; i < x.size(); ++i) x.set(i, normal(random));
    if (GetParam().op != "log_softmax") return x;
    double const above = (type.bytes == 2 ? 24 : 50) / scale;
    for_each_row([&](std::int64_t o, std::int64_t i) {
      for (std::int64_t maxima = (o * shape.inner + i) % 3; maxima > 0; --maxima) {
        auto const column =
            static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(shape.columns));
        x.set(static_cast<std::size_t>((o * shape.columns + column) * shape.inner + i), above);
      }
    });
    return x;
  }
  template <class Body>
  void for_each_row(Body const& body) const {
    for (std::int64_t o = 0; o < shape.outer; ++o) {
      for (std::int64_t i = 0; i < shape.inner; ++i) body(o, i);
    }
  }
};

TEST_P(softmax_axes, StaysWithinTheContractAndItsBits) {
  host_array const x = logits();
  host_array const dy = support::row_output_gradients(type, x.size(), random);
  act_softmax_options const plain = support::plain_options();
  host_array const y = support::forward(op, shape, x, plain);
  host_array const dx = support::backward(op, shape, dy, y, plain);
  support::row_judge forward(GetParam().op, type, scale);
  support::row_judge backward(GetParam().op, type, scale);
  for_each_row([&](std::int64_t o, std::int64_t i) {
    auto const row_y = support::axis_of(y, shape, o, i);
    forward.forward(support::axis_of(x, shape, o, i), row_y, sum(false));
    backward.backward(support::axis_of(dy, shape, o, i), row_y, support::axis_of(dx, shape, o, i),
                      sum(true));
  });
  bool const one = shape.columns == 1;
  forward.verdict(one);
  backward.verdict(one);

  std::size_t const element = type.bytes;
  for (softmax_layout const& layout :
       {softmax_layout{1, 0, 0}, softmax_layout{0, 0, element}, softmax_layout{5, 0, 8},
        softmax_layout{16, 16, 0}, softmax_layout{16, 0, 8}, softmax_layout{3, 1, element},
        softmax_layout{5, 0, 0, true}, softmax_layout{3, 1, element, true}}) {
    // A gap between columns makes another axis of the last one.
    if (layout.column_gap != 0 && shape.inner == 1) continue;
    EXPECT_TRUE(support::forward(op, shape, x, plain, layout) == y);
    EXPECT_TRUE(support::backward(op, shape, dy, y, plain, layout) == dx);
  }
}

// Of the last axis with gaps between its elements: each is a row of the tier for other axes.
TEST_P(softmax_axes, GapsBetweenTheElementsOfARow) {
  if (shape.inner != 1) return;
  host_array const x = logits();
  softmax_layout const layout{2, 1, 0};
  host_array const y = support::forward(op, shape, x, support::plain_options(), layout);
  support::row_judge judge(GetParam().op, type, scale);
  support::sum_of_row const by_columns = support::sum_of(
      support::column_plan_of(static_cast<int>(type.bytes), shape.columns, 1), shape.columns);
  for_each_row([&](std::int64_t o, std::int64_t i) {
    judge.forward(support::axis_of(x, shape, o, i), support::axis_of(y, shape, o, i), by_columns);
  });
  judge.verdict(shape.columns == 1);

  host_array const dy = support::row_output_gradients(type, x.size(), random);
  host_array const dx = support::backward(op, shape, dy, y, support::plain_options(), layout);
  support::row_judge backward(GetParam().op, type, scale);
  for_each_row([&](std::int64_t o, std::int64_t i) {
    backward.backward(support::axis_of(dy, shape, o, i), support::axis_of(y, shape, o, i),
                      support::axis_of(dx, shape, o, i), by_columns);
  });
  backward.verdict(shape.columns == 1);
}

// The maximum is one product, rounded once; the logarithm of the sum has the sum's error and its own.
TEST_P(softmax_axes, StatisticsAreThoseOfTheLogits) {
  host_array const x = logits();
  storage const& wide = support::storages[type.bytes == 8 ? ACT_FLOAT64 : ACT_FLOAT32];
  auto const rows = static_cast<std::size_t>(shape.outer * shape.inner);
  support::device_buffer const maximum(rows * wide.bytes);
  support::device_buffer const log_sum_exp(rows * wide.bytes);
  act_softmax_options options = support::plain_options();
  options.maximum = maximum.get();
  options.log_sum_exp = log_sum_exp.get();
  support::forward(op, shape, x, options);
  host_array const maxima = maximum.download(wide);
  host_array const sums = log_sum_exp.download(wide);
  double const u = std::ldexp(1.0, wide.bytes == 8 ? -52 : -23);
  support::row_bounds const bounds(type, sum(false));
  std::size_t row = 0;
  for_each_row([&](std::int64_t o, std::int64_t i) {
    auto const z = oracle::find_row(GetParam().op).logits(support::axis_of(x, shape, o, i), scale);
    double const top = oracle::maximum(z).to_double();
    double const exact = oracle::log_sum_exp(z).to_double();
    EXPECT_NEAR(maxima[row], top, u / 2 * std::fabs(top)) << "row " << row;
    // 4 + T of the sum; log and the last addition round, and the maximum did.
    EXPECT_NEAR(sums[row], exact,
                u * (4 + bounds.tree + 2 * std::fabs(top) + 2 * std::fabs(exact - top)))
        << "row " << row;
    ++row;
  });
}

std::vector<subject> subjects() {
  std::vector<subject> all;
  // From 13 columns on some have blocks of which all threads have places.
  constexpr act_softmax_shape shapes[] = {
      {3, 1, 1},     {3, 33, 1},    {2, 300, 1}, {2, 700, 1},  {1, 5000, 1}, {2, 1, 5},
      {2, 5, 3},     {3, 100, 7},   {2, 65, 16}, {1, 33, 300}, {1, 700, 9},  {1, 2100, 4},
      {1, 2100, 17}, {1, 2100, 18}, {2, 40, 4},  {1, 13, 301}, {1, 8, 515},  {1, 7, 1040},
      {1, 11, 516},  {1, 20, 258},  {9, 10, 1},  {40, 12, 2}};
  for (int i = 0; i < act_softmax_count(); ++i) {
    for (storage const& type : support::storages) {
      for (act_softmax_shape const& shape : shapes)
        all.push_back({act_softmax_name(i), type.dtype, shape, 1});
      for (double const scale : {0.37, -2.0}) {
        all.push_back({act_softmax_name(i), type.dtype, {2, 100, 1}, scale});
        all.push_back({act_softmax_name(i), type.dtype, {2, 20, 6}, scale});
      }
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(all, softmax_axes, testing::ValuesIn(subjects()),
                         [](auto const& info) { return to_string(info.param); });

}  // namespace
