#include "core/byte_set.hpp"

#include "core/memory_layout.hpp"

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <sys/mman.h>

namespace emulator {

namespace {

constexpr std::uint64_t set_bytes = layout::reserved_bytes / 8;

// Calls visit(word, mask) for the bits of [address, address + bytes).
template <class Visit>
bool for_each_word(std::uint64_t address, std::uint64_t bytes, Visit const& visit) {
  std::uint64_t const first = address - layout::base;
  std::uint64_t const last = first + bytes - 1;
  for (std::uint64_t word = first / 64; word <= last / 64; ++word) {
    std::uint64_t mask = ~std::uint64_t{0};
    if (word == first / 64) mask &= ~std::uint64_t{0} << (first % 64);
    if (word == last / 64) mask &= ~std::uint64_t{0} >> (63 - last % 64);
    if (visit(word, mask)) return true;
  }
  return false;
}

}  // namespace

byte_set::~byte_set() {
  if (bits_ != nullptr) munmap(bits_, set_bytes);
}

void byte_set::reserve() {
  static std::mutex mutex;
  std::lock_guard const lock(mutex);
  if (__atomic_load_n(&bits_, __ATOMIC_ACQUIRE) != nullptr) return;
  void* const mapped = mmap(nullptr, set_bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) {
    std::perror("ptx emulator: cannot reserve address space for a set of bytes");
    std::abort();
  }
  __atomic_store_n(&bits_, static_cast<std::uint64_t*>(mapped), __ATOMIC_RELEASE);
}

void byte_set::insert(std::uint64_t address, std::uint64_t bytes) {
  if (__atomic_load_n(&bits_, __ATOMIC_ACQUIRE) == nullptr) reserve();
  for_each_word(address, bytes, [this](std::uint64_t word, std::uint64_t mask) {
    if ((__atomic_load_n(&bits_[word], __ATOMIC_RELAXED) & mask) != mask) {
      __atomic_fetch_or(&bits_[word], mask, __ATOMIC_RELAXED);
    }
    return false;
  });
}

bool byte_set::contains_any(std::uint64_t address, std::uint64_t bytes) const {
  if (__atomic_load_n(&bits_, __ATOMIC_ACQUIRE) == nullptr) return false;
  return for_each_word(address, bytes, [this](std::uint64_t word, std::uint64_t mask) {
    return (__atomic_load_n(&bits_[word], __ATOMIC_RELAXED) & mask) != 0;
  });
}

}  // namespace emulator
