// Memory on the device, and errors as exceptions.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace mathematics {

inline void check(cudaError_t code, char const* what) {
  if (code != cudaSuccess)
    throw std::runtime_error(std::string(what) + ": " + cudaGetErrorString(code));
}

template <class T>
class device_array {
 public:
  explicit device_array(std::size_t size) : bytes_(size * sizeof(T)) {
    check(cudaMalloc(reinterpret_cast<void**>(&data_), bytes_), "cudaMalloc");
  }
  explicit device_array(std::vector<T> const& from) : device_array(from.size()) {
    check(cudaMemcpy(data_, from.data(), bytes_, cudaMemcpyHostToDevice), "cudaMemcpy");
  }
  device_array(device_array const&) = delete;
  ~device_array() { cudaFree(data_); }
  T* get() const { return data_; }
  std::vector<T> read() const {
    std::vector<T> result(bytes_ / sizeof(T));
    check(cudaMemcpy(result.data(), data_, bytes_, cudaMemcpyDeviceToHost), "cudaMemcpy");
    return result;
  }

 private:
  T* data_ = nullptr;
  std::size_t bytes_;
};

}  // namespace mathematics
