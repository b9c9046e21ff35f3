// Loads through the read-only path of what the same launch writes.
#include "program.cuh"

namespace {

using namespace seeded;

template <bool correct>
__global__ void relax_kernel(float* x, int n) {
  int const i = static_cast<int>(threadIdx.x);
  float const left = i == 0 ? 0 : correct ? x[i - 1] : __ldg(x + i - 1);
  __syncthreads();
  if (i < n) x[i] = (x[i] + left) / 2;  // <- ldg_of_what_is_updated_in_place
}
template <bool correct>
bool ldg_of_what_is_updated_in_place() {
  device_array<float> x(filled(64, 2.0F));
  relax_kernel<correct><<<1, 64>>>(x.get(), 64);
  return x.read()[1] == 2;
}

// The promise of __restrict__ makes nvcc load x with ld.global.nc.
__global__ void scale_kernel(float const* __restrict__ x, float* __restrict__ y, int n) {
  int const i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < n) y[i] = 2 * x[i];  // <- restrict_arguments_overlap
}
template <bool correct>
bool restrict_arguments_overlap() {
  device_array<float> const x(filled(256, 1.0F));
  device_array<float> y(filled(256, 0.0F));
  scale_kernel<<<2, 128>>>(x.get(), correct ? y.get() : x.get(), 256);
  return y.read() == filled(256, 2.0F);
}

// Block 0 writes the table that the others use after they have waited for it.
template <bool correct>
__global__ void table_kernel(int* table, int* flag, int* y) {
  if (blockIdx.x == 0) {
    table[threadIdx.x] = 10 * static_cast<int>(threadIdx.x);
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) atomicExch(flag, 1);
    return;
  }
  if (threadIdx.x == 0) {
    while (atomicAdd(flag, 0) == 0) {
    }
    __threadfence();
  }
  __syncthreads();
  int const* const entry = table + threadIdx.x;
  y[threadIdx.x] = correct ? __ldcg(entry) : __ldg(entry);  // <- ldg_of_another_blocks_table
}
template <bool correct>
bool ldg_of_another_blocks_table() {
  device_array<int> table(32, 0), flag(1, 0), y(32, 0);
  table_kernel<correct><<<2, 32>>>(table.get(), flag.get(), y.get());
  return y.read()[31] == 310;
}

// Two passes over a row in one kernel: the second one reads what the first has written.
template <bool correct>
__global__ void softmax_kernel(float const* x, float* y, int n) {
  float sum = 0;
  for (int k = 0; k < n; ++k) {
    float const e = exp2f(x[k]);
    y[k] = e;
    sum += e;
  }
  for (int k = 0; k < n; ++k) {
    float const e = correct ? y[k] : __ldg(y + k);  // <- ldg_of_the_first_pass
    y[k] = e / sum;
  }
}
template <bool correct>
bool ldg_of_the_first_pass() {
  device_array<float> const x(filled(4, 1.0F));
  device_array<float> y(filled(4, 0.0F));
  softmax_kernel<correct><<<1, 1>>>(x.get(), y.get(), 4);
  return y.read() == filled(4, 0.25F);
}

}  // namespace

namespace seeded {

#define SEEDED(name) #name, check::non_coherent_read, report::non_coherent
#define TWINS(name) name<false>, name<true>
std::vector<bug> const non_coherent_bugs{
    {SEEDED(ldg_of_what_is_updated_in_place),
     {"relax_kernel", "write of 4 bytes", ".nc"},
     TWINS(ldg_of_what_is_updated_in_place)},
    {SEEDED(restrict_arguments_overlap),
     {"scale_kernel", "write of 4 bytes", ".nc", "__restrict__"},
     TWINS(restrict_arguments_overlap)},
    {SEEDED(ldg_of_another_blocks_table),
     {"table_kernel", "read of 4 bytes", ".nc"},
     TWINS(ldg_of_another_blocks_table)},
    {SEEDED(ldg_of_the_first_pass),
     {"softmax_kernel", "read of 4 bytes", ".nc", "__ldg"},
     TWINS(ldg_of_the_first_pass)},
};

}  // namespace seeded
