#include "core/page_locked.hpp"

#include "core/memory_layout.hpp"

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <sys/mman.h>
#include <utility>

namespace emulator {

namespace {

constexpr std::uint64_t page = 4096;

std::string hexadecimal(std::uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof(text), "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

bool is_mapped(std::uint64_t address) {
  unsigned char resident = 0;
  return mincore(reinterpret_cast<void*>(address / page * page), page, &resident) == 0;
}

}  // namespace

page_locked_memory& page_locked_memory::instance() {
  static auto* const instance = new page_locked_memory;  // used until the very end of the process
  return *instance;
}

void page_locked_memory::add(page_locked_range range) {
  std::unique_lock const lock(mutex_);
  // What lay here before is forgotten.
  auto overlapping = ranges_.lower_bound(range.address);
  if (overlapping != ranges_.begin()) {
    auto const before = std::prev(overlapping);
    if (range.address - before->first < before->second.bytes) overlapping = before;
  }
  while (overlapping != ranges_.end() &&
         (overlapping->first < range.address || overlapping->first - range.address < range.bytes)) {
    overlapping = ranges_.erase(overlapping);
  }
  ranges_.emplace(range.address, std::move(range));
}

void page_locked_memory::remove(std::uint64_t address) {
  std::unique_lock const lock(mutex_);
  auto const found = ranges_.find(address);
  if (found == ranges_.end()) return;
  found->second.live = false;
  __atomic_fetch_add(&layout::generation, 1, __ATOMIC_RELEASE);
}

std::optional<page_locked_range> page_locked_memory::find(std::uint64_t address,
                                                          std::uint64_t bytes) const {
  std::shared_lock const lock(mutex_);
  auto const after = ranges_.upper_bound(address);
  if (after == ranges_.begin()) return std::nullopt;
  page_locked_range const& range = std::prev(after)->second;
  bool const inside = bytes <= range.bytes && address - range.address <= range.bytes - bytes;
  return inside && range.live ? std::optional(range) : std::nullopt;
}

std::optional<page_locked_range> page_locked_memory::near(std::uint64_t address) const {
  std::shared_lock const lock(mutex_);
  auto const after = ranges_.upper_bound(address);
  if (after == ranges_.begin()) return std::nullopt;
  page_locked_range const& range = std::prev(after)->second;
  return address - range.address < range.bytes + page ? std::optional(range) : std::nullopt;
}

std::string page_locked_memory::describe(std::uint64_t address) const {
  std::string const here = hexadecimal(address);
  if (auto const range = near(address)) {
    std::uint64_t const offset = address - range->address;
    std::string const where =
        offset < range->bytes ? "at byte " + std::to_string(offset) + " of"
                              : std::to_string(offset - range->bytes) + " bytes past the end of";
    return here + " is " + where + " the " + (range->live ? "" : "no longer page-locked ") +
           std::to_string(range->bytes) + "-byte host memory of " + range->label + " at " +
           hexadecimal(range->address);
  }
  std::string const what = is_mapped(address)
                               ? " is pageable host memory"
                               : " is no device address, and the host has nothing there either";
  return here + what +
         ": kernels reach device memory, and host memory that is page-locked (cudaMallocHost, "
         "cudaHostAlloc, cudaHostRegister)";
}

}  // namespace emulator
