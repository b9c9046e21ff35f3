// cudaDeviceGetAttribute's table, and the properties that repeat it.
#pragma once

#include <cuda_runtime_api.h>

#include <optional>

namespace emulator::runtime {

/// Empty for what is no attribute.
std::optional<int> device_attribute(cudaDeviceAttr attribute);

cudaDeviceProp device_properties();

}  // namespace emulator::runtime
