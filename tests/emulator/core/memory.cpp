#include "core/memory.hpp"

#include "core/memory_layout.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <sys/mman.h>

namespace emulator {

namespace layout {
std::uint64_t base = 0;
std::uint8_t* backing = nullptr;
std::uint64_t* validity = nullptr;
std::uint8_t* history = nullptr;
std::uint64_t generation = 0;
}  // namespace layout

namespace {

constexpr std::uint64_t page = 4096;
constexpr std::uint64_t granularity = 256;
constexpr std::uint64_t guard_bytes = 512;

struct state {
  mutable std::shared_mutex mutex;
  std::map<std::uint64_t, allocation> allocations;  // live and freed, by address
  std::uint64_t next = layout::reserved_bytes;      // set when the range is reserved
  std::uint64_t used = 0;
  std::uint64_t total = std::uint64_t{64} << 30;
  std::uint64_t serial = 0;
};

state& shared_state() {
  static state* const instance =
      new state;  // outlives every static destructor that frees device memory
  return *instance;
}

void* map_or_die(std::uint64_t bytes, int protection) {
  void* const result =
      mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (result == MAP_FAILED) {
    std::perror("ptx emulator: cannot reserve address space for device memory");
    std::abort();
  }
  return result;
}

std::uint64_t rounded_up(std::uint64_t value, std::uint64_t to) {
  return (value + to - 1) / to * to;
}

// The last allocation at or below the address.
allocation const* at_or_below(state const& s, std::uint64_t address) {
  auto after = s.allocations.upper_bound(address);
  return after == s.allocations.begin() ? nullptr : &std::prev(after)->second;
}

void clear_validity(std::uint64_t address, std::uint64_t bytes) {
  std::uint64_t const first =
      (address - layout::base) / 8;  // whole bytes: allocations are 256-byte aligned
  auto* const bits = reinterpret_cast<std::uint8_t*>(layout::validity);
  std::uint64_t const count = rounded_up(bytes, granularity) / 8;
  std::uint64_t const head_end = std::min(rounded_up(first, page), first + count);
  std::uint64_t const tail_begin = std::max(head_end, (first + count) / page * page);
  std::memset(bits + first, 0, head_end - first);
  if (tail_begin > head_end) madvise(bits + head_end, tail_begin - head_end, MADV_DONTNEED);
  std::memset(bits + tail_begin, 0, first + count - tail_begin);
}

// Gives the memory back; that no later launch looks there is clear from the launch's number.
void forget_history(std::uint64_t address, std::uint64_t bytes) {
  auto const at = [](std::uint64_t of) {
    return layout::history + (of - layout::base) / 128 * layout::history_bytes;
  };
  std::uint8_t* const first = at(address + 128 * page / layout::history_bytes - 1);
  auto const begin = reinterpret_cast<std::uintptr_t>(first) / page * page;
  auto const end = reinterpret_cast<std::uintptr_t>(at(address + bytes)) / page * page;
  if (end > begin) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

// Zero bytes; whole pages are given back to the system instead of written.
void zero_bytes(std::uint8_t* begin, std::uint64_t bytes) {
  auto const from = reinterpret_cast<std::uintptr_t>(begin);
  std::uintptr_t const first_page = rounded_up(from, page);
  std::uintptr_t const end_page = (from + bytes) / page * page;
  if (end_page <= first_page) {
    std::memset(begin, 0, bytes);
    return;
  }
  std::memset(begin, 0, first_page - from);
  madvise(reinterpret_cast<void*>(first_page), end_page - first_page, MADV_DONTNEED);
  std::memset(reinterpret_cast<void*>(end_page), 0, from + bytes - end_page);
}

}  // namespace

device_memory& device_memory::instance() {
  static device_memory memory;
  static bool const reserved = [] {
    layout::base = reinterpret_cast<std::uint64_t>(map_or_die(layout::reserved_bytes, PROT_NONE));
    layout::backing =
        static_cast<std::uint8_t*>(map_or_die(layout::reserved_bytes, PROT_READ | PROT_WRITE));
    layout::validity =
        static_cast<std::uint64_t*>(map_or_die(layout::reserved_bytes / 8, PROT_READ | PROT_WRITE));
    layout::history = static_cast<std::uint8_t*>(map_or_die(
        layout::reserved_bytes / 128 * layout::history_bytes + layout::shared_history_bytes,
        PROT_READ | PROT_WRITE));
    shared_state().next = layout::base + (std::uint64_t{1} << 20);
    return true;
  }();
  (void)reserved;
  return memory;
}

std::uint64_t device_memory::allocate(std::uint64_t bytes, std::string label) {
  state& s = shared_state();
  std::unique_lock const lock(s.mutex);
  std::uint64_t const size = rounded_up(bytes == 0 ? 1 : bytes, granularity);
  if (size < bytes || size > s.total - s.used) return 0;
  // Addresses are handed out upwards and never again: 1 TiB of them, with use after free visible
  // until the end.
  if (size + guard_bytes > layout::base + layout::reserved_bytes - s.next) return 0;
  allocation made;
  made.address = s.next;
  made.bytes = bytes;
  made.serial = ++s.serial;
  made.live = true;
  made.label = std::move(label);
  s.next += rounded_up(size + guard_bytes, granularity);
  s.used += size;
  std::uint64_t const address = made.address;
  if (bytes >= (std::uint64_t{64} << 20)) {
    // Fewer page faults for what is large; still only what is touched.
    std::uint64_t const first =
        rounded_up(reinterpret_cast<std::uintptr_t>(layout::bytes_at(address)), page);
    madvise(reinterpret_cast<void*>(first), bytes - page, MADV_HUGEPAGE);
  }
  s.allocations.emplace(address, std::move(made));
  return address;
}

bool device_memory::release(std::uint64_t address) {
  state& s = shared_state();
  std::unique_lock const lock(s.mutex);
  auto const found = s.allocations.find(address);
  if (found == s.allocations.end() || !found->second.live) return false;
  found->second.live = false;
  s.used -= rounded_up(found->second.bytes == 0 ? 1 : found->second.bytes, granularity);
  zero_bytes(layout::bytes_at(address), found->second.bytes);
  clear_validity(address, found->second.bytes);
  forget_history(address, found->second.bytes);
  __atomic_fetch_add(&layout::generation, 1, __ATOMIC_RELEASE);
  return true;
}

std::uint64_t device_memory::total_bytes() const { return shared_state().total; }
std::uint64_t device_memory::free_bytes() const {
  return shared_state().total - shared_state().used;
}
void device_memory::set_total_bytes(std::uint64_t bytes) { shared_state().total = bytes; }

bool device_memory::in_reserved_range(std::uint64_t address) const {
  return layout::base != 0 && layout::contains(address);
}

bool device_memory::is_live(std::uint64_t address, std::uint64_t bytes) const {
  state const& s = shared_state();
  std::shared_lock const lock(s.mutex);
  allocation const* const found = at_or_below(s, address);
  return found != nullptr && found->live && bytes <= found->bytes &&
         address - found->address <= found->bytes - bytes;
}

std::optional<allocation> device_memory::nearest(std::uint64_t address) const {
  state const& s = shared_state();
  std::shared_lock const lock(s.mutex);
  allocation const* const below = at_or_below(s, address);
  if (below != nullptr && address - below->address < below->bytes) return *below;
  auto const above = s.allocations.upper_bound(address);
  if (above == s.allocations.end()) return below != nullptr ? std::optional(*below) : std::nullopt;
  if (below == nullptr) return above->second;
  return address - (below->address + below->bytes) <= above->first - address ? *below
                                                                             : above->second;
}

std::string device_memory::describe(std::uint64_t address) const {
  auto const found = nearest(address);
  char text[256];
  if (!in_reserved_range(address)) {
    std::snprintf(text, sizeof(text), "0x%llx is no device address, but host memory or none at all",
                  static_cast<unsigned long long>(address));
    return text;
  }
  if (!found) return "there is no allocation";
  char where[64];
  if (address < found->address) {
    std::snprintf(where, sizeof(where), "%llu bytes before",
                  static_cast<unsigned long long>(found->address - address));
  } else if (address - found->address >= found->bytes) {
    std::snprintf(where, sizeof(where), "%llu bytes past the end of",
                  static_cast<unsigned long long>(address - found->address - found->bytes));
  } else {
    std::snprintf(where, sizeof(where), "at byte %llu of",
                  static_cast<unsigned long long>(address - found->address));
  }
  std::snprintf(text, sizeof(text), "0x%llx is %s the %s%llu-byte allocation #%llu (%s) at 0x%llx",
                static_cast<unsigned long long>(address), where, found->live ? "" : "freed ",
                static_cast<unsigned long long>(found->bytes),
                static_cast<unsigned long long>(found->serial), found->label.c_str(),
                static_cast<unsigned long long>(found->address));
  return text;
}

std::vector<allocation> device_memory::live() const {
  state const& s = shared_state();
  std::shared_lock const lock(s.mutex);
  std::vector<allocation> result;
  for (auto const& entry : s.allocations) {
    if (entry.second.live) result.push_back(entry.second);
  }
  return result;
}

std::size_t device_memory::live_count() const {
  state const& s = shared_state();
  std::shared_lock const lock(s.mutex);
  std::size_t count = 0;
  for (auto const& entry : s.allocations) count += entry.second.live ? 1 : 0;
  return count;
}

void device_memory::write(std::uint64_t address, void const* source, std::uint64_t bytes) {
  if (bytes == 0) return;
  std::memcpy(layout::bytes_at(address), source, bytes);
  layout::set_valid(address, bytes);
}

void device_memory::read(std::uint64_t address, void* destination, std::uint64_t bytes) const {
  if (bytes != 0) std::memcpy(destination, layout::bytes_at(address), bytes);
}

void device_memory::copy(std::uint64_t destination, std::uint64_t source, std::uint64_t bytes) {
  if (bytes == 0) return;
  bool const all = layout::all_valid(source, bytes);
  std::memmove(layout::bytes_at(destination), layout::bytes_at(source), bytes);
  if (all) {
    layout::set_valid(destination, bytes);
    return;
  }
  // Byte by byte, from the end that an overlap does not overwrite first.
  bool const upwards = destination <= source;
  for (std::uint64_t i = 0; i < bytes; ++i) {
    std::uint64_t const at = upwards ? i : bytes - 1 - i;
    std::uint64_t const to = destination + at - layout::base;
    if (layout::all_valid(source + at, 1)) {
      layout::set_valid(destination + at, 1);
    } else {
      __atomic_fetch_and(&layout::validity[to >> 6], ~(std::uint64_t{1} << (to & 63)),
                         __ATOMIC_RELAXED);
    }
  }
}

void device_memory::fill(std::uint64_t address, void const* pattern, unsigned pattern_bytes,
                         std::uint64_t count) {
  if (count == 0) return;
  auto const* const bytes = static_cast<std::uint8_t const*>(pattern);
  std::uint8_t* const to = layout::bytes_at(address);
  bool same = true;
  for (unsigned i = 1; i < pattern_bytes; ++i) same = same && bytes[i] == bytes[0];
  if (same && bytes[0] == 0) {
    zero_bytes(to, count * pattern_bytes);
  } else if (same) {
    std::memset(to, bytes[0], count * pattern_bytes);
  } else {
    for (std::uint64_t i = 0; i < count; ++i)
      std::memcpy(to + i * pattern_bytes, pattern, pattern_bytes);
  }
  layout::set_valid(address, count * pattern_bytes);
}

}  // namespace emulator
