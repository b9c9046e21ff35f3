// What the tests of the runtime share: short names for device memory and streams, a child process
// for each setting of the environment.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdlib>
#include <gtest/gtest.h>
#include <memory>
#include <ostream>

/// GoogleTest prints an error by its name.
inline void PrintTo(cudaError_t code, std::ostream* out) { *out << cudaGetErrorName(code); }

#define EXPECT_CUDA(code, call) EXPECT_EQ(call, code) << #call
#define ASSERT_CUDA(code, call) ASSERT_EQ(call, code) << #call

namespace runtime_test {

/// count values of T on the device, zero at first.
template <class T>
class device_array {
 public:
  explicit device_array(std::size_t count = 1) : count_(count) {
    EXPECT_CUDA(cudaSuccess, cudaMalloc(reinterpret_cast<void**>(&data_), count * sizeof(T)));
    EXPECT_CUDA(cudaSuccess, cudaMemset(data_, 0, count * sizeof(T)));
    EXPECT_CUDA(cudaSuccess, cudaDeviceSynchronize());
  }
  device_array(device_array const&) = delete;
  ~device_array() { cudaFree(data_); }

  T* get() const { return data_; }
  std::size_t bytes() const { return count_ * sizeof(T); }
  /// Waits for what the legacy stream waits for.
  T at(std::size_t index = 0) const {
    T value{};
    EXPECT_CUDA(cudaSuccess, cudaMemcpy(&value, data_ + index, sizeof(T), cudaMemcpyDeviceToHost));
    return value;
  }

 private:
  T* data_ = nullptr;
  std::size_t count_;
};

class created_stream {
 public:
  explicit created_stream(unsigned flags = cudaStreamDefault) {
    EXPECT_CUDA(cudaSuccess, cudaStreamCreateWithFlags(&handle_, flags));
  }
  created_stream(created_stream const&) = delete;
  ~created_stream() { cudaStreamDestroy(handle_); }
  operator cudaStream_t() const { return handle_; }

 private:
  cudaStream_t handle_ = nullptr;
};

class created_event {
 public:
  explicit created_event(unsigned flags = cudaEventDefault) {
    EXPECT_CUDA(cudaSuccess, cudaEventCreateWithFlags(&handle_, flags));
  }
  created_event(created_event const&) = delete;
  ~created_event() { cudaEventDestroy(handle_); }
  operator cudaEvent_t() const { return handle_; }

 private:
  cudaEvent_t handle_ = nullptr;
};

/// A value in page-locked host memory: what the device writes there is seen when it executes, not
/// before.
class pinned_int {
 public:
  explicit pinned_int(int value) {
    EXPECT_CUDA(cudaSuccess, cudaMallocHost(reinterpret_cast<void**>(&data_), sizeof(int)));
    *data_ = value;
  }
  pinned_int(pinned_int const&) = delete;
  ~pinned_int() { cudaFreeHost(data_); }
  int* get() const { return data_; }
  int value() const { return *static_cast<int volatile*>(data_); }

 private:
  int* data_ = nullptr;
};

/// Leaves no error for the next test.
class with_reset : public testing::Test {
 protected:
  void TearDown() override {
    EXPECT_CUDA(cudaSuccess, cudaDeviceReset());
    (void)cudaGetLastError();
  }
};

/// The exit status of body in a child with ACTIVATIONS_EMULATOR_<name>=value; for EXPECT_EXIT. The
/// parent must not have called CUDA before.
template <class Body>
[[noreturn]] void exit_with(char const* name, char const* value, Body&& body) {
  setenv((std::string("ACTIVATIONS_EMULATOR_") + name).c_str(), value, 1);
  std::exit(body());
}

}  // namespace runtime_test
