// Page-locked host memory, which kernels reach at the host's own addresses.
//
// It counts as initialised: what the host writes there is not seen. Ranges that were freed or
// unregistered are remembered until another takes their place, for messages.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>

namespace emulator {

struct page_locked_range {
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
  std::string label;  // "cudaMallocHost", "cudaHostRegister", ...
  bool read_only = false;
  bool live = true;
};

class page_locked_memory {
 public:
  static page_locked_memory& instance();

  void add(page_locked_range range);
  /// The live range that begins at the address.
  void remove(std::uint64_t address);

  /// The live range that holds [address, address + bytes).
  std::optional<page_locked_range> find(std::uint64_t address, std::uint64_t bytes) const;
  /// The range, live or not, that holds the address or ends less than a page before it.
  std::optional<page_locked_range> near(std::uint64_t address) const;
  /// What a host address is, for messages: part of such a range, pageable memory, or nothing.
  std::string describe(std::uint64_t address) const;

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::uint64_t, page_locked_range> ranges_;  // live ones do not overlap any other
};

}  // namespace emulator
