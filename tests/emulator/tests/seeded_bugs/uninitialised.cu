// Values that nobody wrote. Each is used in a result: loaded and stored in one line.
#include "program.cuh"

#include <cuda_pipeline_primitives.h>

namespace {

using namespace seeded;

__global__ void accumulate_kernel(int const* x, int* sum) {
  atomicAdd(sum, x[threadIdx.x]);  // <- accumulator_not_cleared
}
template <bool correct>
bool accumulator_not_cleared() {
  device_array<int> const x(64, 1);
  device_array<int> sum(1);
  if (correct) sum.clear();
  accumulate_kernel<<<1, 64>>>(x.get(), sum.get());
  return sum.read() == std::vector<int>{64};
}

template <bool correct>
__global__ void pad_kernel(float const* x, float* padded, int n) {
  int const i = static_cast<int>(threadIdx.x);
  if (i < n) padded[i] = x[i];
  if (correct && i >= n) padded[i] = 0;
}
__global__ void sum_padded_kernel(float const* padded, int n, float* sum) {
  *sum = 0;
  for (int i = 0; i < n; ++i) *sum += padded[i];  // <- padding_not_written
}
template <bool correct>
bool padding_not_written() {
  device_array<float> const x(filled(60, 1.0F));
  device_array<float> padded(64), sum(1);
  pad_kernel<correct><<<1, 64>>>(x.get(), padded.get(), 60);
  sum_padded_kernel<<<1, 1>>>(padded.get(), 64, sum.get());
  return sum.read() == std::vector<float>{60};
}

template <bool correct>
__global__ void shift_kernel(int const* x, int* y, int n) {
  __shared__ int tile[128];
  int const i = static_cast<int>(threadIdx.x);
  if (i < n) {
    tile[i] = x[i];
  } else if (correct) {
    tile[i] = 0;
  }
  __syncthreads();
  if (i < n) y[i] = tile[i + 1];  // <- last_tile_partly_filled
}
template <bool correct>
bool last_tile_partly_filled() {
  device_array<int> const x(counted(100, 1));
  device_array<int> y(100, 0);
  shift_kernel<correct><<<1, 128>>>(x.get(), y.get(), 100);
  return y.read()[98] == 100;
}

template <bool correct>
__global__ void best_kernel(int const* x, int n, int* y) {
  int best[4];
  if constexpr (correct) {
    for (int& each : best) each = 0;
  }
  for (int i = 0; i < n; ++i) best[x[i] & 3] = x[i];
  for (int k = 0; k < 4; ++k) y[k] = best[(k + n) & 3];  // <- local_array_partly_filled
}
template <bool correct>
bool local_array_partly_filled() {
  device_array<int> const x(std::vector<int>{1, 2, 5});
  device_array<int> y(4, -1);
  best_kernel<correct><<<1, 1>>>(x.get(), 3, y.get());
  return y.read() == std::vector<int>{0, 0, 5, 2};
}

template <bool correct>
__global__ void fetch_kernel(int const* x, int* y) {
  __shared__ int tile[64];
  __pipeline_memcpy_async(&tile[threadIdx.x], &x[threadIdx.x], 4);
  __pipeline_commit();
  if constexpr (correct) __pipeline_wait_prior(0);
  __syncthreads();
  y[threadIdx.x] = tile[63 - threadIdx.x];  // <- asynchronous_copy_not_awaited
}
template <bool correct>
bool asynchronous_copy_not_awaited() {
  device_array<int> const x(counted(64, 0));
  device_array<int> y(64, 0);
  fetch_kernel<correct><<<1, 64>>>(x.get(), y.get());
  return y.read()[0] == 63;
}

// Two stages: while one is used, the next is on its way.
template <bool correct>
__global__ void stages_kernel(int const* x, int* y, int stages) {
  __shared__ int stage[2][32];
  unsigned const i = threadIdx.x;
  __pipeline_memcpy_async(&stage[0][i], &x[i], 4);
  __pipeline_commit();
  for (int s = 0; s < stages; ++s) {
    if (s + 1 < stages) __pipeline_memcpy_async(&stage[(s + 1) % 2][i], &x[(s + 1) * 32 + i], 4);
    __pipeline_commit();
    __pipeline_wait_prior(correct ? 1 : 2);
    __syncthreads();
    y[s * 32 + i] = stage[s % 2][31 - i];  // <- double_buffer_awaits_too_few
    __syncthreads();
  }
}
template <bool correct>
bool double_buffer_awaits_too_few() {
  device_array<int> const x(counted(128, 0));
  device_array<int> y(128, 0);
  stages_kernel<correct><<<1, 32>>>(x.get(), y.get(), 4);
  return y.read()[96] == 127;
}

__global__ void double_kernel(int const* x, int* y) {
  y[threadIdx.x] = 2 * x[threadIdx.x];  // <- copied_elements_for_bytes
}
template <bool correct>
bool copied_elements_for_bytes() {
  std::vector<int> const host = counted(64, 0);
  device_array<int> x(64), y(64, 0);
  cudaMemcpy(x.get(), host.data(), correct ? 64 * sizeof(int) : 64, cudaMemcpyHostToDevice);
  double_kernel<<<1, 64>>>(x.get(), y.get());
  return y.read()[63] == 126;
}

__global__ void last_of_row_kernel(float const* image, int pitch, int column, float* y) {
  y[threadIdx.x] = image[threadIdx.x * pitch + column];  // <- padding_of_a_pitched_image
}
template <bool correct>
bool padding_of_a_pitched_image() {
  float* image = nullptr;
  std::size_t pitch = 0;
  cudaMallocPitch(&image, &pitch, 100 * sizeof(float), 8);
  cudaMemset2D(image, pitch, 0, 100 * sizeof(float), 8);
  device_array<float> y(filled(8, 1.0F));
  int const floats = static_cast<int>(pitch / sizeof(float));
  last_of_row_kernel<<<1, 8>>>(image, floats, correct ? 99 : floats - 1, y.get());
  bool const right = y.read() == filled(8, 0.0F);
  cudaFree(image);
  return right;
}

__global__ void negate_kernel(int const* x, int* y) {
  y[threadIdx.x] = -x[threadIdx.x];  // <- copy_of_what_nobody_wrote
}
template <bool correct>
bool copy_of_what_nobody_wrote() {
  device_array<int> source(32), copy(32), y(32, 1);
  if (correct) source.clear();
  cudaMemcpy(copy.get(), source.get(), 32 * sizeof(int), cudaMemcpyDeviceToDevice);
  negate_kernel<<<1, 32>>>(copy.get(), y.get());
  return y.read() == filled(32, 0);
}

// The lanes beyond n take no part; the sum takes their values all the same.
template <bool correct>
__global__ void sum_of_warp_kernel(int const* x, int n, int* y) {
  int const i = static_cast<int>(threadIdx.x);
  if (!correct && i >= n) return;
  int sum = i < n ? x[i] : 0;
  for (int distance = 16; distance > 0; distance /= 2)
    sum += __shfl_down_sync(correct ? 0xffffffff : (1U << n) - 1, sum, distance);
  if (i == 0) *y = sum;  // <- value_of_nobody
}
template <bool correct>
bool value_of_nobody() {
  device_array<int> const x(20, 1);
  device_array<int> y(1, 0);
  sum_of_warp_kernel<correct><<<1, 32>>>(x.get(), 20, y.get());
  return y.read()[0] == 20;
}

}  // namespace

namespace seeded {

#define SEEDED(name) #name, check::uninitialised_read, report::uninitialised
#define TWINS(name) name<false>, name<true>
std::vector<bug> const uninitialised_bugs{
    {SEEDED(accumulator_not_cleared),
     {"accumulate_kernel", "global memory", "at byte 0 of the 4-byte allocation"},
     TWINS(accumulator_not_cleared)},
    {SEEDED(padding_not_written),
     {"sum_padded_kernel", "global memory", "at byte 240 of the 256-byte allocation"},
     TWINS(padding_not_written)},
    {SEEDED(last_tile_partly_filled),
     {"shift_kernel", "shared memory"},
     TWINS(last_tile_partly_filled)},
    {SEEDED(local_array_partly_filled),
     {"best_kernel", "local memory"},
     TWINS(local_array_partly_filled)},
    {SEEDED(asynchronous_copy_not_awaited),
     {"fetch_kernel", "shared memory"},
     TWINS(asynchronous_copy_not_awaited)},
    {SEEDED(double_buffer_awaits_too_few),
     {"stages_kernel", "shared memory"},
     TWINS(double_buffer_awaits_too_few)},
    {SEEDED(copied_elements_for_bytes),
     {"double_kernel", "at byte 64 of the 256-byte allocation"},
     TWINS(copied_elements_for_bytes)},
    {SEEDED(padding_of_a_pitched_image),
     {"last_of_row_kernel", "at byte 508 of the 4096-byte allocation", "cudaMallocPitch"},
     TWINS(padding_of_a_pitched_image)},
    {SEEDED(copy_of_what_nobody_wrote),
     {"negate_kernel", "at byte 0 of the 128-byte allocation"},
     TWINS(copy_of_what_nobody_wrote)},
    {SEEDED(value_of_nobody),
     {"sum_of_warp_kernel", "stored to global memory", "a lane that takes no part in the shuffle"},
     TWINS(value_of_nobody)},
};

}  // namespace seeded
