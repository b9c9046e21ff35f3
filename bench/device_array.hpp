// Device memory of a benchmark.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace bench {

inline void check(cudaError_t status, char const* what) {
  if (status == cudaErrorMemoryAllocation) {
    cudaGetLastError();  // it is not sticky: the next benchmark need not see it
    throw std::bad_alloc();
  }
  if (status != cudaSuccess)
    throw std::runtime_error(std::string(what) + ": " + cudaGetErrorString(status));
}

template <class T>
class device_array {
 public:
  /// @throws std::bad_alloc  if the device has no room for them
  explicit device_array(std::int64_t n) {
    void* memory = nullptr;
    check(cudaMalloc(&memory, static_cast<std::size_t>(n) * sizeof(T)), "cudaMalloc");
    data_ = static_cast<T*>(memory);
  }
  device_array(device_array&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  device_array& operator=(device_array&&) = delete;
  ~device_array() { cudaFree(data_); }

  T* data() const { return data_; }

 private:
  T* data_ = nullptr;
};

/// n elements from device memory.
template <class T>
std::vector<T> download(T const* from, std::int64_t n) {
  std::vector<T> values(static_cast<std::size_t>(n));
  check(cudaMemcpy(values.data(), from, values.size() * sizeof(T), cudaMemcpyDeviceToHost),
        "cudaMemcpy");
  return values;
}

/// n elements in device memory: uniform between -8 and 8, where activations bend, and different for each seed.
template <class T>
void fill_random(T* values, std::int64_t n, std::uint64_t seed);

}  // namespace bench
