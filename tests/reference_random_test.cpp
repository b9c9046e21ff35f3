// The public references of the random activations: bit for bit what the oracle gives, rounded once.
#include "oracle/random.hpp"
#include "support/samples.hpp"
#include "support/storage.hpp"

#include <activations_cuda/reference.hpp>

#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <type_traits>
#include <vector>

namespace {

namespace act = activations_cuda;
using support::host_array;

constexpr std::uint64_t seed = 0x0F1E2D3C4B5A6978;
constexpr std::uint64_t offset = 0xFFFFFFFFFFFFFFF0;
constexpr std::int64_t first_element = 5;

template <class T>
void expect_agreement(support::storage const& type) {
  constexpr bool in_double = std::is_same_v<T, double>;
  std::mt19937_64 random(support::seed());
  host_array const x = support::inputs(type, {0}, random);
  host_array const dy = support::output_gradients(type, x.size(), random);
  host_array y(type, x.size());
  host_array dx = y;
  auto const n = static_cast<std::int64_t>(x.size());
  std::uint64_t const apart_seed = seed;
  std::uint64_t const apart_offset = offset - 100;
  for (act::rrelu const& op : {act::rrelu{}, act::rrelu{-0.5, 0.75}, act::rrelu{0, 0}}) {
    act::reference::forward(op, x.as<T>(), y.as<T>(), n, {seed, offset, first_element});
    act::reference::backward(op, dy.as<T>(), x.as<T>(), dx.as<T>(), n,
                             {0, 100, first_element, &apart_seed, &apart_offset});
    for (std::size_t k = 0; k < x.size(); ++k) {
      double const slope =
          oracle::rrelu_slope({op.lower, op.upper}, seed, offset,
                              static_cast<std::uint64_t>(first_element) + k, in_double);
      double const factor = oracle::rrelu_factor(slope, x[k]);
      ASSERT_EQ(y.bits(k), support::encode(type, factor == 0 ? 0 : factor * x[k])) << x[k];
      ASSERT_EQ(dx.bits(k), support::encode(type, factor == 0 ? 0 : factor * dy[k])) << x[k];
    }
  }
}

TEST(reference_random, AgreesWithTheOracle) {
  expect_agreement<float>(support::storages[ACT_FLOAT32]);
  expect_agreement<double>(support::storages[ACT_FLOAT64]);
  expect_agreement<__half>(support::storages[ACT_FLOAT16]);
  expect_agreement<__nv_bfloat16>(support::storages[ACT_BFLOAT16]);
}

template <class Real>
void expect_slopes() {
  std::vector<Real> slopes(1000);
  act::rrelu const op;
  act::reference::slopes(op, slopes.data(), 1000, {seed, offset, first_element});
  for (std::size_t k = 0; k < slopes.size(); ++k) {
    EXPECT_EQ(slopes[k], static_cast<Real>(oracle::rrelu_slope(
                             {op.lower, op.upper}, seed, offset,
                             static_cast<std::uint64_t>(first_element) + k, sizeof(Real) == 8)));
  }
}

TEST(reference_random, GivesTheSlopes) {
  expect_slopes<float>();
  expect_slopes<double>();
}

// Away from the knot y is linear: what the quotient is off by is the rounding of two y of at most 4,
// each half of 2^-50, over 2 h, and that of the slope's product.
TEST(reference_random, TheGradientIsTheQuotientOfDifferences) {
  constexpr double h = 0x1p-20;
  act::random_position const position{seed, offset, first_element};
  std::vector<double> x;
  for (double value = -4; value <= 4; value += 0.03125) {
    if (value != 0) x.push_back(value);
  }
  auto const n = static_cast<std::int64_t>(x.size());
  std::vector<double> const ones(x.size(), 1.0);
  std::vector<double> dx(x.size());
  act::reference::backward(act::rrelu{}, ones.data(), x.data(), dx.data(), n, position);
  auto const shifted = [&](double by) {
    std::vector<double> y = x;
    for (double& value : y) value += by;
    act::reference::forward(act::rrelu{}, y.data(), y.data(), n, position);
    return y;
  };
  std::vector<double> const above = shifted(h);
  std::vector<double> const below = shifted(-h);
  for (std::size_t i = 0; i < x.size(); ++i)
    EXPECT_NEAR((above[i] - below[i]) / (2 * h), dx[i], 0x1p-50 / (2 * h) + 0x1p-52) << x[i];
}

TEST(reference_random, InferenceHasTheMeanSlope) {
  EXPECT_EQ(act::rrelu{}.inference().slope, (1.0 / 8 + 1.0 / 3) / 2);
  EXPECT_NEAR(act::rrelu{}.inference(act::slope_mean::harmonic).slope, 1 / 5.5, 1e-16);
  EXPECT_EQ((act::rrelu{-1, 3}.inference().slope), 1);
  EXPECT_EQ((act::rrelu{0.25, 0.25}.inference(act::slope_mean::harmonic).slope), 0.25);
}

}  // namespace
