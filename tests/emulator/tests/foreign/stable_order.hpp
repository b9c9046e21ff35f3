// Stable sorts on the host, as an order of positions.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace foreign {

inline std::vector<std::uint32_t> positions(std::size_t n) {
  std::vector<std::uint32_t> result(n);
  std::iota(result.begin(), result.end(), 0U);
  return result;
}

/// Where a stable sort takes each of its elements from.
template <class T, class Less>
std::vector<std::uint32_t> stable_order(std::vector<T> const& keys, Less const& less) {
  auto order = positions(keys.size());
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return less(keys[a], keys[b]); });
  return order;
}

template <class T>
std::vector<T> gathered(std::vector<T> const& from, std::vector<std::uint32_t> const& order) {
  std::vector<T> result;
  result.reserve(order.size());
  for (std::uint32_t const i : order) result.push_back(from[i]);
  return result;
}

}  // namespace foreign
