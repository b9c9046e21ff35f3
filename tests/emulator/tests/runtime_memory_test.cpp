// Allocation: sizes, misuse, page-locked memory, what a pointer is, and that the host cannot touch
// the device's memory.
#include "runtime_fixture.hpp"

#include <cstdint>
#include <cstring>
#include <vector>

namespace {

using runtime_test::device_array;

TEST(runtime_memory, AllocatesAndFrees) {
  std::size_t free_before = 0, free_now = 0, total = 0;
  ASSERT_CUDA(cudaSuccess, cudaMemGetInfo(&free_before, &total));
  void* pointer = nullptr;
  ASSERT_CUDA(cudaSuccess, cudaMalloc(&pointer, 1000));
  EXPECT_NE(pointer, nullptr);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(pointer) % 256, 0U);
  ASSERT_CUDA(cudaSuccess, cudaMemGetInfo(&free_now, &total));
  EXPECT_GE(free_before - free_now, 1000U);
  EXPECT_CUDA(cudaSuccess, cudaFree(pointer));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaFree(pointer));
  ASSERT_CUDA(cudaSuccess, cudaMemGetInfo(&free_now, &total));
  EXPECT_EQ(free_now, free_before);
}

TEST(runtime_memory, NothingIsANullPointer) {
  void* pointer = &pointer;
  EXPECT_CUDA(cudaSuccess, cudaMalloc(&pointer, 0));
  EXPECT_EQ(pointer, nullptr);
  EXPECT_CUDA(cudaSuccess, cudaFree(nullptr));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaMalloc(nullptr, 1));
}

TEST(runtime_memory, FreesOnlyWhatItGave) {
  device_array<int> const memory(4);
  int host = 0;
  EXPECT_CUDA(cudaErrorInvalidValue, cudaFree(memory.get() + 1));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaFree(&host));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaFreeHost(&host));
}

TEST(runtime_memory, TooMuchIsOutOfMemory) {
  void* pointer = nullptr;
  EXPECT_CUDA(cudaErrorMemoryAllocation, cudaMalloc(&pointer, std::size_t{1} << 50));
  EXPECT_CUDA(cudaErrorMemoryAllocation, cudaGetLastError());
  EXPECT_CUDA(cudaSuccess, cudaGetLastError());
}

TEST(runtime_memory, PitchedRowsAreAligned) {
  void* pointer = nullptr;
  std::size_t pitch = 0;
  ASSERT_CUDA(cudaSuccess, cudaMallocPitch(&pointer, &pitch, 100, 7));
  EXPECT_GE(pitch, 100U);
  EXPECT_EQ(pitch % 256, 0U);
  EXPECT_CUDA(cudaSuccess, cudaMemset2D(pointer, pitch, 1, 100, 7));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaMemset2D(pointer, pitch, 1, 100, 8));
  EXPECT_CUDA(cudaSuccess, cudaFree(pointer));
}

TEST(runtime_memory, TheHostCannotTouchTheDevice) {
  device_array<int> const memory;
  EXPECT_DEATH(*static_cast<int volatile*>(memory.get()) = 1, "");
  EXPECT_DEATH((void)*static_cast<int volatile*>(memory.get()), "");
}

TEST(runtime_memory, KnowsWhatAPointerIs) {
  cudaPointerAttributes attributes{};
  void* device = nullptr;
  ASSERT_CUDA(cudaSuccess, cudaMalloc(&device, 100));
  auto* const inside = static_cast<char*>(device) + 99;
  ASSERT_CUDA(cudaSuccess, cudaPointerGetAttributes(&attributes, inside));
  EXPECT_EQ(attributes.type, cudaMemoryTypeDevice);
  EXPECT_EQ(attributes.device, 0);
  EXPECT_EQ(attributes.devicePointer, inside);
  ASSERT_CUDA(cudaSuccess, cudaFree(device));
  ASSERT_CUDA(cudaSuccess, cudaPointerGetAttributes(&attributes, inside));
  EXPECT_EQ(attributes.type, cudaMemoryTypeUnregistered);

  int host = 0;
  ASSERT_CUDA(cudaSuccess, cudaPointerGetAttributes(&attributes, &host));
  EXPECT_EQ(attributes.type, cudaMemoryTypeUnregistered);
  ASSERT_CUDA(cudaSuccess, cudaHostRegister(&host, sizeof(host), cudaHostRegisterDefault));
  ASSERT_CUDA(cudaSuccess, cudaPointerGetAttributes(&attributes, &host));
  EXPECT_EQ(attributes.type, cudaMemoryTypeHost);
  EXPECT_CUDA(cudaSuccess, cudaHostUnregister(&host));
}

TEST(runtime_memory, PageLockedHostMemory) {
  void* pointer = nullptr;
  ASSERT_CUDA(cudaSuccess, cudaHostAlloc(&pointer, 64, cudaHostAllocPortable));
  std::memset(pointer, 1, 64);
  unsigned flags = 0;
  EXPECT_CUDA(cudaSuccess, cudaHostGetFlags(&flags, pointer));
  EXPECT_EQ(flags, unsigned{cudaHostAllocPortable});
  EXPECT_CUDA(cudaErrorHostMemoryNotRegistered, cudaHostUnregister(pointer));
  EXPECT_CUDA(cudaSuccess, cudaFreeHost(pointer));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaFreeHost(pointer));
}

TEST(runtime_memory, RegisteredRangesDoNotOverlap) {
  std::vector<char> memory(300);
  ASSERT_CUDA(cudaSuccess, cudaHostRegister(memory.data() + 100, 100, 0));
  EXPECT_CUDA(cudaErrorHostMemoryAlreadyRegistered, cudaHostRegister(memory.data() + 199, 10, 0));
  EXPECT_CUDA(cudaErrorHostMemoryAlreadyRegistered, cudaHostRegister(memory.data(), 101, 0));
  EXPECT_CUDA(cudaSuccess, cudaHostRegister(memory.data(), 100, 0));
  EXPECT_CUDA(cudaSuccess, cudaHostUnregister(memory.data()));
  EXPECT_CUDA(cudaSuccess, cudaHostUnregister(memory.data() + 100));
  EXPECT_CUDA(cudaErrorHostMemoryNotRegistered, cudaHostUnregister(memory.data() + 100));
}

TEST(runtime_memory, PoolMemoryGoesWhenTheStreamGetsThere) {
  runtime_test::created_stream const stream;
  void* pointer = nullptr;
  ASSERT_CUDA(cudaSuccess, cudaMallocAsync(&pointer, 512, stream));
  EXPECT_CUDA(cudaSuccess, cudaMemsetAsync(pointer, 3, 512, stream));
  EXPECT_CUDA(cudaSuccess, cudaFreeAsync(pointer, stream));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaFreeAsync(pointer, stream));
  cudaPointerAttributes attributes{};
  ASSERT_CUDA(cudaSuccess, cudaPointerGetAttributes(&attributes, pointer));
  EXPECT_EQ(attributes.type, cudaMemoryTypeDevice);
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(stream));
  ASSERT_CUDA(cudaSuccess, cudaPointerGetAttributes(&attributes, pointer));
  EXPECT_EQ(attributes.type, cudaMemoryTypeUnregistered);
}

TEST(runtime_memory, ThePoolCountsItsMemory) {
  cudaMemPool_t pool = nullptr;
  ASSERT_CUDA(cudaSuccess, cudaDeviceGetDefaultMemPool(&pool, 0));
  std::uint64_t threshold = 1 << 20, used = 0;
  EXPECT_CUDA(cudaSuccess,
              cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &threshold));
  threshold = 0;
  EXPECT_CUDA(cudaSuccess,
              cudaMemPoolGetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &threshold));
  EXPECT_EQ(threshold, 1U << 20);
  void* pointer = nullptr;
  ASSERT_CUDA(cudaSuccess, cudaMallocAsync(&pointer, 512, nullptr));
  EXPECT_CUDA(cudaSuccess, cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemCurrent, &used));
  EXPECT_EQ(used, 512U);
  EXPECT_CUDA(cudaSuccess, cudaFree(pointer));
  EXPECT_CUDA(cudaSuccess, cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemCurrent, &used));
  EXPECT_EQ(used, 0U);
}

}  // namespace
