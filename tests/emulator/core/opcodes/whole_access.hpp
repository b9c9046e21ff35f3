// A lane's vector, moved between memory and a buffer in one piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace emulator {

/// PTX orders the elements of a vector access in no way, GPUs move an aligned vector of up to 16
/// bytes at once, and programs count on it: CUB's scans publish a value and its state in one
/// ld.relaxed.v2. What synchronises threads therefore goes through here; x86 moves aligned words of
/// up to 16 bytes undivided (with AVX, which is what it is documented for).
class whole_access {
 public:
  explicit whole_access(unsigned bytes) : bytes_(bytes) {}

  std::uint8_t* data() { return data_; }
  void read(std::uint8_t const* from) { move(data_, from); }
  void write(std::uint8_t* to) const { move(to, data_); }

 private:
  template <class Word>
  static void move_as(std::uint8_t* to, std::uint8_t const* from) {
    // Volatile: the compiler may neither divide nor repeat it.
    *reinterpret_cast<Word volatile*>(to) = *reinterpret_cast<Word const volatile*>(from);
  }
  void move(std::uint8_t* to, std::uint8_t const* from) const {
    using two_bytes = std::uint16_t __attribute__((may_alias));
    using four_bytes = std::uint32_t __attribute__((may_alias));
    using eight_bytes = std::uint64_t __attribute__((may_alias));
    using sixteen_bytes = long long __attribute__((vector_size(16), may_alias));
    switch (bytes_) {
      case 2:
        return move_as<two_bytes>(to, from);
      case 4:
        return move_as<four_bytes>(to, from);
      case 8:
        return move_as<eight_bytes>(to, from);
      case 16:
        return move_as<sixteen_bytes>(to, from);
      default:
        std::memcpy(to, from, bytes_);
    }
  }

  static constexpr std::size_t most_bytes = 32;
  alignas(16) std::uint8_t data_[most_bytes];
  unsigned bytes_;
};

}  // namespace emulator
