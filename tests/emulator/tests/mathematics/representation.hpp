// Floating-point numbers as what they are made of.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <type_traits>

namespace mathematics {

template <class T>
struct format {
  using limits = std::numeric_limits<T>;
  static constexpr int digits = limits::digits;
  static constexpr int highest = limits::max_exponent - 1;
  static constexpr int lowest_normal = limits::min_exponent - 1;
  static constexpr int lowest = lowest_normal - (digits - 1);  // of the subnormal numbers
};

/// 2^exponent times something in [1, 2), as far as the format has bits for it.
template <class T>
T with_exponent(int exponent, std::mt19937_64& random) {
  int const digits = std::min(format<T>::digits, exponent - format<T>::lowest + 1);
  std::uint64_t const leading = std::uint64_t{1} << (digits - 1);
  std::uint64_t const significand = leading | (random() & (leading - 1));
  return std::ldexp(static_cast<T>(significand), exponent - (digits - 1));
}

/// So many representable numbers up or down; infinity is where it ends.
template <class T>
T moved_by(T value, std::int64_t steps) {
  using bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  constexpr bits sign = bits{1} << (8 * sizeof(T) - 1);
  auto const infinity =
      static_cast<std::int64_t>(std::bit_cast<bits>(format<T>::limits::infinity()));
  auto const magnitude = static_cast<std::int64_t>(std::bit_cast<bits>(value) & ~sign);
  std::int64_t const place = (std::signbit(value) ? -magnitude : magnitude) + steps;
  std::int64_t const distance = std::min(place < 0 ? -place : place, infinity);
  return std::bit_cast<T>(
      static_cast<bits>(static_cast<bits>(distance) | (place < 0 ? sign : bits{0})));
}

}  // namespace mathematics
