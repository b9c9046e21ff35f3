// The entry points of a launch: <<<>>>, cudaLaunchKernel, cudaLaunchKernelExC.
#include "runtime/checks.hpp"
#include "runtime/launch.hpp"

#include <vector>

using namespace emulator::runtime;

namespace {

struct call_configuration {
  dim3 grid, block;
  std::size_t shared_bytes;
  cudaStream_t stream;
};

// A true stack: a kernel's argument may itself be computed with a launch.
std::vector<call_configuration>& configurations() {
  thread_local std::vector<call_configuration> stack;
  return stack;
}

}  // namespace

extern "C" {

unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, std::size_t shared_bytes,
                                     CUstream_st* stream) {
  configurations().push_back({grid, block, shared_bytes, stream});
  return 0;
}

cudaError_t __cudaPopCallConfiguration(dim3* grid, dim3* block, std::size_t* shared_bytes,
                                       void* stream) {
  if (configurations().empty()) return remember(cudaErrorMissingConfiguration);
  call_configuration const top = configurations().back();
  configurations().pop_back();
  *grid = top.grid;
  *block = top.block;
  *shared_bytes = top.shared_bytes;
  *static_cast<cudaStream_t*>(stream) = top.stream;
  return cudaSuccess;
}

cudaError_t cudaLaunchKernel(void const* function, dim3 grid, dim3 block, void** arguments,
                             std::size_t shared_bytes, cudaStream_t stream) {
  return entry("cudaLaunchKernel", [&] {
    launch({function, grid, block, dim3(0, 0, 0), shared_bytes, arguments, stream});
  });
}

cudaError_t __cudaLaunchKernel(cudaKernel_t kernel, dim3 grid, dim3 block, void** arguments,
                               std::size_t shared_bytes, cudaStream_t stream) {
  return cudaLaunchKernel(kernel, grid, block, arguments, shared_bytes, stream);
}

cudaError_t cudaLaunchKernelExC(cudaLaunchConfig_t const* config, void const* function,
                                void** arguments) {
  return entry("cudaLaunchKernelExC", [&] {
    require_value(config != nullptr, "no configuration");
    launch({function, config->gridDim, config->blockDim,
            cluster_of(config->attrs, config->numAttrs), config->dynamicSmemBytes, arguments,
            config->stream});
  });
}

}  // extern "C"
