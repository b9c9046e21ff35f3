// Memory freed twice or by the wrong function, handles used after their end, copies beyond what there is.
#include "program.cuh"

#include <cstdlib>

namespace {

using namespace seeded;

__global__ void set_kernel(int* to, int value) { to[threadIdx.x] = value; }

template <bool correct>
bool double_free() {
  int* x = nullptr;
  cudaMalloc(&x, 512);
  bool const once = cudaFree(x) == cudaSuccess;
  return correct ? once : cudaFree(x) == cudaSuccess;
}

template <bool correct>
bool free_of_host_memory() {
  void* const host = std::malloc(512);
  if (!correct) return cudaFree(host) == cudaSuccess;
  std::free(host);
  return true;
}

// A pointer that has walked on.
template <bool correct>
bool free_of_an_inner_pointer() {
  int *x = nullptr, *at = nullptr;
  cudaMalloc(&x, 512);
  at = x;
  for (int i = 0; i < 4; ++i) set_kernel<<<1, 32>>>(at + 32 * i, i);
  if (!correct) at += 32;
  bool const freed = cudaFree(at) == cudaSuccess;
  if (!freed) cudaFree(x);
  return freed;
}

template <bool correct>
bool cudaFree_of_page_locked_memory() {
  int* host = nullptr;
  cudaMallocHost(&host, 512);
  cudaError_t const result = correct ? cudaFreeHost(host) : cudaFree(host);
  return result == cudaSuccess;
}

template <bool correct>
bool pool_memory_freed_twice() {
  int* x = nullptr;
  cudaMallocAsync(&x, 512, nullptr);
  cudaFreeAsync(x, nullptr);
  return correct || cudaFreeAsync(x, nullptr) == cudaSuccess;
}

template <bool correct>
bool launch_in_a_destroyed_stream() {
  device_array<int> x(32, 0);
  cudaStream_t stream;
  cudaStreamCreate(&stream);
  if (!correct) cudaStreamDestroy(stream);
  set_kernel<<<1, 32, 0, stream>>>(x.get(), 3);
  if (correct) {
    cudaStreamSynchronize(stream);
    cudaStreamDestroy(stream);
  }
  return x.read() == filled(32, 3);
}

template <bool correct>
bool wait_for_a_destroyed_event() {
  cudaEvent_t event;
  cudaEventCreate(&event);
  cudaEventRecord(event, nullptr);
  if (!correct) cudaEventDestroy(event);
  cudaError_t const result = cudaStreamWaitEvent(nullptr, event, 0);
  if (correct) cudaEventDestroy(event);
  return result == cudaSuccess;
}

template <bool correct>
bool copy_in_the_wrong_direction() {
  device_array<int> const x(8, 4);
  std::vector<int> host(8);
  cudaMemcpy(host.data(), x.get(), 32, correct ? cudaMemcpyDeviceToHost : cudaMemcpyHostToDevice);
  return host == filled(8, 4);
}

template <bool correct>
bool copy_of_more_than_there_is() {
  device_array<int> const x(8, 4);
  std::vector<int> host(9);
  cudaMemcpy(host.data(), x.get(), correct ? 32 : 36, cudaMemcpyDeviceToHost);
  return host[7] == 4;
}

template <bool correct>
bool memset_of_more_than_there_is() {
  device_array<int> const x(8, 4);
  cudaMemset(x.get() + 4, 0, correct ? 16 : 32);
  return x.read()[7] == 0;
}

}  // namespace

namespace seeded {

#define SEEDED(name, title) #name, check::ownership, title
#define TWINS(name) name<false>, name<true>
std::vector<bug> const ownership_bugs{
    {SEEDED(double_free, "cudaFree returns cudaErrorInvalidValue"),
     {"no live allocation begins here", "at byte 0 of the freed 512-byte allocation"},
     TWINS(double_free)},
    {SEEDED(free_of_host_memory, "cudaFree returns cudaErrorInvalidValue"),
     {"is no device address"},
     TWINS(free_of_host_memory)},
    {SEEDED(free_of_an_inner_pointer, "cudaFree returns cudaErrorInvalidValue"),
     {"at byte 128 of the 512-byte allocation"},
     TWINS(free_of_an_inner_pointer)},
    {SEEDED(cudaFree_of_page_locked_memory, "cudaFree returns cudaErrorInvalidValue"),
     {"page-locked host memory", "cudaFreeHost"},
     TWINS(cudaFree_of_page_locked_memory)},
    {SEEDED(pool_memory_freed_twice, "cudaFreeAsync returns cudaErrorInvalidValue"),
     {"cudaFreeAsync was called for this allocation before", "512-byte allocation"},
     TWINS(pool_memory_freed_twice)},
    {SEEDED(launch_in_a_destroyed_stream,
            "cudaLaunchKernel returns cudaErrorInvalidResourceHandle"),
     {"stream", "destroyed"},
     TWINS(launch_in_a_destroyed_stream)},
    {SEEDED(wait_for_a_destroyed_event,
            "cudaStreamWaitEvent returns cudaErrorInvalidResourceHandle"),
     {"event", "destroyed"},
     TWINS(wait_for_a_destroyed_event)},
    {SEEDED(copy_in_the_wrong_direction, "cudaMemcpy returns cudaErrorInvalidValue"),
     {"the source of a copy from host to device is a device pointer"},
     TWINS(copy_in_the_wrong_direction)},
    {SEEDED(copy_of_more_than_there_is, "cudaMemcpy returns cudaErrorInvalidValue"),
     {"source: 36 bytes at", "at byte 0 of the 32-byte allocation"},
     TWINS(copy_of_more_than_there_is)},
    {SEEDED(memset_of_more_than_there_is, "cudaMemset returns cudaErrorInvalidValue"),
     {"destination: 32 bytes at", "at byte 16 of the 32-byte allocation"},
     TWINS(memset_of_more_than_there_is)},
};

}  // namespace seeded
