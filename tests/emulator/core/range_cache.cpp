#include "core/range_cache.hpp"

#include "core/memory.hpp"
#include "core/page_locked.hpp"

namespace emulator {

bool range_cache::search(std::uint64_t address, std::uint64_t bytes) {
  if (!layout::contains(address)) return false;
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

bool range_cache::search_page_locked(std::uint64_t address, std::uint64_t bytes) {
  auto const found = page_locked_memory::instance().find(address, bytes);
  if (!found) return false;
  host_ = {found->address, found->bytes};
  host_is_read_only_ = found->read_only;
  return true;
}

}  // namespace emulator
