// Page-locked host memory in kernels: read and written at the host's own addresses, within its
// bounds, as long as it is page-locked.
#include "runtime_fixture.hpp"
#include "runtime_kernels.hpp"

#include <cstdint>
#include <numeric>
#include <vector>

namespace {

using runtime_test::device_array;
using runtime_test::pinned_int;

class runtime_page_locked : public runtime_test::with_reset {};

class registered {
 public:
  explicit registered(std::vector<int>& memory, unsigned flags = cudaHostRegisterDefault)
      : data_(memory.data()) {
    EXPECT_CUDA(cudaSuccess, cudaHostRegister(data_, memory.size() * sizeof(int), flags));
  }
  registered(registered const&) = delete;
  ~registered() { EXPECT_CUDA(cudaSuccess, cudaHostUnregister(data_)); }

 private:
  int* data_;
};

TEST_F(runtime_page_locked, KernelsReadAndWriteWhatCudaAllocated) {
  pinned_int const value(40);
  kernels::add(value.get(), 2, nullptr);
  EXPECT_EQ(value.value(), 40) << "before anyone waited";
  ASSERT_CUDA(cudaSuccess, cudaDeviceSynchronize());
  EXPECT_EQ(value.value(), 42);
}

TEST_F(runtime_page_locked, KernelsReadAndWriteWhatWasRegistered) {
  std::vector<int> memory(1000, -1);
  registered const pinned(memory);
  device_array<int> const copy(1);
  kernels::number(memory.data(), 10, 100, nullptr);
  kernels::get(memory.data(), 999, copy.get(), nullptr);
  EXPECT_EQ(copy.at(), 999);
  std::vector<int> expected(1000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(memory, expected);
}

TEST_F(runtime_page_locked, SeesWhatTheHostWritesBeforeTheKernelExecutes) {
  pinned_int const value(1);
  device_array<int> const copy(1);
  kernels::get(value.get(), 0, copy.get(), nullptr);
  *value.get() = 7;
  EXPECT_EQ(copy.at(), 7);
}

TEST_F(runtime_page_locked, TheDevicePointerIsTheHostsOwn) {
  pinned_int const value(1);
  void* device = nullptr;
  ASSERT_CUDA(cudaSuccess, cudaHostGetDevicePointer(&device, value.get(), 0));
  EXPECT_EQ(device, value.get());
  cudaPointerAttributes attributes{};
  ASSERT_CUDA(cudaSuccess, cudaPointerGetAttributes(&attributes, value.get()));
  EXPECT_EQ(attributes.type, cudaMemoryTypeHost);
  EXPECT_EQ(attributes.devicePointer, value.get());
  int pageable = 0;
  EXPECT_CUDA(cudaErrorInvalidValue, cudaHostGetDevicePointer(&device, &pageable, 0));
  EXPECT_EQ(device, nullptr);
  EXPECT_CUDA(cudaErrorInvalidValue, cudaHostGetDevicePointer(&device, value.get(), 1));
  for (auto const attribute :
       {cudaDevAttrCanMapHostMemory, cudaDevAttrCanUseHostPointerForRegisteredMem}) {
    int can = 0;
    EXPECT_CUDA(cudaSuccess, cudaDeviceGetAttribute(&can, attribute, 0));
    EXPECT_EQ(can, 1);
  }
}

/// The code that the queued work ends with, and what the emulator says of it.
std::string message_of_fault(cudaError_t expected) {
  testing::internal::CaptureStderr();
  EXPECT_CUDA(expected, cudaDeviceSynchronize());
  EXPECT_CUDA(cudaSuccess, cudaDeviceReset());
  return testing::internal::GetCapturedStderr();
}

void expect_words(std::string const& message, std::vector<std::string> const& words) {
  for (auto const& word : words) {
    EXPECT_NE(message.find(word), std::string::npos) << "no '" << word << "' in:\n" << message;
  }
}

TEST_F(runtime_page_locked, PageableMemoryIsAFaultThatSaysSo) {
  static int memory[4] = {};  // nothing that another test may have had page-locked
  kernels::set(memory, 1, nullptr);
  expect_words(message_of_fault(cudaErrorIllegalAddress),
               {"set_kernel", "out of bounds: write of 4 bytes of global memory",
                "is pageable host memory", "cudaHostRegister"});
  EXPECT_EQ(memory[0], 0);
}

TEST_F(runtime_page_locked, NeitherDeviceNorHostIsAFaultThatSaysSo) {
  kernels::set(reinterpret_cast<int*>(std::uintptr_t{1} << 20), 1, nullptr);
  expect_words(message_of_fault(cudaErrorIllegalAddress),
               {"0x100000 is no device address, and the host has nothing there either"});
}

TEST_F(runtime_page_locked, ItsBoundsHold) {
  std::vector<int> memory(8);
  ASSERT_CUDA(cudaSuccess, cudaHostRegister(memory.data(), 7 * sizeof(int), 0));
  kernels::set(memory.data() + 7, 1, nullptr);
  expect_words(message_of_fault(cudaErrorIllegalAddress),
               {"out of bounds: write of 4 bytes of host memory",
                "0 bytes past the end of the 28-byte host memory of cudaHostRegister"});
  EXPECT_EQ(memory[7], 0);
  ASSERT_CUDA(cudaSuccess, cudaHostUnregister(memory.data()));
}

TEST_F(runtime_page_locked, UnregisteredMemoryIsUseAfterFree) {
  std::vector<int> memory(4);
  { registered const pinned(memory); }
  kernels::set(memory.data() + 1, 1, nullptr);
  expect_words(message_of_fault(cudaErrorIllegalAddress),
               {"use after free: write of 4 bytes of host memory",
                "at byte 4 of the no longer page-locked 16-byte host memory of cudaHostRegister"});
  EXPECT_EQ(memory[1], 0);
}

TEST_F(runtime_page_locked, AKernelThatFoundItBeforeDoesNotFindItAfter) {
  std::vector<int> memory(4);
  {
    registered const pinned(memory);
    kernels::set(memory.data(), 5, nullptr);
    ASSERT_CUDA(cudaSuccess, cudaDeviceSynchronize());
  }
  kernels::set(memory.data(), 6, nullptr);
  expect_words(message_of_fault(cudaErrorIllegalAddress), {"use after free"});
  EXPECT_EQ(memory[0], 5);
}

TEST_F(runtime_page_locked, ReadOnlyMemoryIsNotWritten) {
  std::vector<int> memory(4, 3);
  registered const pinned(memory, cudaHostRegisterReadOnly);
  device_array<int> const copy(1);
  kernels::get(memory.data(), 2, copy.get(), nullptr);
  EXPECT_EQ(copy.at(), 3);
  kernels::set(memory.data(), 1, nullptr);
  expect_words(message_of_fault(cudaErrorIllegalAddress),
               {"write of 4 bytes of read-only host memory"});
  EXPECT_EQ(memory[0], 3);
}

TEST_F(runtime_page_locked, MisalignedAccessesAreFaults) {
  std::vector<int> memory(4);
  registered const pinned(memory);
  kernels::set(reinterpret_cast<int*>(reinterpret_cast<char*>(memory.data()) + 2), 1, nullptr);
  expect_words(message_of_fault(cudaErrorMisalignedAddress),
               {"misaligned write of 4 bytes of host memory"});
}

}  // namespace
