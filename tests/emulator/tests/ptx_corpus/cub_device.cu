// The kernels of a device-wide CUB reduction.
#include <cub/device/device_reduce.cuh>

cudaError_t sum(void* storage, size_t& bytes, float const* x, float* y, int n) {
  return cub::DeviceReduce::Sum(storage, bytes, x, y, n);
}
