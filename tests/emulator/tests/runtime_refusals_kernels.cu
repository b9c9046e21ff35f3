// A module with a managed variable, for the test of its refusal.
#include "runtime_refusals_kernels.hpp"

namespace {

__managed__ int managed_variable;

__global__ void write_managed_variable() { managed_variable = 1; }

}  // namespace

cudaError_t launch_with_managed_variable() {
  write_managed_variable<<<1, 1>>>();
  return cudaGetLastError();
}
