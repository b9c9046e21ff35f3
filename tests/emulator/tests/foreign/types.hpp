// The types of keys and values: numbers of every width, and structures that are ordered by a
// member.
#pragma once

#include <cuda_fp16.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <ostream>
#include <type_traits>

namespace foreign {

/// 12 bytes: no access of a power of two fits it.
struct three_words {
  std::int32_t key, left, right;
};

/// 16 bytes, of which nobody writes seven.
struct padded {
  std::uint64_t key;
  std::uint8_t tag;
};

template <class T>
inline constexpr bool is_structure = std::is_same_v<T, three_words> || std::is_same_v<T, padded>;

__host__ __device__ inline bool operator==(three_words const& a, three_words const& b) {
  return a.key == b.key && a.left == b.left && a.right == b.right;
}
__host__ __device__ inline bool operator==(padded const& a, padded const& b) {
  return a.key == b.key && a.tag == b.tag;
}
__host__ __device__ inline bool operator<(three_words const& a, three_words const& b) {
  return a.key < b.key;
}
__host__ __device__ inline bool operator<(padded const& a, padded const& b) {
  return a.key < b.key;
}

inline std::ostream& operator<<(std::ostream& out, three_words const& value) {
  return out << '{' << value.key << ", " << value.left << ", " << value.right << '}';
}
inline std::ostream& operator<<(std::ostream& out, padded const& value) {
  return out << '{' << value.key << ", " << unsigned{value.tag} << '}';
}

/// The order by operator<, for what takes a comparison: not one that a radix sort knows.
struct by_key {
  template <class T>
  __host__ __device__ bool operator()(T const& a, T const& b) const {
    return a < b;
  }
};

/// A value from random bits; of structures few distinct keys, so that stability shows.
template <class T>
T any_value(std::uint64_t bits) {
  if constexpr (std::is_same_v<T, three_words>) {
    return {static_cast<std::int32_t>(bits % 1000) - 500, static_cast<std::int32_t>(bits >> 16),
            static_cast<std::int32_t>(bits >> 32)};
  } else if constexpr (std::is_same_v<T, padded>) {
    return {bits % 1000 << 40, static_cast<std::uint8_t>(bits >> 16)};
  } else {
    T value;
    std::memcpy(&value, &bits, sizeof(T));
    if constexpr (!std::is_integral_v<T>) {
      if (value != value) value = T(INFINITY);
      if (bits >> 54 == 0) value = T(-0.0f);
    }
    return value;
  }
}

}  // namespace foreign
