#include "core/access_counter.hpp"

#include "core/memory_layout.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>

namespace emulator {

namespace {

constexpr std::uint64_t sector_bytes = 32;
constexpr std::uint64_t set_bytes = layout::reserved_bytes / sector_bytes / 8;

void count_sectors(access_count& count, lane_addresses const& addresses, unsigned bytes,
                   lane_mask mask) {
  // A lane touches one sector, two where a 64-byte vector or none is aligned to less than itself.
  std::array<std::uint64_t, 2 * warp_size> sectors;
  unsigned used = 0;
  for (lane_mask rest = mask; rest != 0; rest &= rest - 1) {
    std::uint64_t const address = addresses.of[std::countr_zero(rest)];
    std::uint64_t const last = (address + bytes - 1) / sector_bytes;
    for (std::uint64_t sector = address / sector_bytes; sector <= last; ++sector) {
      if (used == 0 || sectors[used - 1] != sector) sectors[used++] = sector;
    }
  }
  std::sort(sectors.begin(), sectors.begin() + used);
  auto const end = std::unique(sectors.begin(), sectors.begin() + used);
  count.sectors += static_cast<std::uint64_t>(end - sectors.begin());
  sector_set& set = sector_set::instance();
  if (!set.enabled()) return;
  for (auto sector = sectors.begin(); sector != end; ++sector)
    count.distinct_sectors += set.insert(*sector, *sector);
}

// 32 banks of 4 bytes; lanes of more than 4 bytes take several passes anyway, 128 bytes each.
void count_banks(access_count& count, lane_addresses const& addresses, unsigned bytes,
                 lane_mask mask) {
  if (mask == full_mask && (addresses.uniform() || (bytes == 4 && addresses.consecutive(4))))
    return;
  unsigned const words = std::max(1U, bytes / 4);
  unsigned const lanes_per_pass = std::max(1U, warp_size / words);
  for (unsigned begin = 0; begin < warp_size; begin += lanes_per_pass) {
    std::array<std::uint64_t, warp_size> word_of_bank{};
    std::array<std::uint8_t, warp_size> distinct{};
    for (unsigned lane = begin; lane < begin + lanes_per_pass; ++lane) {
      if ((mask >> lane & 1U) == 0) continue;
      for (unsigned k = 0; k < words; ++k) {
        std::uint64_t const word = addresses.of[lane] / 4 + k + 1;  // 0: none yet
        auto const bank = static_cast<unsigned>(word % warp_size);
        if (word_of_bank[bank] == word) continue;
        // A word met before another one of its bank counts twice here; hardware would serve it
        // once.
        word_of_bank[bank] = word;
        ++distinct[bank];
      }
    }
    std::uint8_t const most = *std::max_element(distinct.begin(), distinct.end());
    if (most > 1) count.bank_conflicts += most - 1U;
  }
}

space resolved(decoded_instruction const& in, std::uint64_t address) {
  if (in.where != space::generic) return in.where;
  if (address < layout::shared_window) return space::global;
  if (address - layout::shared_window < layout::window_bytes) return space::shared;
  if (address - layout::local_window < layout::window_bytes) return space::local;
  return space::parameter;
}

access_count* counter_of(memory_count& counts, space where, access_kind kind) {
  bool const is_load = kind == access_kind::load;
  switch (where) {
    case space::global:
      return kind == access_kind::atomic ? &counts.global_atomic
             : is_load                   ? &counts.global_load
                                         : &counts.global_store;
    case space::shared:
      return kind == access_kind::atomic ? &counts.shared_atomic
             : is_load                   ? &counts.shared_load
                                         : &counts.shared_store;
    case space::local:
      return is_load ? &counts.local_load : &counts.local_store;
    default:
      return nullptr;
  }
}

}  // namespace

sector_set& sector_set::instance() {
  static sector_set set;
  return set;
}

void sector_set::enable() {
  if (enabled()) return;
  void* const mapped = mmap(nullptr, set_bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) {
    std::perror("ptx emulator: cannot reserve address space for the set of sectors");
    std::abort();
  }
  bits_ = static_cast<std::uint64_t*>(mapped);
}

void sector_set::clear() {
  if (enabled()) madvise(bits_, set_bytes, MADV_DONTNEED);
}

std::uint64_t sector_set::insert(std::uint64_t first, std::uint64_t last) {
  std::uint64_t fresh = 0;
  for (std::uint64_t sector = first; sector <= last; ++sector) {
    // Of host memory and of what is about to fault.
    if (!layout::contains(sector * sector_bytes)) continue;
    std::uint64_t const index = sector - layout::base / sector_bytes;
    std::uint64_t const bit = std::uint64_t{1} << (index % 64);
    fresh += (__atomic_fetch_or(&bits_[index / 64], bit, __ATOMIC_RELAXED) & bit) == 0;
  }
  return fresh;
}

void count_access(warp& w, decoded_instruction const& in, lane_addresses const& addresses,
                  unsigned bytes, lane_mask mask, access_kind kind) {
  space const where = resolved(in, addresses.of[std::countr_zero(mask)]);
  access_count* const count = counter_of(w.worker().memory, where, kind);
  if (count == nullptr) return;
  auto const lanes = static_cast<unsigned>(std::popcount(mask));
  count->requests += 1;
  count->lanes += lanes;
  count->bytes += std::uint64_t{lanes} * bytes;
  if (where == space::global) count_sectors(*count, addresses, bytes, mask);
  if (where == space::shared) count_banks(*count, addresses, bytes, mask);
}

}  // namespace emulator
