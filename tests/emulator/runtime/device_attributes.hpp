// cudaDeviceGetAttribute's table.
#pragma once

#include <cuda_runtime_api.h>

#include <optional>

namespace emulator::runtime {

/// Empty for what is no attribute.
std::optional<int> device_attribute(cudaDeviceAttr attribute);

}  // namespace emulator::runtime
