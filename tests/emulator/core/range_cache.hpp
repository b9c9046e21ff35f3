// The allocations that a worker accessed last, so that a bounds check is a comparison.
#pragma once

#include "core/memory_layout.hpp"

#include <array>
#include <cstdint>

namespace emulator {

class range_cache {
 public:
  /// True if [address, address + bytes) lies inside one live allocation.
  bool contains(std::uint64_t address, std::uint64_t bytes) {
    range const& last = ranges_[last_];
    if (address - last.begin <= last.bytes - bytes && bytes <= last.bytes) return true;
    return search(address, bytes);
  }

  /// Where [address, address + bytes) of page-locked host memory lies; nullptr if it is none, or is
  /// read-only and would be written.
  std::uint8_t* page_locked(std::uint64_t address, std::uint64_t bytes, bool is_write) {
    bool const cached = bytes <= host_.bytes && address - host_.begin <= host_.bytes - bytes;
    if (!cached && !search_page_locked(address, bytes)) return nullptr;
    return is_write && host_is_read_only_ ? nullptr : reinterpret_cast<std::uint8_t*>(address);
  }

  /// Before a launch: what was freed since is live no longer.
  void refresh() {
    std::uint64_t const now = __atomic_load_n(&layout::generation, __ATOMIC_ACQUIRE);
    if (now != generation_) {
      ranges_ = {};
      host_ = {};
    }
    generation_ = now;
  }

 private:
  struct range {
    std::uint64_t begin = 0, bytes = 0;
  };
  bool search(std::uint64_t address, std::uint64_t bytes);
  bool search_page_locked(std::uint64_t address, std::uint64_t bytes);

  std::array<range, 8> ranges_{};
  unsigned last_ = 0, oldest_ = 0;
  range host_;
  bool host_is_read_only_ = false;
  std::uint64_t generation_ = 0;
};

}  // namespace emulator
