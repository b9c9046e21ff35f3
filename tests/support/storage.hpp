// The four storage types at run time: bits, values, ulps.
#pragma once

#include <activations_cuda/activations.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

namespace support {

struct storage {
  act_dtype dtype;
  char const* name;
  std::size_t bytes;
  int mantissa_bits;      // stored ones
  int smallest_exponent;  // of a normal number
};

inline constexpr storage storages[] = {{ACT_FLOAT32, "float32", 4, 23, -126},
                                       {ACT_FLOAT64, "float64", 8, 52, -1022},
                                       {ACT_FLOAT16, "float16", 2, 10, -14},
                                       {ACT_BFLOAT16, "bfloat16", 2, 7, -126}};

/// The value of the element whose bits are these, exactly.
double decode(storage const& type, std::uint64_t bits);
/// The bits of the nearest element; overflow gives infinity.
std::uint64_t encode(storage const& type, double value);

/// n elements, as the device holds them.
class host_array {
 public:
  host_array(storage const& type, std::size_t n) : type_(&type), bytes_(n * type.bytes) {}
  static host_array of(storage const& type, std::vector<double> const& values);

  std::size_t size() const { return bytes_.size() / type_->bytes; }
  std::uint64_t bits(std::size_t i) const {
    std::uint64_t result = 0;
    with_size([&](auto size) { std::memcpy(&result, bytes_.data() + i * size, size); });
    return result;
  }
  void set_bits(std::size_t i, std::uint64_t bits) {
    with_size([&](auto size) { std::memcpy(bytes_.data() + i * size, &bits, size); });
  }
  double operator[](std::size_t i) const { return decode(*type_, bits(i)); }
  void set(std::size_t i, double value) { set_bits(i, encode(*type_, value)); }
  storage const& type() const { return *type_; }
  /// The elements, where T is the type's.
  template <class T>
  T* as() {
    return static_cast<T*>(data());
  }
  template <class T>
  T const* as() const {
    return static_cast<T const*>(data());
  }
  void* data() { return bytes_.data(); }
  void const* data() const { return bytes_.data(); }
  std::size_t bytes() const { return bytes_.size(); }
  friend bool operator==(host_array const& a, host_array const& b) { return a.bytes_ == b.bytes_; }

 private:
  /// With the element's size as a constant, so that a copy is a move.
  template <class Function>
  void with_size(Function const& function) const {
    switch (type_->bytes) {
      case 2:
        return function(std::integral_constant<std::size_t, 2>{});
      case 4:
        return function(std::integral_constant<std::size_t, 4>{});
      default:
        return function(std::integral_constant<std::size_t, 8>{});
    }
  }

  storage const* type_;
  std::vector<unsigned char> bytes_;
};

}  // namespace support
