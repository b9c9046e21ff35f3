// Where device addresses, their backing and their validity bits lie; inline, for the executor's
// inner loops.
#pragma once

#include <cstdint>

namespace emulator::layout {

inline constexpr std::uint64_t reserved_bytes = std::uint64_t{1} << 40;

// Windows of the generic address space for shared and local memory and a kernel's parameters; not
// canonical x86 addresses, so never mapped.
inline constexpr std::uint64_t shared_window = 0x4000'0000'0000'0000;
inline constexpr std::uint64_t local_window = 0x4100'0000'0000'0000;
inline constexpr std::uint64_t parameter_window = 0x4200'0000'0000'0000;
inline constexpr std::uint64_t window_bytes = std::uint64_t{1} << 32;

extern std::uint64_t base;       // first device address
extern std::uint8_t* backing;    // byte of address base
extern std::uint64_t* validity;  // bit of address base
extern std::uint8_t* history;    // of accesses: history_bytes for each 128 bytes from base on
inline constexpr std::uint64_t history_bytes = 64;
// Behind that of device memory, that of the shared memory of clusters: a part for each worker, with
// one for each block.
inline constexpr std::uint64_t most_workers = 1024, most_blocks = 16;
inline constexpr std::uint64_t shared_history_span = std::uint64_t{1} << 18;  // of addresses
inline constexpr std::uint64_t shared_history_bytes =
    most_workers * most_blocks * shared_history_span / 128 * history_bytes;

/// True for a device address, allocated or not; the functions below are for these only.
inline bool contains(std::uint64_t address) { return address - base < reserved_bytes; }

inline std::uint8_t* bytes_at(std::uint64_t address) { return backing + (address - base); }

/// True if every byte of [address, address + count) has been written.
inline bool all_valid(std::uint64_t address, std::uint64_t count) {
  std::uint64_t const first = address - base;
  std::uint64_t const last = first + count;  // one past
  std::uint64_t word = first >> 6;
  std::uint64_t const last_word = (last - 1) >> 6;
  std::uint64_t mask = ~std::uint64_t{0} << (first & 63);
  for (; word < last_word; ++word, mask = ~std::uint64_t{0}) {
    if ((__atomic_load_n(&validity[word], __ATOMIC_RELAXED) & mask) != mask) return false;
  }
  mask &= ~std::uint64_t{0} >> (63 - ((last - 1) & 63));
  return (__atomic_load_n(&validity[word], __ATOMIC_RELAXED) & mask) == mask;
}

/// A whole word may be stored, because nothing else may access its bytes; a part is or-ed.
inline void set_valid(std::uint64_t address, std::uint64_t count) {
  std::uint64_t const first = address - base;
  std::uint64_t const last = first + count;
  std::uint64_t const last_word = (last - 1) >> 6;
  for (std::uint64_t word = first >> 6; word <= last_word; ++word) {
    std::uint64_t mask = ~std::uint64_t{0};
    if (word == first >> 6) mask &= ~std::uint64_t{0} << (first & 63);
    if (word == last_word) mask &= ~std::uint64_t{0} >> (63 - ((last - 1) & 63));
    if ((__atomic_load_n(&validity[word], __ATOMIC_RELAXED) & mask) == mask) continue;
    if (mask == ~std::uint64_t{0}) {
      __atomic_store_n(&validity[word], mask, __ATOMIC_RELAXED);
    } else {
      __atomic_fetch_or(&validity[word], mask, __ATOMIC_RELAXED);
    }
  }
}

/// The byte counts as not written.
inline void set_invalid(std::uint64_t address) {
  if (!contains(address)) return;  // page-locked host memory
  std::uint64_t const bit = address - base;
  __atomic_fetch_and(&validity[bit >> 6], ~(std::uint64_t{1} << (bit & 63)), __ATOMIC_RELAXED);
}

/// Counts releases, of page-locked host memory too: a cached range is good while this has not
/// changed.
extern std::uint64_t generation;

}  // namespace emulator::layout
