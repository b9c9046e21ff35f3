// cudaGetDeviceProperties' structure, out of the same table as the attributes.
#include "core/memory.hpp"
#include "runtime/device.hpp"
#include "runtime/device_attributes.hpp"

#include <cstdio>
#include <cstring>

namespace emulator::runtime {

namespace {

int attribute(cudaDeviceAttr which) { return device_attribute(which).value_or(0); }

}  // namespace

cudaDeviceProp device_properties() {
  cudaDeviceProp result{};
  device_description const& on = device();
  std::snprintf(result.name, sizeof(result.name), "PTX emulator (compute capability %u.%u)",
                on.major(), on.minor());
  std::memcpy(result.uuid.bytes, "PTX emulator    ", sizeof(result.uuid.bytes));
  result.totalGlobalMem = device_memory::instance().total_bytes();
  result.sharedMemPerBlock = on.limits.shared_bytes_per_block;
  result.regsPerBlock = attribute(cudaDevAttrMaxRegistersPerBlock);
  result.warpSize = attribute(cudaDevAttrWarpSize);
  result.memPitch = static_cast<std::size_t>(attribute(cudaDevAttrMaxPitch));
  result.maxThreadsPerBlock = attribute(cudaDevAttrMaxThreadsPerBlock);
  for (int i = 0; i < 3; ++i) {
    result.maxThreadsDim[i] = static_cast<int>(max_block[i]);
    result.maxGridSize[i] = static_cast<int>(max_grid[i]);
  }
  result.totalConstMem = static_cast<std::size_t>(attribute(cudaDevAttrTotalConstantMemory));
  result.major = static_cast<int>(on.major());
  result.minor = static_cast<int>(on.minor());
  result.textureAlignment = static_cast<std::size_t>(attribute(cudaDevAttrTextureAlignment));
  result.texturePitchAlignment =
      static_cast<std::size_t>(attribute(cudaDevAttrTexturePitchAlignment));
  result.surfaceAlignment = static_cast<std::size_t>(attribute(cudaDevAttrSurfaceAlignment));
  result.multiProcessorCount = attribute(cudaDevAttrMultiProcessorCount);
  result.concurrentKernels = attribute(cudaDevAttrConcurrentKernels);
  result.pciBusID = attribute(cudaDevAttrPciBusId);
  result.asyncEngineCount = attribute(cudaDevAttrAsyncEngineCount);
  result.unifiedAddressing = attribute(cudaDevAttrUnifiedAddressing);
  result.memoryBusWidth = attribute(cudaDevAttrGlobalMemoryBusWidth);
  result.l2CacheSize = attribute(cudaDevAttrL2CacheSize);
  result.maxThreadsPerMultiProcessor = attribute(cudaDevAttrMaxThreadsPerMultiProcessor);
  result.streamPrioritiesSupported = attribute(cudaDevAttrStreamPrioritiesSupported);
  result.globalL1CacheSupported = attribute(cudaDevAttrGlobalL1CacheSupported);
  result.localL1CacheSupported = attribute(cudaDevAttrLocalL1CacheSupported);
  result.sharedMemPerMultiprocessor = on.shared_bytes_per_multiprocessor;
  result.regsPerMultiprocessor = attribute(cudaDevAttrMaxRegistersPerMultiprocessor);
  result.sharedMemPerBlockOptin = on.limits.shared_bytes_per_block_optin;
  result.maxBlocksPerMultiProcessor = attribute(cudaDevAttrMaxBlocksPerMultiprocessor);
  result.reservedSharedMemPerBlock = on.reserved_shared_bytes_per_block;
  result.canMapHostMemory = attribute(cudaDevAttrCanMapHostMemory);
  result.canUseHostPointerForRegisteredMem =
      attribute(cudaDevAttrCanUseHostPointerForRegisteredMem);
  result.hostRegisterSupported = attribute(cudaDevAttrHostRegisterSupported);
  result.hostRegisterReadOnlySupported = attribute(cudaDevAttrHostRegisterReadOnlySupported);
  result.memoryPoolsSupported = attribute(cudaDevAttrMemoryPoolsSupported);
  result.clusterLaunch = attribute(cudaDevAttrClusterLaunch);
  result.deviceNumaId = attribute(cudaDevAttrNumaId);
  result.hostNumaId = attribute(cudaDevAttrHostNumaId);
  return result;
}

}  // namespace emulator::runtime
