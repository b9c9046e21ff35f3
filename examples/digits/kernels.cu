#include "device.hpp"
#include "kernels.hpp"

namespace digits {
namespace {

constexpr int block_size = 128;

unsigned blocks(int n) { return static_cast<unsigned>((n + block_size - 1) / block_size); }

__device__ int global_index() { return static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); }

__global__ void add_bias_kernel(float const* bias, float* z, int n, int columns) {
  int const i = global_index();
  if (i < n) z[i] += bias[i % columns];
}

__global__ void sum_rows_kernel(float const* dz, float* sum, int rows, int columns) {
  int const column = global_index();
  if (column >= columns) return;
  float total = 0.0f;
  for (int row = 0; row < rows; ++row) total += dz[row * columns + column];
  sum[column] = total;
}

__global__ void likelihood_gradient_kernel(std::int32_t const* labels, float* dy, int n,
                                           int columns, float at_label) {
  int const i = global_index();
  if (i < n) dy[i] = i % columns == labels[i / columns] ? at_label : 0.0f;
}

__global__ void momentum_step_kernel(float const* gradient, float* velocity, float* parameter,
                                     int n, float rate, float momentum) {
  int const i = global_index();
  if (i >= n) return;
  float const v = fmaf(momentum, velocity[i], gradient[i]);
  velocity[i] = v;
  parameter[i] = fmaf(-rate, v, parameter[i]);
}

}  // namespace

void add_bias(float const* bias, float* z, int rows, int columns, cudaStream_t stream) {
  int const n = rows * columns;
  add_bias_kernel<<<blocks(n), block_size, 0, stream>>>(bias, z, n, columns);
  check(cudaGetLastError(), "add_bias_kernel");
}

void sum_rows(float const* dz, float* sum, int rows, int columns, cudaStream_t stream) {
  sum_rows_kernel<<<blocks(columns), block_size, 0, stream>>>(dz, sum, rows, columns);
  check(cudaGetLastError(), "sum_rows_kernel");
}

void likelihood_gradient(std::int32_t const* labels, float* dy, int rows, int columns,
                         cudaStream_t stream) {
  int const n = rows * columns;
  float const at_label = -1.0f / static_cast<float>(rows);
  likelihood_gradient_kernel<<<blocks(n), block_size, 0, stream>>>(labels, dy, n, columns,
                                                                   at_label);
  check(cudaGetLastError(), "likelihood_gradient_kernel");
}

void momentum_step(float const* gradient, float* velocity, float* parameter, int n, float rate,
                   float momentum, cudaStream_t stream) {
  momentum_step_kernel<<<blocks(n), block_size, 0, stream>>>(gradient, velocity, parameter, n, rate,
                                                             momentum);
  check(cudaGetLastError(), "momentum_step_kernel");
}

}  // namespace digits
