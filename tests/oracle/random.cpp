#include "oracle/random.hpp"

#include <cmath>
#include <vector_types.h>

#define QUALIFIERS static inline
#include <curand_philox4x32_x.h>

namespace oracle {

philox_words curand_philox(std::uint64_t key, std::uint64_t counter, std::uint64_t counter_high) {
  auto const low = [](std::uint64_t value) { return static_cast<unsigned>(value & 0xFFFFFFFF); };
  auto const high = [](std::uint64_t value) { return static_cast<unsigned>(value >> 32); };
  uint4 const words = curand_Philox4x32_10(
      uint4{low(counter), high(counter), low(counter_high), high(counter_high)},
      uint2{low(key), high(key)});
  return {{words.x, words.y, words.z, words.w}};
}

// In the type itself: fma rounds the exact sum once.
double rrelu_slope(slope_bounds bounds, std::uint64_t seed, std::uint64_t offset, std::uint64_t i,
                   bool in_double) {
  if (in_double) {
    auto const block = curand_philox(seed, offset + (i >> 1), 0);
    std::uint64_t const high = block.words[(i & 1) * 2];
    std::uint64_t const low = block.words[(i & 1) * 2 + 1];
    auto const numerator = static_cast<double>(high << 21 | low >> 11);
    return std::fma(numerator, bounds.upper * 0x1p-53 - bounds.lower * 0x1p-53, bounds.lower);
  }
  auto const numerator =
      static_cast<float>(curand_philox(seed, offset + (i >> 2), 0).words[i & 3] >> 8);
  auto const lower = static_cast<float>(bounds.lower);
  auto const upper = static_cast<float>(bounds.upper);
  auto const step = static_cast<float>(static_cast<double>(upper) * 0x1p-24 -
                                       static_cast<double>(lower) * 0x1p-24);
  return static_cast<double>(std::fma(numerator, step, lower));
}

double rrelu_factor(double slope, double x) { return x > 0 ? 1 : slope; }

}  // namespace oracle
