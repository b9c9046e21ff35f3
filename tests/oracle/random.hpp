// The random activations' oracle, with cuRAND's Philox for the random words.
#pragma once

#include <cstdint>

namespace oracle {

struct philox_words {
  std::uint32_t words[4];
};

/// cuRAND's Philox4x32-10.
philox_words curand_philox(std::uint64_t key, std::uint64_t counter, std::uint64_t counter_high);

/// The bounds of the slopes, as given; what they are rounded to is the oracle's to know.
struct slope_bounds {
  double lower, upper;
};

/// The slope of rrelu that element i of a sequence has: for elements computed in float or in double.
double rrelu_slope(slope_bounds bounds, std::uint64_t seed, std::uint64_t offset, std::uint64_t i,
                   bool in_double);

/// The factor that y has of x, and dx of dy, with that slope.
double rrelu_factor(double slope, double x);

}  // namespace oracle
