// Accesses beyond shared memory, local memory and tables of constants.
#include "program.cuh"

namespace {

using namespace seeded;

__global__ void reverse_kernel(double* x) {
  extern __shared__ double tile[];
  tile[threadIdx.x] = x[threadIdx.x];  // <- dynamic_shared_memory_in_elements
  __syncthreads();
  x[threadIdx.x] = tile[blockDim.x - 1 - threadIdx.x];
}
template <bool correct>
bool dynamic_shared_memory_in_elements() {
  device_array<double> x(counted<double>(128));
  reverse_kernel<<<1, 128, 128 * (correct ? sizeof(double) : 1)>>>(x.get());
  return x.read()[0] == 127;
}

template <bool correct>
__global__ void recent_kernel(float const* x, float* y, int n) {
  constexpr int length = 8;
  float history[length];
  for (int k = 0; correct ? k < length : k <= length; ++k) {
    history[(n + k) % 16] = x[k];  // <- stack_array_overflow
  }
  float sum = 0;
  for (int k = 0; k < length; ++k) sum += history[(n + k) % 16];
  *y = sum;
}
template <bool correct>
bool stack_array_overflow() {
  device_array<float> const x(filled(16, 1.0F));
  device_array<float> y(filled(1, 0.0F));
  recent_kernel<correct><<<1, 1>>>(x.get(), y.get(), 16);
  return y.read()[0] == 8;
}

template <bool correct>
__global__ void count_kernel(unsigned const* keys, int n, unsigned* counts) {
  __shared__ unsigned bins[16];
  if (threadIdx.x < 16) bins[threadIdx.x] = 0;
  __syncthreads();
  unsigned const bin = correct ? min(keys[threadIdx.x] / 16, 15U) : keys[threadIdx.x] / 16;
  if (threadIdx.x < n) atomicAdd(&bins[bin], 1U);  // <- largest_key_has_no_bin
  __syncthreads();
  if (threadIdx.x < 16) counts[threadIdx.x] = bins[threadIdx.x];
}
template <bool correct>
bool largest_key_has_no_bin() {
  device_array<unsigned> const keys(counted(257, 0U));
  device_array<unsigned> counts(16, 0U);
  count_kernel<correct><<<1, 257>>>(keys.get(), 257, counts.get());
  return counts.read()[15] == 17;
}

__constant__ float const weights[5] = {1, 4, 6, 4, 1};
template <bool correct>
__global__ void weigh_kernel(float* y, int radius) {
  int const k = static_cast<int>(threadIdx.x);
  if (correct ? k < 2 * radius + 1 : k < 2 * (radius + 1)) y[k] = weights[k];  // <- constant_table
}
template <bool correct>
bool constant_table() {
  device_array<float> y(filled(8, 0.0F));
  weigh_kernel<correct><<<1, 8>>>(y.get(), 2);
  return y.read()[4] == 1;
}

}  // namespace

namespace seeded {

#define SEEDED(name) #name, check::out_of_bounds, report::out_of_bounds
#define TWINS(name) name<false>, name<true>
std::vector<bug> const out_of_bounds_on_chip_bugs{
    {SEEDED(dynamic_shared_memory_in_elements),
     {"reverse_kernel", "write of 8 bytes of shared memory", "128 bytes"},
     TWINS(dynamic_shared_memory_in_elements)},
    {SEEDED(stack_array_overflow),
     {"recent_kernel", "write of 4 bytes of local memory", "a thread has 32 bytes"},
     TWINS(stack_array_overflow)},
    {SEEDED(largest_key_has_no_bin),
     {"count_kernel", "atomic access to 4 bytes of shared memory", "thread (256, 0, 0)",
      "64 bytes"},
     TWINS(largest_key_has_no_bin)},
    {SEEDED(constant_table),
     {"weigh_kernel", "__constant__", "weights", "20-byte"},
     TWINS(constant_table)},
};

}  // namespace seeded
