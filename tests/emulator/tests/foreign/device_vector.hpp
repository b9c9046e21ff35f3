// Device memory for CUB's algorithms: what they do not write stays uninitialised.
#pragma once

#include <cuda_runtime.h>
#include <thrust/copy.h>

#include <cstddef>
#include <gtest/gtest.h>
#include <vector>

namespace foreign {

inline void expect_no_error() { ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess); }

template <class T>
class device_vector {
 public:
  explicit device_vector(std::size_t n) : n_(n) {
    EXPECT_EQ(cudaMalloc(reinterpret_cast<void**>(&data_), n * sizeof(T) + 1), cudaSuccess);
  }
  explicit device_vector(std::vector<T> const& from) : device_vector(from.size()) {
    if (n_ == 0) return;
    EXPECT_EQ(cudaMemcpy(data_, from.data(), n_ * sizeof(T), cudaMemcpyHostToDevice), cudaSuccess);
  }
  device_vector(device_vector const&) = delete;
  ~device_vector() { EXPECT_EQ(cudaFree(data_), cudaSuccess); }

  T* get() const { return data_; }
  std::vector<T> read(std::size_t n) const {
    std::vector<T> result(n);
    EXPECT_LE(n, n_);
    if (n == 0 || n > n_) return result;
    EXPECT_EQ(cudaMemcpy(result.data(), data_, n * sizeof(T), cudaMemcpyDeviceToHost), cudaSuccess);
    return result;
  }
  std::vector<T> read() const { return read(n_); }

 private:
  T* data_ = nullptr;
  std::size_t n_;
};

/// Calls algorithm(storage, bytes) as CUB wants it: once for the size, once for the work.
template <class Algorithm>
void with_storage(Algorithm const& algorithm) {
  std::size_t bytes = 0;
  ASSERT_EQ(algorithm(nullptr, bytes), cudaSuccess);
  device_vector<char> const storage(bytes);
  ASSERT_EQ(algorithm(storage.get(), bytes), cudaSuccess);
  expect_no_error();
}

/// Equal in length and in every element; else the first that differs.
template <class T>
testing::AssertionResult same(std::vector<T> const& got, std::vector<T> const& expected) {
  if (got.size() != expected.size()) {
    return testing::AssertionFailure() << got.size() << " elements, expected " << expected.size();
  }
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (got[i] == expected[i]) continue;
    return testing::AssertionFailure()
           << "element " << i << " of " << got.size() << " is " << testing::PrintToString(got[i])
           << ", expected " << testing::PrintToString(expected[i]);
  }
  return testing::AssertionSuccess();
}

/// The elements of a thrust::device_vector.
template <class Vector>
auto to_host(Vector const& from) {
  std::vector<typename Vector::value_type> result(from.size());
  thrust::copy(from.begin(), from.end(), result.begin());
  return result;
}

}  // namespace foreign
