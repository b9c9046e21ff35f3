// Threads that share global memory in one launch with nothing to order them.
#include "program.cuh"

#include <cuda/atomic>

namespace {

using namespace seeded;

// Every block writes the first elements: blockIdx is forgotten.
template <bool correct>
__global__ void square_kernel(int const* x, int* y) {
  unsigned const i = (correct ? blockIdx.x * blockDim.x : 0) + threadIdx.x;
  y[i] = x[i] * (1 + blockIdx.x);  // <- blocks_write_the_same_elements
}
template <bool correct>
bool blocks_write_the_same_elements() {
  device_array<int> const x(64, 2);
  device_array<int> y(64, 0);
  square_kernel<correct><<<2, 32>>>(x.get(), y.get());
  return y.read()[63] == 4;
}

// Block 0 hands a value to block 1.
template <bool correct>
__global__ void hand_over_kernel(int volatile* flag, int* data, int* y) {
  if (blockIdx.x == 0) {
    *data = 42;
    if constexpr (correct) __threadfence();
    *flag = 1;
  } else {
    while (*flag == 0) {
    }
    if constexpr (correct) __threadfence();
    *y = *data;  // <- flag_without_a_fence
  }
}
template <bool correct>
bool flag_without_a_fence() {
  device_array<int> flag(1, 0), data(1, 0), y(1, 0);
  hand_over_kernel<correct><<<2, 1>>>(flag.get(), data.get(), y.get());
  return y.read()[0] == 42;
}

template <bool correct>
__global__ void hand_over_atomically_kernel(int* flag, int* data, int* y) {
  cuda::atomic_ref<int, cuda::thread_scope_device> const ready(*flag);
  auto const release = correct ? cuda::std::memory_order_release : cuda::std::memory_order_relaxed;
  if (blockIdx.x == 0) {
    *data = 42;
    ready.store(1, release);
  } else {
    while (ready.load(cuda::std::memory_order_acquire) == 0) {
    }
    *y = *data;  // <- relaxed_store_of_a_flag
  }
}
template <bool correct>
bool relaxed_store_of_a_flag() {
  device_array<int> flag(1, 0), data(1, 0), y(1, 0);
  hand_over_atomically_kernel<correct><<<2, 1>>>(flag.get(), data.get(), y.get());
  return y.read()[0] == 42;
}

// The block that is done last adds up what the others have left.
template <bool correct>
__global__ void sum_kernel(int const* x, int* sums, unsigned* done, int* total) {
  __shared__ bool is_last;
  if (threadIdx.x == 0) {
    int sum = 0;
    for (unsigned k = 0; k < 32; ++k) sum += x[blockIdx.x * 32 + k];
    sums[blockIdx.x] = sum;
    if constexpr (correct) __threadfence();
    is_last = atomicAdd(done, 1U) == gridDim.x - 1;
  }
  __syncthreads();
  if (!is_last || threadIdx.x != 0) return;
  if constexpr (correct) __threadfence();
  int sum = 0;
  for (unsigned k = 0; k < gridDim.x; ++k) sum += sums[k];  // <- last_block_without_a_fence
  *total = sum;
}
template <bool correct>
bool last_block_without_a_fence() {
  device_array<int> const x(256, 1);
  device_array<int> sums(8, 0), total(1, 0);
  device_array<unsigned> done(1, 0U);
  sum_kernel<correct><<<8, 32>>>(x.get(), sums.get(), done.get(), total.get());
  return total.read()[0] == 256;
}

__global__ void smooth_kernel(int const* x, int* y, int n) {
  int const i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i > 0 && i < n) y[i] = (x[i - 1] + x[i]) / 2;  // <- stencil_in_place
}
template <bool correct>
bool stencil_in_place() {
  device_array<int> x(256, 2), y(256, 0);
  smooth_kernel<<<2, 128>>>(x.get(), correct ? y.get() : x.get(), 256);
  return y.read()[255] == 2;
}

template <bool correct>
__global__ void histogram_kernel(int const* keys, int* counts) {
  int const key = keys[blockIdx.x * blockDim.x + threadIdx.x];
  if constexpr (correct) {
    atomicAdd(&counts[key], 1);
  } else {
    counts[key] += 1;  // <- global_histogram_without_atomics
  }
}
template <bool correct>
bool global_histogram_without_atomics() {
  device_array<int> const keys(128, 3);
  device_array<int> counts(4, 0);
  histogram_kernel<correct><<<4, 32>>>(keys.get(), counts.get());
  return counts.read()[3] == 128;
}

template <bool correct>
__global__ void exchange_kernel(int* x, int* y) {
  x[threadIdx.x] = static_cast<int>(threadIdx.x);  // <- block_exchange_without_barrier
  if constexpr (correct) __syncthreads();
  y[threadIdx.x] = x[blockDim.x - 1 - threadIdx.x];  // <- block_exchange_without_barrier
}
template <bool correct>
bool block_exchange_without_barrier() {
  device_array<int> x(64, 0), y(64, 0);
  exchange_kernel<correct><<<1, 64>>>(x.get(), y.get());
  return y.read()[0] == 63;
}

// The count is taken atomically, but one thread reads it as if it were alone.
template <bool correct>
__global__ void progress_kernel(int* count, int* seen) {
  atomicAdd(count, 1);  // <- plain_read_of_a_counter
  if (blockIdx.x == 0 && threadIdx.x == 0)
    *seen = correct ? atomicAdd(count, 0) : *count;  // <- plain_read_of_a_counter
}
template <bool correct>
bool plain_read_of_a_counter() {
  device_array<int> count(1, 0), seen(1, 0);
  progress_kernel<correct><<<4, 64>>>(count.get(), seen.get());
  return seen.read()[0] > 0 && count.read()[0] == 256;
}

}  // namespace

namespace seeded {

#define SEEDED(name) #name, check::global_race, report::race
#define TWINS(name) name<false>, name<true>
std::vector<bug> const global_race_bugs{
    {SEEDED(blocks_write_the_same_elements),
     {"square_kernel", "race: write of global memory", "of block (", "256-byte allocation"},
     TWINS(blocks_write_the_same_elements)},
    {SEEDED(flag_without_a_fence),
     {"hand_over_kernel", "race: read of global memory", "wrote it at PTX line"},
     TWINS(flag_without_a_fence)},
    {SEEDED(relaxed_store_of_a_flag),
     {"hand_over_atomically_kernel"},
     TWINS(relaxed_store_of_a_flag)},
    {SEEDED(last_block_without_a_fence),
     {"sum_kernel", "race: read of global memory", "wrote it at PTX line"},
     TWINS(last_block_without_a_fence)},
    {SEEDED(stencil_in_place), {"smooth_kernel", "1024-byte allocation"}, TWINS(stencil_in_place)},
    {SEEDED(global_histogram_without_atomics),
     {"histogram_kernel"},
     TWINS(global_histogram_without_atomics)},
    {SEEDED(block_exchange_without_barrier),
     {"exchange_kernel", "of the same block", "256-byte allocation"},
     TWINS(block_exchange_without_barrier)},
    {SEEDED(plain_read_of_a_counter),
     {"progress_kernel", "nothing orders the two"},
     TWINS(plain_read_of_a_counter)},
};

}  // namespace seeded
