// Accesses whose addresses are no multiple of their size.
#include "program.cuh"

#include <cuda_fp16.h>
#include <cuda_pipeline_primitives.h>

namespace {

using namespace seeded;

__global__ void scale_vectors_kernel(float4* x, int count) {
  unsigned const i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= count) return;
  float4 v = x[i];  // <- vectors_of_a_view
  v.x *= 2, v.y *= 2, v.z *= 2, v.w *= 2;
  x[i] = v;
}
template <bool correct>
bool vectors_of_a_view() {
  device_array<float> x(filled(132, 1.0F));
  float* const view = x.get() + (correct ? 4 : 1);
  scale_vectors_kernel<<<1, 32>>>(reinterpret_cast<float4*>(view), 32);
  return x.read()[10] == 2;
}

template <bool correct>
__global__ void add_pairs_kernel(__half* x, int first, int n) {
  int const i = first + static_cast<int>(threadIdx.x) * 2;
  if (i + 1 >= n) return;
  if constexpr (correct) {
    x[i] = __hadd(x[i], x[i]);
    x[i + 1] = __hadd(x[i + 1], x[i + 1]);
  } else {
    __half2* const pair = reinterpret_cast<__half2*>(x + i);
    *pair = __hadd2(*pair, *pair);  // <- half_pairs_from_an_odd_index
  }
}
template <bool correct>
bool half_pairs_from_an_odd_index() {
  device_array<__half> x(filled(65, __float2half(1.0F)));
  add_pairs_kernel<correct><<<1, 32>>>(x.get(), 1, 65);
  auto const y = x.read();
  return !y.empty() && __half2float(y[1]) == 2 && __half2float(y[64]) == 2;
}

// A record of a file: a 4-byte tag, then a double.
template <bool correct>
__global__ void decode_kernel(unsigned char const* record, double* value) {
  if constexpr (correct) {
    memcpy(value, record + 4, sizeof(double));
  } else {
    *value = *reinterpret_cast<double const*>(record + 4);  // <- double_in_a_packed_record
  }
}
template <bool correct>
bool double_in_a_packed_record() {
  device_array<unsigned char> const record(12, 0);
  device_array<double> value(1, 1.0);
  decode_kernel<correct><<<1, 1>>>(record.get(), value.get());
  return value.read() == std::vector<double>{0};
}

// Dynamic shared memory cut in two: flags, then sums.
template <bool correct>
__global__ void carve_kernel(int flags, double* sums) {
  extern __shared__ __align__(16) unsigned char memory[];
  int const bytes = correct ? (flags + 7) / 8 * 8 : flags;
  double* const sum = reinterpret_cast<double*>(memory + bytes);
  if (threadIdx.x < flags) memory[threadIdx.x] = 1;
  sum[threadIdx.x] = threadIdx.x;  // <- shared_memory_cut_without_padding
  __syncthreads();
  sums[threadIdx.x] = sum[31 - threadIdx.x];
}
template <bool correct>
bool shared_memory_cut_without_padding() {
  device_array<double> sums(32, 0.0);
  carve_kernel<correct><<<1, 32, 12 + 4 + 32 * sizeof(double)>>>(12, sums.get());
  return sums.read()[0] == 31;
}

template <bool correct>
__global__ void load_tile_kernel(float const* x, int pitch, float* y) {
  __shared__ __align__(16) float tile[8][64];
  unsigned const row = threadIdx.y, column = threadIdx.x * 4;
  if (correct && pitch % 4 != 0) {
    for (int k = 0; k < 4; ++k) tile[row][column + k] = x[row * pitch + column + k];
  } else {
    float const* const from = x + row * pitch + column;
    __pipeline_memcpy_async(&tile[row][column], from, 16);  // <- asynchronous_copy_of_odd_rows
    __pipeline_commit();
    __pipeline_wait_prior(0);
  }
  __syncthreads();
  for (int k = 0; k < 4; ++k) y[row * pitch + column + k] = tile[row][63 - column - k];
}
template <bool correct>
bool asynchronous_copy_of_odd_rows() {
  device_array<float> const x(filled(8 * 67, 1.0F));
  device_array<float> y(filled(8 * 67, 0.0F));
  load_tile_kernel<correct><<<1, dim3(16, 8)>>>(x.get(), 67, y.get());
  return y.read()[63] == 1;
}

}  // namespace

namespace seeded {

#define SEEDED(name) #name, check::misaligned, report::misaligned
#define TWINS(name) name<false>, name<true>
std::vector<bug> const misaligned_bugs{
    {SEEDED(vectors_of_a_view),
     {"scale_vectors_kernel", "read of 16 bytes of global memory", "a multiple of 16"},
     TWINS(vectors_of_a_view)},
    {SEEDED(half_pairs_from_an_odd_index),
     {"add_pairs_kernel", "read of 4 bytes of global memory", "a multiple of 4"},
     TWINS(half_pairs_from_an_odd_index)},
    {SEEDED(double_in_a_packed_record),
     {"decode_kernel", "read of 8 bytes of global memory", "a multiple of 8"},
     TWINS(double_in_a_packed_record)},
    {SEEDED(shared_memory_cut_without_padding),
     {"carve_kernel", "write of 8 bytes of shared memory", "a multiple of 8"},
     TWINS(shared_memory_cut_without_padding)},
    {SEEDED(asynchronous_copy_of_odd_rows),
     {"load_tile_kernel", "read of 16 bytes of global memory", "a multiple of 16"},
     TWINS(asynchronous_copy_of_odd_rows)},
};

}  // namespace seeded
