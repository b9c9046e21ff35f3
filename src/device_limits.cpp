#include "../kernels/device_limits.hpp"

#include <atomic>
#include <cstdint>

namespace activations_cuda::kernels {
namespace {

// 0 until known; then 2 * the bytes of shared memory + whether there are clusters, plus 2. Devices
// beyond the table are asked each time.
constexpr int table_size = 64;
std::atomic<std::int64_t> table[table_size];

// Beside what a launch asks for, kernels have less than that of their own.
constexpr int own_shared_bytes = 1024;

cudaError_t ask(int device, device_limits& limits) {
  int major = 0;
  cudaError_t status = cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device);
  if (status != cudaSuccess) return status;
  int bytes = 0;
  status = cudaDeviceGetAttribute(&bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
  if (status != cudaSuccess) return status;
  limits = {major >= 9, bytes > own_shared_bytes ? bytes - own_shared_bytes : 0};
  return cudaSuccess;
}

}  // namespace

cudaError_t limits_of_device(device_limits& limits, int* device) {
  int current = 0;
  cudaError_t status = cudaGetDevice(&current);
  if (status != cudaSuccess) return status;
  if (device != nullptr) *device = current;
  if (current >= table_size) return ask(current, limits);
  std::int64_t known = table[current].load(std::memory_order_relaxed);
  if (known == 0) {
    status = ask(current, limits);
    if (status != cudaSuccess) return status;
    known = 2 * (std::int64_t{limits.shared_bytes} + 1) + (limits.has_clusters ? 1 : 0);
    table[current].store(known, std::memory_order_relaxed);
  }
  limits = {known % 2 == 1, static_cast<int>(known / 2 - 1)};
  return cudaSuccess;
}

}  // namespace activations_cuda::kernels
