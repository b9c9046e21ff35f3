// The trainer's own kernels against the same sums on the host.
#include "kernels.hpp"

#include "device.hpp"
#include "matrix_multiply.hpp"
#include "random.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace digits;

std::vector<float> random_values(int n, random_source& random) {
  std::vector<float> values(n);
  for (float& value : values) value = random.uniform(1.0f);
  return values;
}

/// rows, columns and, if transposed, the other way round in memory.
struct operand {
  operand(int rows, int columns, bool is_transposed, random_source& random, stream const& on)
      : values(random_values(rows * columns, random)),
        on_device(values, on),
        view(is_transposed ? transposed(row_major(on_device.data(), columns, rows))
                           : row_major(on_device.data(), rows, columns)) {}

  double at(int row, int column) const {
    return values[row * view.row_stride + column * view.column_stride];
  }

  std::vector<float> values;
  device_array<float> on_device;
  matrix view;
};

// n fused multiply-adds in float32 err by at most n 2^-24 of the sum of magnitudes, and a little of
// second order.
void expect_product(operand const& a, operand const& b, std::vector<float> const& c) {
  int const n = a.view.columns;
  for (int row = 0; row < a.view.rows; ++row) {
    for (int column = 0; column < b.view.columns; ++column) {
      double sum = 0;
      double magnitude = 0;
      for (int k = 0; k < n; ++k) {
        double const term = a.at(row, k) * b.at(k, column);
        sum += term;
        magnitude += std::abs(term);
      }
      ASSERT_NEAR(c[row * b.view.columns + column], sum, (n + 1) * 0x1p-24 * magnitude)
          << "row " << row << ", column " << column;
    }
  }
}

TEST(digits_multiply, IsRightForEveryTransposition) {
  stream const on;
  random_source random(1, random_source::training);
  struct shape {
    int rows, inner, columns;
  };
  for (shape const s : {shape{1, 1, 1}, {16, 16, 16}, {17, 15, 33}, {60, 64, 128}, {3, 130, 10}}) {
    for (int transposition = 0; transposition < 4; ++transposition) {
      operand const a(s.rows, s.inner, transposition & 1, random, on);
      operand const b(s.inner, s.columns, transposition & 2, random, on);
      device_array<float> c(s.rows * s.columns);
      multiply(a.view, b.view, c.data(), on);
      expect_product(a, b, c.download(on));
    }
  }
}

TEST(digits_multiply, RefusesShapesThatDoNotFit) {
  EXPECT_THROW(multiply(row_major(nullptr, 2, 3), row_major(nullptr, 4, 2), nullptr, nullptr),
               std::invalid_argument);
}

constexpr int rows = 37;
constexpr int columns = 10;

TEST(digits_kernels, AddBiasToEachRow) {
  stream const on;
  random_source random(2, random_source::training);
  auto const bias = random_values(columns, random);
  auto const z = random_values(rows * columns, random);
  device_array<float> bias_on_device(bias, on);
  device_array<float> z_on_device(z, on);
  add_bias(bias_on_device.data(), z_on_device.data(), rows, columns, on);
  auto const result = z_on_device.download(on);
  for (int i = 0; i < rows * columns; ++i) ASSERT_EQ(result[i], z[i] + bias[i % columns]) << i;
}

TEST(digits_kernels, SumRowsInOrder) {
  stream const on;
  random_source random(3, random_source::training);
  auto const dz = random_values(rows * columns, random);
  device_array<float> dz_on_device(dz, on);
  device_array<float> sum(columns);
  sum_rows(dz_on_device.data(), sum.data(), rows, columns, on);
  auto const result = sum.download(on);
  for (int column = 0; column < columns; ++column) {
    float expected = 0.0f;
    for (int row = 0; row < rows; ++row) expected += dz[row * columns + column];
    ASSERT_EQ(result[column], expected) << column;
  }
}

TEST(digits_kernels, LikelihoodGradientIsAtTheLabels) {
  stream const on;
  std::vector<std::int32_t> labels(rows);
  for (int row = 0; row < rows; ++row) labels[row] = row * 7 % columns;
  device_array<std::int32_t> labels_on_device(labels, on);
  device_array<float> dy(rows * columns);
  likelihood_gradient(labels_on_device.data(), dy.data(), rows, columns, on);
  auto const result = dy.download(on);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column)
      ASSERT_EQ(result[row * columns + column], column == labels[row] ? -1.0f / rows : 0.0f);
  }
}

TEST(digits_kernels, MomentumStepMovesVelocityThenParameter) {
  stream const on;
  random_source random(4, random_source::training);
  int const n = 301;
  auto const gradient = random_values(n, random);
  auto const velocity = random_values(n, random);
  auto const parameter = random_values(n, random);
  device_array<float> g(gradient, on);
  device_array<float> v(velocity, on);
  device_array<float> p(parameter, on);
  momentum_step(g.data(), v.data(), p.data(), n, 0.15f, 0.9f, on);
  auto const new_velocity = v.download(on);
  auto const new_parameter = p.download(on);
  for (int i = 0; i < n; ++i) {
    ASSERT_EQ(new_velocity[i], std::fma(0.9f, velocity[i], gradient[i])) << i;
    ASSERT_EQ(new_parameter[i], std::fma(-0.15f, new_velocity[i], parameter[i])) << i;
  }
}

}  // namespace
