// CUDA resources that free themselves, and checks of every call.
#pragma once

#include <activations_cuda/activations.h>
#include <cuda_runtime_api.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace digits {

inline void check(cudaError_t status, char const* what) {
  if (status != cudaSuccess)
    throw std::runtime_error(std::string(what) + ": " + cudaGetErrorString(status));
}

inline void check(act_status status) {
  if (status != ACT_OK) throw std::runtime_error(act_last_error());
}

class stream {
 public:
  stream() { check(cudaStreamCreate(&handle_), "cudaStreamCreate"); }
  stream(stream const&) = delete;
  stream& operator=(stream const&) = delete;
  ~stream() { cudaStreamDestroy(handle_); }

  operator cudaStream_t() const { return handle_; }
  void synchronize() const { check(cudaStreamSynchronize(handle_), "cudaStreamSynchronize"); }

 private:
  cudaStream_t handle_ = nullptr;
};

/// A fixed number of elements in device memory.
template <class T>
class device_array {
 public:
  explicit device_array(int size) : size_(static_cast<std::size_t>(size)) {
    void* memory = nullptr;
    check(cudaMalloc(&memory, bytes()), "cudaMalloc");
    data_ = static_cast<T*>(memory);
  }
  device_array(std::vector<T> const& values, stream const& on)
      : device_array(static_cast<int>(values.size())) {
    upload(values, on);
  }
  device_array(device_array const&) = delete;
  device_array& operator=(device_array const&) = delete;
  ~device_array() { cudaFree(data_); }

  T* data() { return data_; }
  T const* data() const { return data_; }
  int size() const { return static_cast<int>(size_); }

  /// values: size() of them. Has copied them when it returns.
  void upload(std::vector<T> const& values, stream const& on) {
    check(cudaMemcpyAsync(data_, values.data(), bytes(), cudaMemcpyHostToDevice, on), "upload");
    on.synchronize();
  }
  void clear(stream const& on) { check(cudaMemsetAsync(data_, 0, bytes(), on), "cudaMemsetAsync"); }
  std::vector<T> download(stream const& on) const {
    std::vector<T> values(size_);
    check(cudaMemcpyAsync(values.data(), data_, bytes(), cudaMemcpyDeviceToHost, on), "download");
    on.synchronize();
    return values;
  }

 private:
  std::size_t bytes() const { return size_ * sizeof(T); }

  T* data_ = nullptr;
  std::size_t size_;
};

}  // namespace digits
