#include "runtime/device_attributes.hpp"

#include "runtime/device.hpp"

namespace emulator::runtime {

namespace {

int as_int(std::uint64_t value) { return static_cast<int>(value); }

// Sizes that the emulated device has.
std::optional<int> size_attribute(cudaDeviceAttr attribute) {
  device_description const& on = device();
  switch (attribute) {
    case cudaDevAttrMaxThreadsPerBlock:
      return as_int(on.limits.max_threads_per_block);
    case cudaDevAttrMaxBlockDimX:
      return as_int(max_block[0]);
    case cudaDevAttrMaxBlockDimY:
      return as_int(max_block[1]);
    case cudaDevAttrMaxBlockDimZ:
      return as_int(max_block[2]);
    case cudaDevAttrMaxGridDimX:
      return as_int(max_grid[0]);
    case cudaDevAttrMaxGridDimY:
      return as_int(max_grid[1]);
    case cudaDevAttrMaxGridDimZ:
      return as_int(max_grid[2]);
    case cudaDevAttrMaxSharedMemoryPerBlock:
      return as_int(on.limits.shared_bytes_per_block);
    case cudaDevAttrTotalConstantMemory:
      return 65536;
    case cudaDevAttrWarpSize:
      return as_int(warp_size);
    case cudaDevAttrMaxPitch:
      return 0x7fffffff;
    case cudaDevAttrMaxRegistersPerBlock:
      return as_int(registers_per_block);
    case cudaDevAttrMultiProcessorCount:
      return as_int(on.limits.multiprocessors);
    case cudaDevAttrL2CacheSize:
      return as_int(on.l2_bytes);
    case cudaDevAttrMaxThreadsPerMultiProcessor:
      return as_int(on.threads_per_multiprocessor);
    case cudaDevAttrComputeCapabilityMajor:
      return as_int(on.major());
    case cudaDevAttrComputeCapabilityMinor:
      return as_int(on.minor());
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
      return as_int(on.shared_bytes_per_multiprocessor);
    case cudaDevAttrMaxRegistersPerMultiprocessor:
      return as_int(on.registers_per_multiprocessor);
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
      return as_int(on.limits.shared_bytes_per_block_optin);
    case cudaDevAttrMaxBlocksPerMultiprocessor:
      return as_int(on.blocks_per_multiprocessor);
    case cudaDevAttrReservedSharedMemoryPerBlock:
      return as_int(on.reserved_shared_bytes_per_block);
    case cudaDevAttrTextureAlignment:
    case cudaDevAttrSurfaceAlignment:
      return 512;
    case cudaDevAttrTexturePitchAlignment:
      return 32;
    // A device in the middle of its generation; nothing here takes a time from them.
    case cudaDevAttrClockRate:
      return 1410000;
    case cudaDevAttrMemoryClockRate:
      return 1215000;
    case cudaDevAttrGlobalMemoryBusWidth:
      return 5120;
    case cudaDevAttrSingleToDoublePrecisionPerfRatio:
      return 2;
    default:
      return std::nullopt;
  }
}

// What it can do.
std::optional<int> ability_attribute(cudaDeviceAttr attribute) {
  switch (attribute) {
    case cudaDevAttrGpuOverlap:
    case cudaDevAttrConcurrentKernels:
    case cudaDevAttrAsyncEngineCount:
    case cudaDevAttrUnifiedAddressing:
    case cudaDevAttrStreamPrioritiesSupported:
    case cudaDevAttrGlobalL1CacheSupported:
    case cudaDevAttrLocalL1CacheSupported:
    case cudaDevAttrCanMapHostMemory:
    case cudaDevAttrCanUseHostPointerForRegisteredMem:
    case cudaDevAttrHostRegisterSupported:
    case cudaDevAttrHostRegisterReadOnlySupported:
    case cudaDevAttrMemoryPoolsSupported:
    case cudaDevAttrMemSyncDomainCount:
      return 1;
    case cudaDevAttrClusterLaunch:
      return device().portable_cluster_blocks != 0 ? 1 : 0;
    case cudaDevAttrPciBusId:
      return 1;
    case cudaDevAttrNumaId:
    case cudaDevAttrHostNumaId:
      return -1;
    default:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<int> device_attribute(cudaDeviceAttr attribute) {
  if (attribute < cudaDevAttrMaxThreadsPerBlock || attribute >= cudaDevAttrMax) return std::nullopt;
  if (auto const size = size_attribute(attribute)) return size;
  if (auto const ability = ability_attribute(attribute)) return ability;
  return 0;  // textures, surfaces, managed memory, peers, IPC: the emulated device has
             // none of these
}

}  // namespace emulator::runtime
