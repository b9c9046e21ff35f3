// cudaOccupancy*: how many blocks and clusters a multiprocessor and the device hold.
#include "runtime/checks.hpp"
#include "runtime/device.hpp"
#include "runtime/launch.hpp"

#include <algorithm>

using namespace emulator::runtime;

namespace emulator::runtime {

unsigned blocks_per_multiprocessor(loaded_kernel const& asked, unsigned block_threads,
                                   std::size_t dynamic_shared_bytes) {
  device_description const& on = device();
  if (block_threads == 0 || block_threads > asked.info->max_threads_per_block ||
      block_threads > on.limits.max_threads_per_block ||
      dynamic_shared_bytes > dynamic_shared_limit(asked)) {
    return 0;
  }
  unsigned const warps = (block_threads + warp_size - 1) / warp_size;
  std::uint64_t const shared =
      asked.info->static_shared_bytes + dynamic_shared_bytes + on.reserved_shared_bytes_per_block;
  std::uint64_t const registers = std::uint64_t{asked.info->register_estimate} * warp_size * warps;
  std::uint64_t blocks = on.blocks_per_multiprocessor;
  blocks = std::min<std::uint64_t>(blocks, on.threads_per_multiprocessor / (warps * warp_size));
  if (shared != 0) blocks = std::min(blocks, on.shared_bytes_per_multiprocessor / shared);
  if (registers != 0) blocks = std::min(blocks, on.registers_per_multiprocessor / registers);
  return static_cast<unsigned>(blocks);
}

}  // namespace emulator::runtime

namespace {

void occupancy(int* result, void const* function, int block_threads, std::size_t shared_bytes,
               unsigned flags) {
  require_value(result != nullptr, "nowhere to put the number");
  require_value(flags == cudaOccupancyDefault || flags == cudaOccupancyDisableCachingOverride,
                "no such flags");
  require_value(block_threads > 0, "a block has at least one thread");
  *result = static_cast<int>(blocks_per_multiprocessor(
      load_kernel(function), static_cast<unsigned>(block_threads), shared_bytes));
}

// The number of blocks of the configuration's cluster; throws where clusters are not to be had.
unsigned cluster_blocks(cudaLaunchConfig_t const* config) {
  require_value(config != nullptr, "no configuration");
  require(device().portable_cluster_blocks != 0, cudaErrorNotSupported,
          "clusters need compute capability 9.0");
  dim3 const cluster = cluster_of(config->attrs, config->numAttrs);
  return cluster.x == 0 ? 1 : cluster.x * cluster.y * cluster.z;
}

unsigned blocks_on_device(cudaLaunchConfig_t const& config, void const* function) {
  unsigned const threads = config.blockDim.x * config.blockDim.y * config.blockDim.z;
  return blocks_per_multiprocessor(load_kernel(function), threads, config.dynamicSmemBytes) *
         device().limits.multiprocessors;
}

}  // namespace

extern "C" {

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* result, void const* function,
                                                          int block_threads,
                                                          std::size_t shared_bytes) {
  return entry("cudaOccupancyMaxActiveBlocksPerMultiprocessor", [&] {
    occupancy(result, function, block_threads, shared_bytes, cudaOccupancyDefault);
  });
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* result,
                                                                   void const* function,
                                                                   int block_threads,
                                                                   std::size_t shared_bytes,
                                                                   unsigned flags) {
  return entry("cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags",
               [&] { occupancy(result, function, block_threads, shared_bytes, flags); });
}

cudaError_t cudaOccupancyAvailableDynamicSMemPerBlock(std::size_t* result, void const* function,
                                                      int blocks, int block_threads) {
  return entry("cudaOccupancyAvailableDynamicSMemPerBlock", [&] {
    require_value(result != nullptr && blocks > 0 && block_threads > 0,
                  "nowhere to put the size, or no blocks");
    loaded_kernel const asked = load_kernel(function);
    std::size_t const share =
        device().shared_bytes_per_multiprocessor / static_cast<unsigned>(blocks);
    std::size_t const used =
        asked.info->static_shared_bytes + device().reserved_shared_bytes_per_block;
    *result = std::min(share - std::min(share, used), dynamic_shared_limit(asked));
  });
}

cudaError_t cudaOccupancyMaxActiveClusters(int* result, void const* function,
                                           cudaLaunchConfig_t const* config) {
  return entry("cudaOccupancyMaxActiveClusters", [&] {
    require_value(result != nullptr, "nowhere to put the number");
    unsigned const blocks = cluster_blocks(config);
    *result = static_cast<int>(blocks_on_device(*config, function) / blocks);
  });
}

cudaError_t cudaOccupancyMaxPotentialClusterSize(int* result, void const* function,
                                                 cudaLaunchConfig_t const* config) {
  return entry("cudaOccupancyMaxPotentialClusterSize", [&] {
    require_value(result != nullptr, "nowhere to put the size");
    (void)cluster_blocks(config);
    unsigned const limit = find_kernel(function)->settings().non_portable_cluster
                               ? device().non_portable_cluster_blocks
                               : device().portable_cluster_blocks;
    *result = static_cast<int>(std::min(limit, blocks_on_device(*config, function)));
  });
}

}  // extern "C"
