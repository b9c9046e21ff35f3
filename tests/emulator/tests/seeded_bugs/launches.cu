// Launches that no device can execute, and what is behind a fault.
#include "program.cuh"

namespace {

using namespace seeded;

__global__ void index_kernel(int* to, int n) {
  unsigned const i = (blockIdx.y * gridDim.x + blockIdx.x) * blockDim.x * blockDim.y * blockDim.z +
                     (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  if (i < n) to[i] = static_cast<int>(i);
}

bool fills(dim3 grid, dim3 block) {
  device_array<int> x(2048, 0);
  index_kernel<<<grid, block>>>(x.get(), 2048);
  return x.read() == counted(2048, 0);
}

template <bool correct>
bool too_many_threads_in_a_block() {
  return correct ? fills(2, dim3(32, 32)) : fills(1, dim3(64, 32));
}

template <bool correct>
bool rows_in_grid_y() {
  return correct ? fills(dim3(70'000, 1), 32) : fills(dim3(1, 70'000), 32);
}

// Rounded down: a small array gets no block.
template <bool correct>
bool no_blocks() {
  int const n = 100, threads = 128;
  device_array<int> x(n, -1);
  index_kernel<<<correct ? (n + threads - 1) / threads : n / threads, threads>>>(x.get(), n);
  return x.read() == counted(n, 0);
}

__global__ void __launch_bounds__(128) bounded_kernel(int* to) {
  to[threadIdx.x] = static_cast<int>(threadIdx.x);
}
template <bool correct>
bool more_threads_than_the_launch_bounds() {
  device_array<int> x(256, 0);
  bounded_kernel<<<1, correct ? 128 : 256>>>(x.get());
  return x.read()[127] == 127;
}

__global__ void large_tile_kernel(int* to) {
  extern __shared__ int tile[];
  tile[threadIdx.x] = static_cast<int>(threadIdx.x);
  __syncthreads();
  to[threadIdx.x] = tile[31 - threadIdx.x];
}
template <bool correct>
bool shared_memory_without_opting_in() {
  constexpr int bytes = 96 * 1024;
  device_array<int> x(32, 0);
  if (correct) {
    cudaFuncSetAttribute(large_tile_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
  }
  large_tile_kernel<<<1, 32, bytes>>>(x.get());
  return x.read()[0] == 31;
}

template <bool correct>
bool more_shared_memory_than_a_block_has() {
  constexpr int bytes = correct ? 160 * 1024 : 200 * 1024;
  device_array<int> x(32, 0);
  cudaFuncSetAttribute(large_tile_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
  large_tile_kernel<<<1, 32, bytes>>>(x.get());
  return x.read()[0] == 31;
}

// The fault of the first kernel is returned by a call that has nothing to do with it.
template <bool correct>
bool fault_shows_in_a_later_call() {
  device_array<int> x(64, 0);
  index_kernel<<<1, 128>>>(x.get(), correct ? 64 : 128);
  (void)cudaStreamSynchronize(nullptr);  // its result is what should have been looked at
  cudaEvent_t event = nullptr;
  if (cudaEventCreate(&event) != cudaSuccess) return false;
  return cudaEventDestroy(event) == cudaSuccess;
}

template <bool correct>
bool cluster_on_a_device_without_clusters() {
  device_array<int> x(64, 0);
  cudaLaunchAttribute attribute{};
  attribute.id = cudaLaunchAttributeClusterDimension;
  attribute.val.clusterDim = {correct ? 1U : 2U, 1, 1};
  cudaLaunchConfig_t config{};
  config.gridDim = 2;
  config.blockDim = 32;
  config.attrs = &attribute;
  config.numAttrs = 1;
  cudaLaunchKernelEx(&config, index_kernel, x.get(), 64);
  return x.read() == counted(64, 0);
}

}  // namespace

namespace seeded {

#define SEEDED(name, title) #name, check::launch, title
#define TWINS(name) name<false>, name<true>
std::vector<bug> const launch_bugs{
    {SEEDED(too_many_threads_in_a_block, "cudaLaunchKernel returns cudaErrorInvalidConfiguration"),
     {"index_kernel", "64 x 32 x 1", "at most 1024 threads"},
     TWINS(too_many_threads_in_a_block)},
    {SEEDED(rows_in_grid_y, "cudaLaunchKernel returns cudaErrorInvalidConfiguration"),
     {"index_kernel", "1 x 70000 x 1", "2147483647 x 65535 x 65535"},
     TWINS(rows_in_grid_y)},
    {SEEDED(no_blocks, "cudaLaunchKernel returns cudaErrorInvalidConfiguration"),
     {"index_kernel", "0 x 1 x 1"},
     TWINS(no_blocks)},
    {SEEDED(more_threads_than_the_launch_bounds, "cudaLaunchKernel returns cudaErrorInvalidValue"),
     {"bounded_kernel", "256 threads", "allow 128"},
     TWINS(more_threads_than_the_launch_bounds)},
    {SEEDED(shared_memory_without_opting_in, "cudaLaunchKernel returns cudaErrorInvalidValue"),
     {"large_tile_kernel", "98304 bytes of dynamic shared memory", "49152",
      "cudaFuncAttributeMaxDynamicSharedMemorySize"},
     TWINS(shared_memory_without_opting_in)},
    {SEEDED(more_shared_memory_than_a_block_has,
            "cudaFuncSetAttribute returns cudaErrorInvalidValue"),
     {"large_tile_kernel", "204800", "166912"},
     TWINS(more_shared_memory_than_a_block_has)},
    {SEEDED(fault_shows_in_a_later_call, report::out_of_bounds),
     {"index_kernel", "0 bytes past the end of the 256-byte allocation"},
     TWINS(fault_shows_in_a_later_call)},
    {SEEDED(cluster_on_a_device_without_clusters,
            "cudaLaunchKernelExC returns cudaErrorNotSupported"),
     {"index_kernel", "compute capability 9.0"},
     TWINS(cluster_on_a_device_without_clusters)},
};

}  // namespace seeded
