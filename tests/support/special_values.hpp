// Equality of special values.
#pragma once

#include <cmath>
#include <gtest/gtest.h>
#include <string>

namespace support {

/// -0 is told from 0, and NaN is NaN.
inline void expect_same(double actual, double expected, std::string const& what) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(actual)) << what << " is " << actual;
  } else {
    EXPECT_EQ(actual, expected) << what;
    EXPECT_EQ(std::signbit(actual), std::signbit(expected)) << what;
  }
}

}  // namespace support
