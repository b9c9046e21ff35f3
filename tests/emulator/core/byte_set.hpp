// A set of bytes of device memory, a bit each; only what is touched costs memory.
#pragma once

#include <cstdint>

namespace emulator {

class byte_set {
 public:
  byte_set() = default;
  byte_set(byte_set const&) = delete;
  byte_set& operator=(byte_set const&) = delete;
  ~byte_set();

  void insert(std::uint64_t address, std::uint64_t bytes);
  /// True if any of the bytes is in the set.
  bool contains_any(std::uint64_t address, std::uint64_t bytes) const;

 private:
  void reserve();
  std::uint64_t* bits_ = nullptr;
};

}  // namespace emulator
