// cudaFunc*: attributes and names of kernels.
#include "core/fault.hpp"
#include "runtime/checks.hpp"
#include "runtime/device.hpp"
#include "runtime/launch.hpp"

#include <algorithm>

using namespace emulator::runtime;

namespace {

// Throws for a value that the attribute cannot have.
void set_attribute(kernel_settings& attributes, emulator::kernel_info const& info,
                   cudaFuncAttribute attribute, int value) {
  switch (attribute) {
    case cudaFuncAttributeMaxDynamicSharedMemorySize: {
      std::int64_t const most =
          std::int64_t{device().limits.shared_bytes_per_block_optin} - info.static_shared_bytes;
      if (value < 0 || value > most) {
        throw api_error(cudaErrorInvalidValue,
                        emulator::demangled(info.name) + ": " + std::to_string(value) +
                            " bytes of dynamic shared memory, but the device has at most " +
                            std::to_string(most) + " for a block of it");
      }
      attributes.max_dynamic_shared_bytes = value;
      break;
    }
    case cudaFuncAttributePreferredSharedMemoryCarveout:
      require_value(value >= -1 && value <= 100, "a carveout is a percentage, or -1");
      attributes.preferred_carveout = value;
      break;
    case cudaFuncAttributeClusterDimMustBeSet:
      attributes.cluster_must_be_set = value != 0;
      break;
    case cudaFuncAttributeRequiredClusterWidth:
      attributes.required_cluster.x = static_cast<unsigned>(value);
      break;
    case cudaFuncAttributeRequiredClusterHeight:
      attributes.required_cluster.y = static_cast<unsigned>(value);
      break;
    case cudaFuncAttributeRequiredClusterDepth:
      attributes.required_cluster.z = static_cast<unsigned>(value);
      break;
    case cudaFuncAttributeNonPortableClusterSizeAllowed:
      attributes.non_portable_cluster = value != 0;
      break;
    case cudaFuncAttributeClusterSchedulingPolicyPreference:
      attributes.cluster_scheduling = value;
      break;
    default:
      throw api_error(cudaErrorInvalidValue, "no such attribute of a function");
  }
}

void set_attribute(void const* function, cudaFuncAttribute attribute, int value) {
  loaded_kernel const changed = load_kernel(function);
  changed.registered->change([&](kernel_settings& attributes) {
    set_attribute(attributes, *changed.info, attribute, value);
  });
}

cudaFuncAttributes attributes_of(loaded_kernel const& asked) {
  kernel_settings const set = asked.registered->settings();
  cudaFuncAttributes result{};
  result.sharedSizeBytes = asked.info->static_shared_bytes;
  result.localSizeBytes = asked.info->local_bytes;
  result.maxThreadsPerBlock = static_cast<int>(
      std::min(asked.info->max_threads_per_block, device().limits.max_threads_per_block));
  result.numRegs = static_cast<int>(asked.info->register_estimate);
  result.ptxVersion = static_cast<int>(asked.registered->owner()->ptx_architecture());
  result.binaryVersion = static_cast<int>(device().limits.compute_capability);
  result.maxDynamicSharedSizeBytes = static_cast<int>(dynamic_shared_limit(asked));
  result.preferredShmemCarveout = set.preferred_carveout;
  result.clusterDimMustBeSet = set.cluster_must_be_set ? 1 : 0;
  result.requiredClusterWidth = static_cast<int>(set.required_cluster.x);
  result.requiredClusterHeight = static_cast<int>(set.required_cluster.y);
  result.requiredClusterDepth = static_cast<int>(set.required_cluster.z);
  if (auto const& compiled = asked.info->required_cluster) {
    result.clusterDimMustBeSet = 1;
    result.requiredClusterWidth = static_cast<int>(compiled->x);
    result.requiredClusterHeight = static_cast<int>(compiled->y);
    result.requiredClusterDepth = static_cast<int>(compiled->z);
  }
  result.clusterSchedulingPolicyPreference = set.cluster_scheduling;
  result.nonPortableClusterSizeAllowed = set.non_portable_cluster ? 1 : 0;
  return result;
}

}  // namespace

extern "C" {

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* result, void const* function) {
  return entry("cudaFuncGetAttributes", [&] {
    require_value(result != nullptr, "nowhere to put the attributes");
    *result = attributes_of(load_kernel(function));
  });
}

cudaError_t cudaFuncSetAttribute(void const* function, cudaFuncAttribute attribute, int value) {
  return entry("cudaFuncSetAttribute", [&] { set_attribute(function, attribute, value); });
}

cudaError_t cudaKernelSetAttributeForDevice(cudaKernel_t kernel, cudaFuncAttribute attribute,
                                            int value, int device) {
  return entry("cudaKernelSetAttributeForDevice", [&] {
    require_device(device);
    set_attribute(kernel, attribute, value);
  });
}

cudaError_t cudaFuncSetCacheConfig(void const* function, cudaFuncCache config) {
  return entry("cudaFuncSetCacheConfig", [&] {
    require_value(config >= cudaFuncCachePreferNone && config <= cudaFuncCachePreferEqual,
                  "no such preference");
    (void)find_kernel(function);
  });
}

cudaError_t cudaFuncGetName(char const** result, void const* function) {
  return entry("cudaFuncGetName", [&] {
    require_value(result != nullptr, "nowhere to put the name");
    *result = find_kernel(function)->name().c_str();
  });
}

cudaError_t cudaFuncGetParamInfo(void const* function, std::size_t index, std::size_t* offset,
                                 std::size_t* bytes) {
  return entry("cudaFuncGetParamInfo", [&] {
    auto const& parameters = load_kernel(function).info->parameters;
    require_value(offset != nullptr, "nowhere to put the offset");
    require_value(index < parameters.size(), "the kernel has not that many parameters");
    *offset = parameters[index].offset;
    if (bytes != nullptr) *bytes = parameters[index].bytes;
  });
}

cudaError_t cudaGetFuncBySymbol(cudaFunction_t* result, void const* function) {
  return entry("cudaGetFuncBySymbol", [&] {
    require_value(result != nullptr, "nowhere to put the function");
    *result = reinterpret_cast<cudaFunction_t>(find_kernel(function).get());
  });
}

}  // extern "C"
