// Zeros, infinities, NaN and what lies outside the domain: bit for bit what the C standard (C23, F.10) and, where it has no such
// function or CUDA says more, the CUDA Math API documents.
#include "functions.hpp"
#include "kernels.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <string>
#include <type_traits>

namespace mathematics {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double half_pi = 1.57079632679489662;

struct special_value {
  double x;
  double expected;
};
struct special_pair {
  double x;
  double y;
  double expected;
};

std::map<std::string, std::vector<special_value>> const of_one{
    {"exp", {{0.0, 1}, {-0.0, 1}, {-infinity, 0.0}, {infinity, infinity}, {nan, nan}}},
    {"expm1", {{0.0, 0.0}, {-0.0, -0.0}, {-infinity, -1}, {infinity, infinity}, {nan, nan}}},
    {"log",
     {{0.0, -infinity},
      {-0.0, -infinity},
      {1, 0.0},
      {-1, nan},
      {-1e-40, nan},
      {-infinity, nan},
      {infinity, infinity},
      {nan, nan}}},
    {"log1p",
     {{0.0, 0.0},
      {-0.0, -0.0},
      {-1, -infinity},
      {-1.5, nan},
      {-infinity, nan},
      {infinity, infinity},
      {nan, nan}}},
    {"tanh", {{0.0, 0.0}, {-0.0, -0.0}, {infinity, 1}, {-infinity, -1}, {nan, nan}}},
    {"sinh", {{0.0, 0.0}, {-0.0, -0.0}, {infinity, infinity}, {-infinity, -infinity}, {nan, nan}}},
    {"erf", {{0.0, 0.0}, {-0.0, -0.0}, {infinity, 1}, {-infinity, -1}, {nan, nan}}},
    {"erfc", {{0.0, 1}, {-0.0, 1}, {-infinity, 2}, {infinity, 0.0}, {nan, nan}}},
    {"normcdf", {{0.0, 0.5}, {-0.0, 0.5}, {infinity, 1}, {-infinity, 0.0}, {nan, nan}}},
    {"sqrt",
     {{0.0, 0.0},
      {-0.0, -0.0},
      {-1, nan},
      {-1e-40, nan},
      {-infinity, nan},
      {infinity, infinity},
      {nan, nan}}},
    {"rsqrt",
     {{0.0, infinity},
      {-0.0, -infinity},
      {-1, nan},
      {-infinity, nan},
      {infinity, 0.0},
      {nan, nan}}},
    {"cbrt", {{0.0, 0.0}, {-0.0, -0.0}, {infinity, infinity}, {-infinity, -infinity}, {nan, nan}}},
    {"sin", {{0.0, 0.0}, {-0.0, -0.0}, {infinity, nan}, {-infinity, nan}, {nan, nan}}},
    {"cos", {{0.0, 1}, {-0.0, 1}, {infinity, nan}, {-infinity, nan}, {nan, nan}}},
    {"atan", {{0.0, 0.0}, {-0.0, -0.0}, {infinity, half_pi}, {-infinity, -half_pi}, {nan, nan}}},
};

std::map<std::string, std::vector<special_pair>> const of_two{
    {"pow",
     {{0.0, -3, infinity},
      {-0.0, -3, -infinity},
      {0.0, -2, infinity},
      {-0.0, -2, infinity},
      {0.0, -1.5, infinity},
      {-0.0, -1.5, infinity},
      {0.0, -infinity, infinity},
      {-0.0, -infinity, infinity},
      {0.0, 3, 0.0},
      {-0.0, 3, -0.0},
      {0.0, 2, 0.0},
      {-0.0, 2, 0.0},
      {-0.0, 1.5, 0.0},
      {-1, infinity, 1},
      {-1, -infinity, 1},
      {1, nan, 1},
      {1, infinity, 1},
      {nan, 0.0, 1},
      {nan, -0.0, 1},
      {infinity, 0.0, 1},
      {0.0, 0.0, 1},
      {-8, 0.5, nan},
      {-8, -1.5, nan},
      {0.5, -infinity, infinity},
      {-0.5, -infinity, infinity},
      {2, -infinity, 0.0},
      {-2, -infinity, 0.0},
      {0.5, infinity, 0.0},
      {-0.5, infinity, 0.0},
      {2, infinity, infinity},
      {-2, infinity, infinity},
      {-infinity, -3, -0.0},
      {-infinity, -2, 0.0},
      {-infinity, -1.5, 0.0},
      {-infinity, 3, -infinity},
      {-infinity, 2, infinity},
      {-infinity, 1.5, infinity},
      {infinity, -1.5, 0.0},
      {infinity, 1.5, infinity},
      {nan, 1, nan},
      {2, nan, nan},
      {-2, 3, -8},
      {-2, -3, -0.125}}},
    {"hypot",
     {{infinity, nan, infinity},
      {nan, -infinity, infinity},
      {-infinity, 1, infinity},
      {1, infinity, infinity},
      {-0.0, -0.0, 0.0},
      {-3, 0.0, 3},
      {-0.0, -4, 4},
      {3, -4, 5},
      {nan, 1, nan},
      {0.0, nan, nan}}},
    {"fmod",
     {{0.0, 3, 0.0},
      {-0.0, 3, -0.0},
      {1, 0.0, nan},
      {1, -0.0, nan},
      {infinity, 3, nan},
      {-infinity, 3, nan},
      {2, infinity, 2},
      {-2, -infinity, -2},
      {infinity, infinity, nan},
      {6, 3, 0.0},
      {-6, 3, -0.0},
      {7, -3, 1},
      {-7, 3, -1},
      {nan, 1, nan},
      {1, nan, nan}}},
};

template <class T>
bool is_same(T a, T b) {
  using bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<bits>(a) == std::bit_cast<bits>(b);
}

std::vector<special_pair> special_values_of(function const& f) {
  if (f.arguments == 2) return of_two.at(f.name);
  std::vector<special_pair> result;
  for (auto const& [x, expected] : of_one.at(f.name)) result.push_back({x, 0, expected});
  return result;
}

template <class T>
void expect_special_values(function const& f) {
  std::vector<T> x, y;
  std::vector<special_pair> const table = special_values_of(f);
  for (special_pair const& row : table) {
    x.push_back(static_cast<T>(row.x));
    y.push_back(static_cast<T>(row.y));
  }
  std::vector<T> const results = on_device(f.row, x, y);
  for (std::size_t i = 0; i < table.size(); ++i) {
    EXPECT_TRUE(is_same(results[i], static_cast<T>(table[i].expected)))
        << f.name << '(' << x[i] << (f.arguments == 2 ? ", " + std::to_string(y[i]) : "") << ") in "
        << (sizeof(T) == 4 ? "float" : "double") << " is " << results[i] << ", not "
        << table[i].expected;
  }
}

class special_values : public testing::TestWithParam<function> {};
TEST_P(special_values, float_) { expect_special_values<float>(GetParam()); }
TEST_P(special_values, double_) { expect_special_values<double>(GetParam()); }

INSTANTIATE_TEST_SUITE_P(mathematics, special_values, testing::ValuesIn(functions()),
                         [](auto const& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace mathematics
