// The judge of the measurements: ulps, kinds of results, and expectations that are known from elsewhere.
#include "oracle.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>

namespace mathematics {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr float largest = std::numeric_limits<float>::max();

TEST(oracle, AnUlpIsTheDistanceInTheBinade) {
  EXPECT_EQ(ulp(1.0F), 0x1p-23F);
  EXPECT_EQ(ulp(-2.0F), 0x1p-22F);
  EXPECT_EQ(ulp(std::nextafter(1.0F, 0.0F)), 0x1p-24F);
  EXPECT_EQ(ulp(0x1p-126F), 0x1p-149F);
  EXPECT_EQ(ulp(0x1p-140F), 0x1p-149F);
  EXPECT_EQ(ulp(0.0F), 0x1p-149F);
  EXPECT_EQ(ulp(infinity), 0x1p104F);
  EXPECT_EQ(ulp(1.0), 0x1p-52);
  EXPECT_EQ(ulp(0.0), 0x1p-1074);
}

TEST(oracle, MeasuresFromTheRoundedAndFromTheExactResult) {
  errors const above = errors_of(1.0F + 0x1p-22F, {1.0F, 0.25});
  EXPECT_EQ(above.from_rounded, 2);
  EXPECT_EQ(above.from_exact, 1.75);
  EXPECT_EQ(errors_of(-0x1p-149F, {0.0F, 0.0}).from_rounded, 1);
  EXPECT_EQ(errors_of(infinity, {largest, 0.0}).from_rounded, 1);
  EXPECT_EQ(errors_of(largest, {infinity, 0.0}).from_rounded, 1);
  EXPECT_EQ(errors_of(nan, {nan, 0.0}).from_rounded, 0);
}

TEST(oracle, AResultOfAnotherKindIsInfinitelyWrong) {
  for (auto const& [result, expected] : {std::pair{nan, 1.0F}, std::pair{1.0F, nan},
                                         std::pair{-0.0F, 0.0F}, std::pair{0.0F, -0.0F}}) {
    EXPECT_TRUE(std::isinf(errors_of(result, {expected, 0.0}).from_rounded)) << result;
  }
}

TEST(oracle, KnowsPublishedValues) {
  struct {
    char const* name;
    double x, y, expected;
  } const rows[] = {
      {"exp", 1, 0, 2.718281828459045235},
      {"log", 10, 0, 2.302585092994045684},
      {"erf", 1, 0, 0.842700792949714869},
      {"erfc", 2, 0, 0.00467773498104726584},
      {"normcdf", -1, 0, 0.158655253931457051},
      {"normcdf", -2, 0, 0.0227501319481792072},
      {"sin", 3.141592653589793, 0, 1.2246467991473532e-16},
      {"cbrt", 2, 0, 1.259921049894873165},
      {"rsqrt", 2, 0, 0.707106781186547524},
      {"fmod", 0x1p1000, 3, 1},
      {"pow", 2, -0.5, 0.707106781186547524},
      {"hypot", 3e300, 4e300, 5e300},
  };
  for (auto const& row : rows) {
    for (function const& f : functions()) {
      if (f.name != std::string(row.name)) continue;
      EXPECT_EQ(expectations<double>(f, {row.x}, {row.y})[0].rounded, row.expected) << row.name;
    }
  }
}

}  // namespace
}  // namespace mathematics
