#pragma once

#include <cuda_runtime_api.h>

/// Launches a kernel of a module that has a __managed__ variable.
cudaError_t launch_with_managed_variable();
