// Memory that a program does not give back.
#include "program.cuh"

namespace {

using namespace seeded;

__global__ void set_kernel(int* to, int value) { to[threadIdx.x] = value; }

// An early return past the free.
template <bool correct>
bool run_step(int* result, bool stops_early) {
  int* workspace = nullptr;
  if (cudaMalloc(&workspace, 1000) != cudaSuccess) return false;
  set_kernel<<<1, 32>>>(workspace, 1);
  if (stops_early) {
    if (correct) cudaFree(workspace);
    return true;
  }
  cudaMemcpy(result, workspace, 4, cudaMemcpyDeviceToDevice);
  cudaFree(workspace);
  return true;
}
template <bool correct>
bool early_return_past_the_free() {
  device_array<int> result(1, 0);
  return run_step<correct>(result.get(), false) && run_step<correct>(result.get(), true);
}

template <bool correct>
bool pool_memory_not_freed() {
  cudaStream_t stream;
  cudaStreamCreate(&stream);
  int* buffer = nullptr;
  cudaMallocAsync(&buffer, 2048, stream);
  set_kernel<<<1, 32, 0, stream>>>(buffer, 1);
  if (correct) cudaFreeAsync(buffer, stream);
  cudaError_t const result = cudaStreamSynchronize(stream);
  cudaStreamDestroy(stream);
  return result == cudaSuccess;
}

template <bool correct>
bool page_locked_memory_not_freed() {
  int* host = nullptr;
  cudaMallocHost(&host, 400);
  device_array<int> device(100, 3);
  cudaMemcpy(host, device.get(), 400, cudaMemcpyDeviceToHost);
  bool const right = host[99] == 3;
  if (correct) cudaFreeHost(host);
  return right;
}

template <bool correct>
bool memory_stays_registered() {
  std::vector<int> host(1024, 1);
  cudaHostRegister(host.data(), 4096, cudaHostRegisterDefault);
  device_array<int> device(1024, 0);
  cudaMemcpyAsync(device.get(), host.data(), 4096, cudaMemcpyHostToDevice, nullptr);
  bool const right = device.read() == host;
  if (correct) cudaHostUnregister(host.data());
  return right;
}

__device__ int* scratch;
__global__ void make_scratch_kernel() { scratch = static_cast<int*>(malloc(96)); }
__global__ void use_scratch_kernel() { scratch[0] = 1; }
__global__ void free_scratch_kernel() { free(scratch); }
template <bool correct>
bool memory_of_malloc_in_a_kernel() {
  make_scratch_kernel<<<1, 1>>>();
  use_scratch_kernel<<<1, 1>>>();
  if (correct) free_scratch_kernel<<<1, 1>>>();
  return cudaDeviceSynchronize() == cudaSuccess;
}

// The pointer to the first buffer is overwritten by the second one.
template <bool correct>
bool larger_buffer_replaces_the_smaller() {
  int* buffer = nullptr;
  for (int const count : {64, 128}) {
    if (correct) cudaFree(buffer);
    cudaMalloc(&buffer, count * sizeof(int));
    set_kernel<<<1, 32>>>(buffer, count);
  }
  return cudaFree(buffer) == cudaSuccess;
}

}  // namespace

namespace seeded {

#define SEEDED(name) #name, check::leak, report::leak
#define TWINS(name) name<false>, name<true>
std::vector<bug> const leak_bugs{
    {SEEDED(early_return_past_the_free),
     {"1000-byte allocation #", "(cudaMalloc)", "allocated by", "emulator_seeded_bugs_test+0x"},
     TWINS(early_return_past_the_free)},
    {SEEDED(pool_memory_not_freed),
     {"2048-byte allocation #1 (cudaMallocAsync)", "allocated by"},
     TWINS(pool_memory_not_freed)},
    {SEEDED(page_locked_memory_not_freed),
     {"never freed: 400 bytes of page-locked host memory", "allocated by"},
     TWINS(page_locked_memory_not_freed)},
    {SEEDED(memory_stays_registered),
     {"never unregistered: 4096 bytes of page-locked host memory", "registered by"},
     TWINS(memory_stays_registered)},
    {SEEDED(memory_of_malloc_in_a_kernel),
     {"96-byte allocation", "malloc in a kernel"},
     TWINS(memory_of_malloc_in_a_kernel)},
    {SEEDED(larger_buffer_replaces_the_smaller),
     {"256-byte allocation #1 (cudaMalloc)"},
     TWINS(larger_buffer_replaces_the_smaller)},
};

}  // namespace seeded
