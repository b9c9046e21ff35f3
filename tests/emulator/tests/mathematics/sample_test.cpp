// What the measurements promise of their arguments.
#include "sample.hpp"

#include "representation.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <set>
#include <string>

namespace mathematics {
namespace {

template <class T>
class sample_of : public testing::Test {};
using types = testing::Types<float, double>;
TYPED_TEST_SUITE(sample_of, types);

TYPED_TEST(sample_of, OneArgumentHasEachExponentOfBothSigns) {
  std::mt19937_64 random(1);
  for (function const& f : functions()) {
    if (f.arguments != 1) continue;
    std::set<int> positive, negative;
    for (TypeParam const x : sample_for<TypeParam>(f, random).x) {
      if (x != 0 && std::isfinite(x)) (x > 0 ? positive : negative).insert(std::ilogb(x));
    }
    std::size_t const exponents = format<TypeParam>::highest - format<TypeParam>::lowest + 1;
    EXPECT_EQ(positive.size(), exponents) << f.name;
    EXPECT_EQ(negative.size(), exponents) << f.name;
  }
}

// Where results saturate a sample says little: enough of them must not.
TYPED_TEST(sample_of, PowersAreMostlyInRange) {
  std::mt19937_64 random(1);
  for (function const& f : functions()) {
    if (f.where.pairs != pair_kind::powers) continue;
    sample<TypeParam> const s = sample_for<TypeParam>(f, random);
    std::size_t in_range = 0;
    for (std::size_t i = 0; i < s.x.size(); ++i) {
      double const logarithm = static_cast<double>(s.y[i]) * std::log2(std::fabs(s.x[i]));
      if (logarithm > format<TypeParam>::lowest && logarithm < format<TypeParam>::highest)
        ++in_range;
    }
    EXPECT_GT(in_range, s.x.size() / 2) << f.name;
  }
}

TYPED_TEST(sample_of, SinIsTriedWhereItVanishes) {
  std::mt19937_64 random(1);
  for (function const& f : functions()) {
    if (f.name != std::string("sin")) continue;
    std::set<int> exponents;
    for (TypeParam const x : sample_for<TypeParam>(f, random).x) {
      if (std::isfinite(x) && std::fabs(x) > 1 && std::fabs(std::sin(x)) < 1e-4)
        exponents.insert(std::ilogb(x));
    }
    // Next to a multiple of pi sin is at most half the distance of neighbours, 2^(exponent - digits).
    EXPECT_GE(exponents.size(), static_cast<std::size_t>(format<TypeParam>::digits - 14)) << f.name;
  }
}

}  // namespace
}  // namespace mathematics
