#include "core/range_cache.hpp"

#include "core/memory.hpp"

namespace emulator {

bool range_cache::search(std::uint64_t address, std::uint64_t bytes) {
  for (unsigned i = 0; i < ranges_.size(); ++i) {
    range const& candidate = ranges_[i];
    if (bytes <= candidate.bytes && address - candidate.begin <= candidate.bytes - bytes) {
      last_ = i;
      return true;
    }
  }
  device_memory const& memory = device_memory::instance();
  if (!memory.is_live(address, bytes)) return false;
  auto const found = memory.nearest(address);
  ranges_[oldest_] = {found->address, found->bytes};
  last_ = oldest_;
  oldest_ = (oldest_ + 1) % ranges_.size();
  return true;
}

}  // namespace emulator
