// What the algorithms are given: a table of sizes and shapes, filled with values of any type.
#pragma once

#include "types.hpp"

#include <algorithm>
#include <cstddef>
#include <gtest/gtest.h>
#include <ostream>
#include <random>
#include <vector>

namespace foreign {

enum class shape { any, ascending, equal, few };

struct input {
  std::size_t n;
  shape values;
};

inline std::ostream& operator<<(std::ostream& out, input const& in) {
  char const* const names[] = {"any", "ascending", "equal", "few distinct"};
  return out << in.n << " values, " << names[static_cast<int>(in.values)];
}

/// Around a warp, around a block's tile, and many tiles.
inline std::vector<input> const& inputs() {
  static std::vector<input> const all{
      {0, shape::any},          {1, shape::any},      {2, shape::any},      {31, shape::any},
      {32, shape::any},         {33, shape::any},     {33, shape::equal},   {127, shape::any},
      {1000, shape::any},       {1000, shape::few},   {4096, shape::any},   {4097, shape::any},
      {4097, shape::ascending}, {4097, shape::equal}, {20'011, shape::few}, {20'011, shape::equal},
      {100'000, shape::any},
  };
  return all;
}

template <class Test>
void for_each_input(Test const& test) {
  for (input const& in : inputs()) {
    SCOPED_TRACE(in);
    test(in);
    if (testing::Test::HasFatalFailure()) return;
  }
}

/// n values in the shape asked for; make(random) is one of them.
template <class T, class Make>
std::vector<T> shaped(input const& in, Make const& make, unsigned seed) {
  std::mt19937_64 random(in.n * 8 + seed);
  std::vector<T> result(in.n);
  std::vector<T> distinct(in.values == shape::equal ? 1 : 5);
  for (T& value : distinct) value = make(random);
  bool const repeated = in.values == shape::equal || in.values == shape::few;
  for (T& value : result) value = repeated ? distinct[random() % distinct.size()] : make(random);
  if (in.values == shape::ascending) std::sort(result.begin(), result.end());
  return result;
}

/// Values of every magnitude, infinities and negative zero among them, no NaN.
template <class T>
std::vector<T> values(input const& in, unsigned seed = 0) {
  return shaped<T>(
      in, [](std::mt19937_64& random) { return any_value<T>(random()); }, seed);
}

/// Whole numbers so small that every sum of 100 000 of them is a value of float: sums are exact in
/// whatever order they are made.
template <class T>
std::vector<T> summands(input const& in, unsigned seed = 0) {
  constexpr int most = 100;
  static_assert(100'000 * most < 1 << 24);
  return shaped<T>(
      in,
      [](std::mt19937_64& random) {
        return static_cast<T>(static_cast<int>(random() % (2 * most + 1)) - most);
      },
      seed);
}

/// Runs of equal keys, from one to 64 of them long.
inline std::vector<std::int32_t> keys_in_runs(input const& in, unsigned seed = 0) {
  std::mt19937_64 random(in.n * 8 + seed);
  std::vector<std::int32_t> result;
  for (std::int32_t key = 0; result.size() < in.n; ++key) {
    // One run for all, where all values are to be equal.
    std::size_t const length = in.values == shape::equal ? in.n : 1 + random() % 64;
    result.resize(std::min(in.n, result.size() + length), key * 3 - 50);
  }
  return result;
}

/// Where segments of 0 to 299 elements begin, and where the last ends.
inline std::vector<std::int32_t> segment_bounds(std::size_t n) {
  std::vector<std::int32_t> result{0};
  while (static_cast<std::size_t>(result.back()) < n) {
    std::size_t const end = static_cast<std::size_t>(result.back()) + (result.size() - 1) % 300;
    result.push_back(static_cast<std::int32_t>(std::min(n, end)));
  }
  return result;
}

}  // namespace foreign
