// What the seeded programs share: device arrays that free themselves, and a wait that asks for
// nothing.
#pragma once

#include "seeded_bug.hpp"

#include <cuda_runtime.h>

#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace seeded {

/// Memory of cudaMalloc, not written at first.
template <class T>
class device_array {
 public:
  explicit device_array(std::size_t count) : count_(count) {
    cudaMalloc(&data_, count * sizeof(T));
  }
  explicit device_array(std::vector<T> const& values) : device_array(values.size()) {
    cudaMemcpy(data_, values.data(), count_ * sizeof(T), cudaMemcpyHostToDevice);
  }
  device_array(std::size_t count, T const& value) : device_array(std::vector<T>(count, value)) {}
  device_array(device_array const&) = delete;
  ~device_array() { cudaFree(data_); }

  T* get() const { return data_; }
  std::size_t size() const { return count_; }
  void clear() { cudaMemset(data_, 0, count_ * sizeof(T)); }
  /// Empty after a fault.
  std::vector<T> read() const {
    std::vector<T> values(count_);
    if (cudaMemcpy(values.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost) != cudaSuccess)
      values.clear();
    return values;
  }

 private:
  T* data_ = nullptr;
  std::size_t count_;
};

/// first, first + 1, ...
template <class T>
std::vector<T> counted(std::size_t count, T first = T(0)) {
  std::vector<T> values(count);
  std::iota(values.begin(), values.end(), first);
  return values;
}

template <class T>
std::vector<T> filled(std::size_t count, T value) {
  return std::vector<T>(count, value);
}

}  // namespace seeded
