// Device memory for tests: exactly as many bytes as asked, so that one element too far is out of
// bounds.
#pragma once

#include "support/storage.hpp"

#include <cuda_runtime_api.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

namespace support {

inline void check(cudaError_t status, char const* what) {
  if (status != cudaSuccess)
    throw std::runtime_error(std::string(what) + ": " + cudaGetErrorString(status));
}

class device_buffer {
 public:
  /// offset bytes are left unused before the first element: cudaMalloc aligns to 256.
  explicit device_buffer(std::size_t bytes, std::size_t offset = 0)
      : bytes_(bytes), offset_(offset) {
    check(cudaMalloc(&base_, bytes + offset), "cudaMalloc");
  }
  explicit device_buffer(host_array const& values, std::size_t offset = 0)
      : device_buffer(values.bytes(), offset) {
    upload(values);
  }
  device_buffer(device_buffer&& other) noexcept
      : base_(std::exchange(other.base_, nullptr)), bytes_(other.bytes_), offset_(other.offset_) {}
  device_buffer& operator=(device_buffer&&) = delete;
  ~device_buffer() { cudaFree(base_); }

  void* get() const { return static_cast<char*>(base_) + offset_; }
  void upload(host_array const& values) const {
    if (bytes_ != 0)
      check(cudaMemcpy(get(), values.data(), bytes_, cudaMemcpyHostToDevice), "upload");
  }
  host_array download(storage const& type) const {
    host_array result(type, bytes_ / type.bytes);
    download_to(result);
    return result;
  }
  /// An array of as many bytes.
  void download_to(host_array& values) const {
    if (bytes_ != 0)
      check(cudaMemcpy(values.data(), get(), bytes_, cudaMemcpyDeviceToHost), "download");
  }
  void fill(int byte) const { check(cudaMemset(get(), byte, bytes_), "fill"); }

 private:
  void* base_ = nullptr;
  std::size_t bytes_;
  std::size_t offset_;
};

}  // namespace support
