// Threads of a block that share memory without a barrier between them.
#include "program.cuh"

namespace {

using namespace seeded;

template <bool correct>
__global__ void reduce_kernel(int const* x, int* sums) {
  __shared__ int partial[256];
  unsigned const i = threadIdx.x;
  partial[i] = x[blockIdx.x * blockDim.x + i];
  __syncthreads();
  for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
    if (i < half) partial[i] += partial[i + half];  // <- reduction_without_barrier
    if constexpr (correct) __syncthreads();
  }
  if (i == 0) sums[blockIdx.x] = partial[0];
}
template <bool correct>
bool reduction_without_barrier() {
  device_array<int> const x(1024, 1);
  device_array<int> sums(4, 0);
  reduce_kernel<correct><<<4, 256>>>(x.get(), sums.get());
  return sums.read() == filled(4, 256);
}

template <bool correct>
__global__ void rotate_kernel(int* x) {
  __shared__ int lane_values[32];
  lane_values[threadIdx.x] = x[threadIdx.x];
  if constexpr (correct) __syncwarp();
  x[threadIdx.x] = lane_values[(threadIdx.x + 1) % 32];  // <- warp_exchange_without_syncwarp
}
template <bool correct>
bool warp_exchange_without_syncwarp() {
  device_array<int> x(counted(32, 0));
  rotate_kernel<correct><<<1, 32>>>(x.get());
  return x.read()[31] == 0;
}

template <bool correct>
__global__ void broadcast_kernel(int const* parameters, int* y) {
  __shared__ int offset;
  if (threadIdx.x == 0) offset = -1;
  __syncthreads();
  if (threadIdx.x == 0 && parameters[blockIdx.x] > 0) {
    offset = parameters[blockIdx.x];  // <- broadcast_without_barrier
  }
  if constexpr (correct) __syncthreads();
  y[threadIdx.x] = static_cast<int>(threadIdx.x) + offset;  // <- broadcast_without_barrier
}
template <bool correct>
bool broadcast_without_barrier() {
  device_array<int> const parameters(1, 7);
  device_array<int> y(64, 0);
  broadcast_kernel<correct><<<1, 64>>>(parameters.get(), y.get());
  return y.read()[63] == 70;
}

// The next tile is loaded while slower warps still read this one.
template <bool correct>
__global__ void tiles_kernel(int const* x, int* y, int tiles) {
  __shared__ int tile[64];
  int sum = 0;
  for (int t = 0; t < tiles; ++t) {
    tile[threadIdx.x] = x[t * 64 + threadIdx.x];  // <- tile_reloaded_too_early
    __syncthreads();
    for (int k = 0; k < 64; ++k) sum += tile[k];
    if constexpr (correct) __syncthreads();
  }
  y[threadIdx.x] = sum;
}
template <bool correct>
bool tile_reloaded_too_early() {
  device_array<int> const x(256, 1);
  device_array<int> y(64, 0);
  tiles_kernel<correct><<<1, 64>>>(x.get(), y.get(), 4);
  return y.read() == filled(64, 256);
}

template <bool correct>
__global__ void largest_bin_kernel(int const* keys, int* largest) {
  __shared__ int bins[8];
  if (threadIdx.x < 8) bins[threadIdx.x] = 0;
  __syncthreads();
  atomicAdd(&bins[keys[threadIdx.x]], 1);
  if constexpr (correct) __syncthreads();
  if (threadIdx.x != 0) return;
  int result = 0;
  for (int bin : bins) result = max(result, bin);  // <- plain_read_beside_atomics
  *largest = result;
}
template <bool correct>
bool plain_read_beside_atomics() {
  device_array<int> const keys(96, 5);
  device_array<int> largest(1, 0);
  largest_bin_kernel<correct><<<1, 96>>>(keys.get(), largest.get());
  return largest.read()[0] == 96;
}

// The last warp of a reduction, written for GPUs whose warps ran in lockstep.
template <bool correct>
__global__ void last_warp_kernel(int const* x, int* sum) {
  __shared__ int partial[64];
  unsigned const i = threadIdx.x;
  partial[i] = x[i] + x[i + 32];
  for (unsigned half = 16; half > 0; half /= 2) {
    if constexpr (correct) __syncwarp();
    int const other = partial[i + half < 32 ? i + half : i];  // <- lockstep_warp_reduction
    if constexpr (correct) __syncwarp();
    partial[i] += other;
  }
  if (i == 0) *sum = partial[0];
}
template <bool correct>
bool lockstep_warp_reduction() {
  device_array<int> const x(64, 1);
  device_array<int> sum(1, 0);
  last_warp_kernel<correct><<<1, 32>>>(x.get(), sum.get());
  return sum.read()[0] == 64;
}

template <bool correct>
__global__ void histogram_kernel(int const* keys, int* counts) {
  __shared__ int bins[4];
  if (threadIdx.x < 4) bins[threadIdx.x] = 0;
  __syncthreads();
  int const key = keys[threadIdx.x];
  if constexpr (correct) {
    atomicAdd(&bins[key], 1);
  } else {
    bins[key] += 1;  // <- histogram_without_atomics
  }
  __syncthreads();
  if (threadIdx.x < 4) counts[threadIdx.x] = bins[threadIdx.x];
}
template <bool correct>
bool histogram_without_atomics() {
  device_array<int> const keys(64, 2);
  device_array<int> counts(4, 0);
  histogram_kernel<correct><<<1, 64>>>(keys.get(), counts.get());
  return counts.read()[2] == 64;
}

// Two warps meet at a barrier of their own, but the third one reads as well.
template <bool correct>
__global__ void named_barrier_kernel(int const* x, int* y) {
  __shared__ int value;
  constexpr int threads = correct ? 96 : 64;
  if (threadIdx.x == 0) value = *x;
  if (threadIdx.x < threads) asm volatile("bar.sync 1, %0;" ::"n"(threads) : "memory");
  y[threadIdx.x] = value;  // <- reader_outside_the_named_barrier
}
template <bool correct>
bool reader_outside_the_named_barrier() {
  device_array<int> const x(1, 3);
  device_array<int> y(96, 0);
  named_barrier_kernel<correct><<<1, 96>>>(x.get(), y.get());
  return y.read() == filled(96, 3);
}

}  // namespace

namespace seeded {

#define SEEDED(name) #name, check::shared_race, report::race
#define TWINS(name) name<false>, name<true>
std::vector<bug> const shared_race_bugs{
    {SEEDED(reduction_without_barrier),
     {"reduce_kernel", "race: read of 4 bytes", "wrote it at PTX line"},
     TWINS(reduction_without_barrier)},
    {SEEDED(warp_exchange_without_syncwarp),
     {"rotate_kernel", "wrote it at PTX line"},
     TWINS(warp_exchange_without_syncwarp)},
    {SEEDED(broadcast_without_barrier),
     {"broadcast_kernel", "thread (0, 0, 0)", "it at PTX line"},
     TWINS(broadcast_without_barrier)},
    {SEEDED(tile_reloaded_too_early),
     {"tiles_kernel", "race: write of 4 bytes", "read it at PTX line"},
     TWINS(tile_reloaded_too_early)},
    {SEEDED(plain_read_beside_atomics), {"largest_bin_kernel"}, TWINS(plain_read_beside_atomics)},
    {SEEDED(lockstep_warp_reduction), {"last_warp_kernel"}, TWINS(lockstep_warp_reduction)},
    {SEEDED(histogram_without_atomics), {"histogram_kernel"}, TWINS(histogram_without_atomics)},
    {SEEDED(reader_outside_the_named_barrier),
     {"named_barrier_kernel", "thread (0, 0, 0) wrote it"},
     TWINS(reader_outside_the_named_barrier)},
};

}  // namespace seeded
