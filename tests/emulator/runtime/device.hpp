// The emulated device: one, of the compute capability and with the limits that the environment
// sets.
#pragma once

#include "core/program.hpp"

#include <cstdint>

namespace emulator::runtime {

struct device_description {
  device_limits limits;  // what the core enforces
  unsigned threads_per_multiprocessor;
  unsigned blocks_per_multiprocessor;
  std::uint32_t registers_per_multiprocessor;
  std::uint32_t shared_bytes_per_multiprocessor;
  std::uint32_t reserved_shared_bytes_per_block;
  std::uint64_t l2_bytes;
  unsigned portable_cluster_blocks;  // 0: no clusters
  unsigned non_portable_cluster_blocks;

  unsigned major() const { return limits.compute_capability / 10; }
  unsigned minor() const { return limits.compute_capability % 10; }
};

inline constexpr unsigned warp_size = 32;
inline constexpr unsigned max_block[3] = {1024, 1024, 64};
inline constexpr std::uint32_t max_grid[3] = {0x7fffffff, 65535, 65535};
inline constexpr unsigned registers_per_block = 65536;

device_description const& device();

}  // namespace emulator::runtime
