// The slopes between 0 and 1, which are the random numbers u themselves, look even and independent.
//
// Seeds are fixed, so that the outcome is too. And the bounds are such that of all checks together
// independent even numbers would fail one with a probability below 1e-9: there are fewer than 500,
// each failing below 2e-13. Sums of n terms are held to 7.5 standard deviations, for normal tails
// 7e-14. A chi-square X of d degrees is held to Laurent and Massart's (2000)
// P(X > d + 2 sqrt(d t) + 2 t) < e^-t and P(X < d - 2 sqrt(d t)) < e^-t with t = 30, 2e-13 together.
#include "support/random_call.hpp"

#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

using support::host_array;
using support::storage;

std::vector<double> numbers(storage const& type, std::size_t n,
                            act_random_position const& position) {
  host_array const slopes = support::slopes(support::rrelu_between(0, 1), type, n, position);
  std::vector<double> u(slopes.size());
  for (std::size_t i = 0; i < u.size(); ++i) u[i] = slopes[i];
  return u;
}

/// The sum of n independent or uncorrelated terms of that mean and variance.
void expect_sum(double sum, double n, double mean, double variance, std::string const& what) {
  EXPECT_LE(std::fabs(sum - n * mean), 7.5 * std::sqrt(n * variance)) << what << " is " << sum / n;
}

void expect_even(std::vector<double> const& counts, std::string const& what) {
  double total = 0;
  for (double const count : counts) total += count;
  double const expected = total / static_cast<double>(counts.size());
  ASSERT_GE(expected, 1000) << "too few for a chi-square";
  double chi_square = 0;
  for (double const count : counts)
    chi_square += (count - expected) * (count - expected) / expected;
  double const degrees = static_cast<double>(counts.size()) - 1;
  constexpr double t = 30;
  EXPECT_LE(chi_square, degrees + 2 * std::sqrt(degrees * t) + 2 * t) << what;
  EXPECT_GE(chi_square, degrees - 2 * std::sqrt(degrees * t)) << what;
}

std::size_t digits(double u, double scale, std::size_t count) {
  return static_cast<std::size_t>(static_cast<std::uint64_t>(u * scale) % count);
}

// u is even on the multiples of 2^-bits in [0, 1); the discreteness does not show at this n.
void expect_uniform(std::vector<double> const& u, int bits) {
  auto const n = static_cast<double>(u.size());
  double sum = 0;
  double squares = 0;
  std::vector<double> high(256);
  std::vector<double> low(256);
  std::vector<double> ones(static_cast<std::size_t>(bits));
  for (double const value : u) {
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    sum += value;
    squares += (value - 0.5) * (value - 0.5);
    high[digits(value, 256, 256)] += 1;
    low[digits(value, std::ldexp(1, bits), 256)] += 1;
    for (int b = 1; b <= bits; ++b)
      ones[static_cast<std::size_t>(b - 1)] +=
          static_cast<double>(digits(value, std::ldexp(1, b), 2));
  }
  expect_sum(sum, n, 0.5, 1.0 / 12, "the mean");
  expect_sum(squares, n, 1.0 / 12, 1.0 / 180, "the variance");
  expect_even(high, "the highest 8 bits");
  expect_even(low, "the lowest 8 bits");
  for (std::size_t b = 0; b < ones.size(); ++b)
    expect_sum(ones[b], n, 0.5, 0.25, "bit " + std::to_string(b));
}

// Products of centred numbers are uncorrelated, each of variance 1/144.
void expect_uncorrelated(std::vector<double> const& u, std::vector<double> const& v,
                         std::size_t lag, std::string const& what) {
  double sum = 0;
  for (std::size_t i = 0; i + lag < v.size(); ++i) sum += (u[i] - 0.5) * (v[i + lag] - 0.5);
  expect_sum(sum, static_cast<double>(v.size() - lag), 0, 1.0 / 144, what);
}

void expect_independent_neighbours(std::vector<double> const& u) {
  for (std::size_t lag = 1; lag <= 16; ++lag)
    expect_uncorrelated(u, u, lag, "the correlation at lag " + std::to_string(lag));
  for (std::size_t const lag : {1, 2, 4}) {
    std::vector<double> pairs(256);
    for (std::size_t i = 0; i + lag < u.size(); i += 2 * lag) {
      for (std::size_t j = i; j < i + lag && j + lag < u.size(); ++j)
        pairs[digits(u[j], 16, 16) * 16 + digits(u[j + lag], 16, 16)] += 1;
    }
    expect_even(pairs, "pairs at distance " + std::to_string(lag));
  }
}

class random_distribution : public testing::TestWithParam<storage> {
 protected:
  static constexpr std::size_t n = 1 << 19;
  int const bits = GetParam().dtype == ACT_FLOAT64 ? 53 : 24;
};

TEST_P(random_distribution, IsEvenAndIndependentOfNeighbours) {
  for (std::uint64_t const seed : {0ULL, 1ULL, 0x123456789ABCDEFULL}) {
    auto const u = numbers(GetParam(), n, support::position_at(seed, 0));
    expect_uniform(u, bits);
    expect_independent_neighbours(u);
  }
}

// Neighbouring seeds, a high bit of the seed, offsets one sequence apart, and far ones.
TEST_P(random_distribution, SequencesAreIndependentOfEachOther) {
  auto const u = numbers(GetParam(), n, support::position_at(1, 0));
  act_random_position const others[] = {support::position_at(0, 0),
                                        support::position_at(2, 0),
                                        support::position_at((1ULL << 63) + 1, 0),
                                        support::position_at(1, n),
                                        support::position_at(1, 1ULL << 32),
                                        support::position_at(1, 1ULL << 63)};
  for (act_random_position const& other : others) {
    auto const v = numbers(GetParam(), n, other);
    for (std::size_t const lag : {0, 1}) {
      expect_uncorrelated(u, v, lag,
                          "the correlation with seed " + std::to_string(other.seed) +
                              " and offset " + std::to_string(other.offset));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(random, random_distribution,
                         testing::Values(support::storages[ACT_FLOAT32],
                                         support::storages[ACT_FLOAT64]),
                         [](auto const& info) { return std::string(info.param.name); });

}  // namespace
