// Inputs for accuracy tests, and the bounds that they are held to.
#pragma once

#include "support/storage.hpp"
#include "support/ulp.hpp"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

namespace support {

/// ACTIVATIONS_CUDA_TEST_SEED, or else a fresh one; printed, so that a failure can be had again.
inline std::uint64_t seed() {
  static std::uint64_t const value = [] {
    char const* const given = std::getenv("ACTIVATIONS_CUDA_TEST_SEED");
    std::uint64_t const chosen =
        given != nullptr ? std::strtoull(given, nullptr, 0) : std::random_device{}();
    std::printf("ACTIVATIONS_CUDA_TEST_SEED=%llu\n", static_cast<unsigned long long>(chosen));
    return chosen;
  }();
  return value;
}

/// All finite values of a 16-bit type; else a sample with every exponent equally likely, and the
/// neighbours of each knot.
inline host_array inputs(storage const& type, std::vector<double> const& knots,
                         std::mt19937_64& random) {
  std::vector<std::uint64_t> bits;
  auto const keep = [&](std::uint64_t candidate) {
    if (std::isfinite(decode(type, candidate))) bits.push_back(candidate);
  };
  if (type.bytes == 2) {
    for (std::uint64_t b = 0; b < 65536; ++b) keep(b);
  } else {
    std::size_t const count = type.bytes == 4 ? std::size_t{1} << 16 : std::size_t{1} << 14;
    std::uint64_t const all = type.bytes == 4 ? 0xFFFFFFFF : ~std::uint64_t{0};
    while (bits.size() < count / 2) keep(random() & all);
    // The range in which functions that saturate still move.
    std::uniform_real_distribution<double> logarithm(-12.0, 8.0);
    while (bits.size() < count) {
      double const magnitude = std::exp2(logarithm(random));
      keep(encode(type, random() % 2 == 0 ? magnitude : -magnitude));
    }
    for (double const knot : knots) {
      std::uint64_t const at = encode(type, knot);
      for (std::uint64_t step = 0; step < 64; ++step) {
        keep((at + step) & all);
        keep((at - step) & all);
      }
    }
  }
  host_array result(type, bits.size());
  for (std::size_t i = 0; i < bits.size(); ++i) result.set_bits(i, bits[i]);
  return result;
}

/// dy of mixed sign and exponent, 1 for every other element.
inline host_array output_gradients(storage const& type, std::size_t n, std::mt19937_64& random) {
  int const top = type.dtype == ACT_FLOAT64 ? 1020 : type.dtype == ACT_FLOAT16 ? 14 : 126;
  std::uniform_real_distribution<double> exponent(-top, top);
  host_array result(type, n);
  for (std::size_t i = 0; i < n; ++i) {
    double const magnitude = std::exp2(exponent(random));
    result.set(i, i % 2 == 0 ? 1.0 : (random() % 2 == 0 ? magnitude : -magnitude));
  }
  return result;
}

/// docs/definitions.md: for 16 bits half an ulp of rounding and a tenth for the evaluation;
/// else 4 ulp. Below the normal range one subnormal step, and bfloat16 may be flushed to zero. Just
/// below it, where a step is still an ulp of the smallest normal number, the relative error that 4
/// ulp stand for goes on until it is less than a step, at a quarter of that number: dx there is dy,
/// itself exact, times a factor with its own few ulp.
inline double allowed_ulps(storage const& type) { return type.bytes == 2 ? 0.6 : 4.0; }

template <class Number>
bool within_contract(storage const& type, double result, error const& e,
                     expected<Number> const& exact) {
  if (!e.subnormal) return e.ulps <= allowed_ulps(type);
  if (type.dtype == ACT_BFLOAT16 && result == 0) return true;
  double const fraction = std::fabs(scaled_to_double(exact.value, -type.smallest_exponent));
  return e.ulps <= std::fmax(1.0, type.bytes == 2 ? 0.0 : 4.0 * fraction);
}

}  // namespace support
