// Emulated device memory: an address range that the host cannot touch, and its backing.
//
// Device addresses lie in a reserved PROT_NONE range, so that a host dereference faults as on a
// GPU. The bytes live at a constant distance in a second, sparse mapping: an allocation costs only
// the pages it touches. One validity bit a byte records what has been written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace emulator {

struct allocation {
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
  std::uint64_t serial = 0;  // the n-th allocation of the process, from 1
  bool live = false;
  std::string label;  // "cudaMalloc", "__device__ counter", "cudaMallocAsync", ...
};

/// The label of what kernels allocate.
inline constexpr char const kernel_malloc_label[] = "malloc in a kernel";

class device_memory {
 public:
  static device_memory& instance();

  /// 256-byte aligned, separated from its neighbours by unmapped guard bytes; 0 where the emulated
  /// device has not that much left (total_bytes()). Addresses are not reused while others are free,
  /// so that use after free shows.
  std::uint64_t allocate(std::uint64_t bytes, std::string label);
  /// False for an address that no live allocation begins at.
  bool release(std::uint64_t address);

  std::uint64_t total_bytes() const;
  std::uint64_t free_bytes() const;
  void set_total_bytes(std::uint64_t bytes);

  /// True for any address of the reserved range, allocated or not (cudaPointerGetAttributes;
  /// messages).
  bool in_reserved_range(std::uint64_t address) const;
  /// True if [address, address + bytes) lies inside one live allocation.
  bool is_live(std::uint64_t address, std::uint64_t bytes) const;
  /// The allocation, live or freed, that holds the address, or else the nearest one.
  std::optional<allocation> nearest(std::uint64_t address) const;
  /// "12 bytes past the end of the 4096-byte allocation #3 (cudaMalloc) at 0x..." and the like.
  std::string describe(std::uint64_t address) const;
  /// Live allocations, by address.
  std::vector<allocation> live() const;
  std::size_t live_count() const;

  // Host-side transfers; the caller has checked is_live. write and fill mark bytes valid, copy
  // carries validity along.
  void write(std::uint64_t address, void const* source, std::uint64_t bytes);
  void read(std::uint64_t address, void* destination, std::uint64_t bytes) const;
  void copy(std::uint64_t destination, std::uint64_t source, std::uint64_t bytes);
  void fill(std::uint64_t address, void const* pattern, unsigned pattern_bytes,
            std::uint64_t count);
};

}  // namespace emulator
