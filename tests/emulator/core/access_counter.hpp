// Counts one request: the lanes' addresses become sectors of global memory or passes over the banks
// of shared memory.
#pragma once

#include "core/memory_access.hpp"

#include <cstdint>

namespace emulator {

/// A bit for each sector of device memory, while counting distinct sectors is on.
class sector_set {
 public:
  static sector_set& instance();
  void enable();
  bool enabled() const { return bits_ != nullptr; }
  /// Forgets every sector: before a launch.
  void clear();
  /// How many of sectors [first, last] are new.
  std::uint64_t insert(std::uint64_t first, std::uint64_t last);

 private:
  std::uint64_t* bits_ = nullptr;
};

/// Before the lanes' checks: any address.
void count_access(warp& w, decoded_instruction const& in, lane_addresses const& addresses,
                  unsigned bytes, lane_mask mask, access_kind kind);

/// The same for all lanes of a consecutive access to global memory.
inline void count_consecutive(warp& w, std::uint64_t address, unsigned bytes, access_kind kind) {
  access_count& count =
      kind == access_kind::load ? w.worker().memory.global_load : w.worker().memory.global_store;
  std::uint64_t const total = std::uint64_t{bytes} * warp_size;
  std::uint64_t const first = address / 32;
  std::uint64_t const last = (address + total - 1) / 32;
  count.requests += 1;
  count.lanes += warp_size;
  count.bytes += total;
  count.sectors += last - first + 1;
  if (sector_set::instance().enabled())
    count.distinct_sectors += sector_set::instance().insert(first, last);
}

}  // namespace emulator
