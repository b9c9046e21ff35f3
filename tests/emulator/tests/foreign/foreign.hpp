// CUB's and Thrust's algorithms on the emulator, against the standard library: code that nobody
// here wrote.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <type_traits>
#include <vector>

namespace foreign {

inline std::vector<std::size_t> const& sizes() {
  static std::vector<std::size_t> const all{0, 1, 2, 31, 32, 33, 127, 1000, 4096, 4097, 100'000};
  return all;
}

/// Small whole numbers: sums of floats are exact, and keys repeat.
template <class T>
std::vector<T> values(std::size_t n, std::uint64_t seed, int range = 1000) {
  std::mt19937_64 random(seed);
  std::vector<T> result(n);
  for (T& value : result) {
    auto const whole = static_cast<int>(random() % static_cast<unsigned>(range));
    value = static_cast<T>(std::is_signed_v<T> ? whole - range / 2 : whole);
  }
  return result;
}

inline void expect_no_error() { ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess); }

/// Calls algorithm(storage, bytes) as CUB wants it: once for the size, once for the work.
template <class Algorithm>
void with_storage(Algorithm const& algorithm) {
  std::size_t bytes = 0;
  ASSERT_EQ(algorithm(nullptr, bytes), cudaSuccess);
  void* storage = nullptr;
  ASSERT_EQ(cudaMalloc(&storage, bytes + 1), cudaSuccess);
  ASSERT_EQ(algorithm(storage, bytes), cudaSuccess);
  expect_no_error();
  cudaFree(storage);
}

template <class T>
class device_vector {
 public:
  explicit device_vector(std::size_t n) : n_(n) {
    cudaMalloc(reinterpret_cast<void**>(&data_), n * sizeof(T) + 1);
  }
  explicit device_vector(std::vector<T> const& from) : device_vector(from.size()) {
    if (n_ != 0) cudaMemcpy(data_, from.data(), n_ * sizeof(T), cudaMemcpyHostToDevice);
  }
  device_vector(device_vector const&) = delete;
  ~device_vector() { cudaFree(data_); }
  T* get() const { return data_; }
  std::vector<T> read(std::size_t n) const {
    std::vector<T> result(n);
    if (n != 0)
      EXPECT_EQ(cudaMemcpy(result.data(), data_, n * sizeof(T), cudaMemcpyDeviceToHost),
                cudaSuccess);
    return result;
  }
  std::vector<T> read() const { return read(n_); }

 private:
  T* data_ = nullptr;
  std::size_t n_;
};

}  // namespace foreign
