// What launchers need to know about the current device: asked once for each, then read from a table.
#pragma once

#include "row_plan.hpp"

#include <cuda_runtime_api.h>

namespace activations_cuda::kernels {

/// Of the current device; its number too, if that is asked for.
cudaError_t limits_of_device(device_limits& limits, int* device = nullptr);

}  // namespace activations_cuda::kernels
