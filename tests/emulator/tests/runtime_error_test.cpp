// Errors: names, the last error of a thread, and a kernel's fault that stays.
#include "runtime_fixture.hpp"
#include "runtime_kernels.hpp"

#include <string>
#include <thread>

namespace {

using runtime_test::created_stream;
using runtime_test::device_array;

TEST(runtime_error, EveryCodeHasANameAndAText) {
  EXPECT_STREQ(cudaGetErrorName(cudaSuccess), "cudaSuccess");
  EXPECT_STREQ(cudaGetErrorString(cudaSuccess), "no error");
  EXPECT_STREQ(cudaGetErrorName(cudaErrorIllegalAddress), "cudaErrorIllegalAddress");
  EXPECT_STREQ(cudaGetErrorString(cudaErrorIllegalAddress),
               "an illegal memory access was encountered");
  EXPECT_STREQ(cudaGetErrorName(cudaErrorUnknown), "cudaErrorUnknown");
  EXPECT_STREQ(cudaGetErrorString(static_cast<cudaError_t>(12345)), "unrecognized error code");
}

TEST(runtime_error, TheLastErrorIsReadOnce) {
  EXPECT_CUDA(cudaErrorInvalidValue, cudaMalloc(nullptr, 1));
  EXPECT_CUDA(cudaSuccess, cudaDeviceSynchronize());  // success does not clear it
  EXPECT_CUDA(cudaErrorInvalidValue, cudaPeekAtLastError());
  EXPECT_CUDA(cudaErrorInvalidValue, cudaPeekAtLastError());
  EXPECT_CUDA(cudaErrorInvalidValue, cudaGetLastError());
  EXPECT_CUDA(cudaSuccess, cudaGetLastError());
}

TEST(runtime_error, EachThreadHasItsOwn) {
  EXPECT_CUDA(cudaErrorInvalidValue, cudaMalloc(nullptr, 1));
  std::thread([] {
    EXPECT_CUDA(cudaSuccess, cudaPeekAtLastError());
    EXPECT_CUDA(cudaErrorInvalidDevice, cudaSetDevice(1));
  }).join();
  EXPECT_CUDA(cudaErrorInvalidValue, cudaGetLastError());
}

using runtime_fault = runtime_test::with_reset;

// Runs the body, which ends in a fault; returns what stands on stderr.
template <class Body>
std::string report_of(Body&& body) {
  testing::internal::CaptureStderr();
  body();
  return testing::internal::GetCapturedStderr();
}

TEST_F(runtime_fault, IsFoundAtTheNextWaitAndStays) {
  device_array<int> const device(4);
  std::string const report = report_of([&] {
    kernels::get(device.get(), 4, device.get(), nullptr);
    EXPECT_CUDA(cudaSuccess, cudaGetLastError());  // the launch itself was good
    EXPECT_CUDA(cudaErrorIllegalAddress, cudaDeviceSynchronize());
  });
  EXPECT_NE(report.find("get_kernel"), std::string::npos) << report;
  EXPECT_NE(report.find("16-byte allocation"), std::string::npos) << report;
  std::string const later = report_of([&] {
    void* pointer = nullptr;
    EXPECT_CUDA(cudaErrorIllegalAddress, cudaMalloc(&pointer, 1));
    EXPECT_CUDA(cudaErrorIllegalAddress, cudaStreamQuery(nullptr));
    kernels::set(device.get(), 1, nullptr);
    EXPECT_CUDA(cudaErrorIllegalAddress, cudaGetLastError());
    EXPECT_CUDA(cudaErrorIllegalAddress, cudaGetLastError());
    std::thread([] { EXPECT_CUDA(cudaErrorIllegalAddress, cudaDeviceSynchronize()); }).join();
  });
  EXPECT_EQ(later, "");  // reported once
}

TEST_F(runtime_fault, IsGoneAfterAReset) {
  device_array<int> const before;
  report_of([&] {
    kernels::get(before.get(), 1, before.get(), nullptr);
    EXPECT_CUDA(cudaErrorIllegalAddress, cudaDeviceSynchronize());
  });
  EXPECT_CUDA(cudaSuccess, cudaDeviceReset());
  EXPECT_CUDA(cudaErrorIllegalAddress, cudaGetLastError());  // this thread's last, but not for ever
  EXPECT_CUDA(cudaSuccess, cudaGetLastError());
  device_array<int> const after;
  kernels::set(after.get(), 3, nullptr);
  EXPECT_EQ(after.at(), 3);
}

TEST_F(runtime_fault, WorkBehindItIsDropped) {
  runtime_test::pinned_int const seen(-1);
  device_array<int> const device;
  report_of([&] {
    kernels::trap(nullptr);
    EXPECT_CUDA(cudaSuccess,
                cudaMemcpyAsync(seen.get(), device.get(), 4, cudaMemcpyDeviceToHost, nullptr));
    EXPECT_CUDA(cudaErrorLaunchFailure, cudaDeviceSynchronize());
  });
  EXPECT_EQ(seen.value(), -1);
}

TEST_F(runtime_fault, HasACodeForEachKind) {
  auto const code_after = [](auto&& launch) {
    cudaError_t code = cudaSuccess;
    std::string const report = report_of([&] {
      launch();
      code = cudaDeviceSynchronize();
    });
    EXPECT_NE(report, "");
    EXPECT_CUDA(cudaSuccess, cudaDeviceReset());
    return code;
  };
  EXPECT_CUDA(cudaErrorLaunchFailure, code_after([] { kernels::trap(nullptr); }));
  EXPECT_CUDA(cudaErrorIllegalAddress, code_after([] { kernels::set(nullptr, 1, nullptr); }));
  EXPECT_CUDA(cudaErrorIllegalAddress, code_after([] {
                int host = 0;
                kernels::set(&host, 1, nullptr);
              }));
  EXPECT_CUDA(cudaErrorMisalignedAddress, code_after([] {
                char* memory = nullptr;
                EXPECT_CUDA(cudaSuccess, cudaMalloc(reinterpret_cast<void**>(&memory), 8));
                kernels::set(reinterpret_cast<int*>(memory + 1), 1, nullptr);
              }));
  EXPECT_CUDA(cudaErrorIllegalAddress, code_after([] {  // used after it was freed, in stream order
                int* memory = nullptr;
                created_stream const stream;
                EXPECT_CUDA(cudaSuccess,
                            cudaMallocAsync(reinterpret_cast<void**>(&memory), 4, stream));
                EXPECT_CUDA(cudaSuccess, cudaFreeAsync(memory, stream));
                kernels::set(memory, 1, stream);
              }));
}

TEST_F(runtime_fault, AQueuedCopyOfFreedMemoryFaultsToo) {
  void* memory = nullptr;
  created_stream const first(cudaStreamNonBlocking), second(cudaStreamNonBlocking);
  ASSERT_CUDA(cudaSuccess, cudaMallocAsync(&memory, 4, first));
  EXPECT_CUDA(cudaSuccess, cudaMemsetAsync(memory, 1, 4, second));  // no event behind the free
  EXPECT_CUDA(cudaSuccess, cudaFreeAsync(memory, first));
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(first));
  std::string const report =
      report_of([&] { EXPECT_CUDA(cudaErrorIllegalAddress, cudaStreamSynchronize(second)); });
  EXPECT_NE(report.find("freed 4-byte allocation"), std::string::npos) << report;
}

TEST_F(runtime_fault, IsShownAtTheEndOfAProcessThatNeverWaits) {
  EXPECT_EXIT(
      {
        kernels::trap(nullptr);
        std::exit(0);
      },
      testing::ExitedWithCode(0), "trap_kernel");
}

}  // namespace
