// Accesses beyond what was allocated.
#include "program.cuh"

namespace {

using namespace seeded;

template <bool correct>
__global__ void scale_kernel(float* x, int n) {
  int const i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (correct ? i < n : i <= n) x[i] *= 2;  // <- grid_guard_off_by_one
}
template <bool correct>
bool grid_guard_off_by_one() {
  device_array<float> x(counted<float>(1000));
  scale_kernel<correct><<<8, 128>>>(x.get(), 1000);
  return x.read()[999] == 1998;
}

template <bool correct>
__global__ void clear_row_kernel(char* image, int pitch, int row, int columns) {
  int const column = static_cast<int>(threadIdx.x);
  if (column >= columns) return;
  if constexpr (correct) {
    image[static_cast<std::size_t>(row) * pitch + column] = 0;
  } else {
    image[row * pitch + column] = 0;  // <- index_overflows_int
  }
}
template <bool correct>
bool index_overflows_int() {
  constexpr int rows = 50'000, pitch = 65'536;
  device_array<char> image(std::size_t{rows} * pitch);
  clear_row_kernel<correct><<<1, 64>>>(image.get(), pitch, rows - 1, 64);
  return cudaDeviceSynchronize() == cudaSuccess;
}

template <bool correct>
__global__ void smooth_kernel(float const* x, float* y, int n) {
  int const i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i >= n - 1) return;
  float const left = correct && i == 0 ? 0 : x[i - 1];  // <- stencil_without_left_guard
  y[i] = left + x[i] + x[i + 1];
}
template <bool correct>
bool stencil_without_left_guard() {
  device_array<float> const x(filled(256, 1.0F));
  device_array<float> y(filled(256, 0.0F));
  smooth_kernel<correct><<<2, 128>>>(x.get(), y.get(), 256);
  return y.read() == [] {
    std::vector<float> expected(256, 3);
    expected[0] = 2;
    expected[255] = 0;
    return expected;
  }();
}

__global__ void fill_kernel(int* to, int n) {
  int const i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < n) to[i] = i;  // <- allocated_elements_for_bytes
}
template <bool correct>
bool allocated_elements_for_bytes() {
  constexpr int n = 300;
  int* to = nullptr;
  cudaMalloc(&to, correct ? n * sizeof(int) : n);
  fill_kernel<<<3, 128>>>(to, n);
  int last = 0;
  cudaMemcpy(&last, to + n - 1, correct ? sizeof(int) : 0, cudaMemcpyDeviceToHost);
  cudaFree(to);
  return last == n - 1;
}

template <bool correct>
__global__ void add_vectors_kernel(float const* x, float* y, int n) {
  int const i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x) * 4;
  if (i >= n) return;
  if (correct && i + 4 > n) {
    for (int k = i; k < n; ++k) y[k] += x[k];
    return;
  }
  float4 const a = *reinterpret_cast<float4 const*>(x + i);  // <- vector_tail
  float4 const b = *reinterpret_cast<float4*>(y + i);
  *reinterpret_cast<float4*>(y + i) = {a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w};
}
template <bool correct>
bool vector_tail() {
  device_array<float> const x(filled(1001, 1.0F));
  device_array<float> y(filled(1001, 1.0F));
  add_vectors_kernel<correct><<<1, 256>>>(x.get(), y.get(), 1001);
  return y.read() == filled(1001, 2.0F);
}

template <bool correct>
__global__ void normalise_kernel(float const* x, float* y, float* norms) {
  y[threadIdx.x] = x[threadIdx.x] / 2;
  if (!correct || norms != nullptr) norms[threadIdx.x] = 2;  // <- optional_output
}
template <bool correct>
bool optional_output() {
  device_array<float> const x(filled(32, 4.0F));
  device_array<float> y(filled(32, 0.0F));
  normalise_kernel<correct><<<1, 32>>>(x.get(), y.get(), nullptr);
  return y.read() == filled(32, 2.0F);
}

__global__ void sum_kernel(int const* x, int n, int* sum) {
  for (int i = 0; i < n; ++i) *sum += x[i];  // <- host_pointer_as_argument
}
template <bool correct>
bool host_pointer_as_argument() {
  std::vector<int> const host = counted<int>(10);
  device_array<int> const x(host);
  device_array<int> sum(1, 0);
  sum_kernel<<<1, 1>>>(correct ? x.get() : host.data(), 10, sum.get());
  return sum.read() == std::vector<int>{45};
}

__global__ void transpose_kernel(int const* x, int* y, int rows, int columns) {
  unsigned const column = blockIdx.x * blockDim.x + threadIdx.x;
  unsigned const row = blockIdx.y * blockDim.y + threadIdx.y;
  if (row < rows && column < columns) {
    y[column * rows + row] = x[row * columns + column];
  }
}
template <bool correct>
__global__ void sum_rows_kernel(int const* x, int* y, int rows, int columns) {
  unsigned const row = threadIdx.x;
  if (row >= rows) return;
  int const pitch = correct ? columns : blockDim.x;
  int sum = 0;
  for (int k = 0; k < columns; ++k) sum += x[row * pitch + k];  // <- block_size_as_pitch
  y[row] = sum;
}
template <bool correct>
bool block_size_as_pitch() {
  device_array<int> const x(40 * 50, 1);
  device_array<int> y(50 * 40, 0), sums(40, 0);
  transpose_kernel<<<dim3(4, 3), dim3(16, 16)>>>(x.get(), y.get(), 40, 50);
  sum_rows_kernel<correct><<<1, 64>>>(y.get(), sums.get(), 40, 50);
  return sums.read() == filled(40, 50);
}

}  // namespace

namespace seeded {

#define SEEDED(name) #name, check::out_of_bounds, report::out_of_bounds
#define TWINS(name) name<false>, name<true>
std::vector<bug> const out_of_bounds_bugs{
    {SEEDED(grid_guard_off_by_one),
     {"scale_kernel", "read of 4 bytes of global memory",
      "0 bytes past the end of the 4000-byte allocation", "(cudaMalloc)"},
     TWINS(grid_guard_off_by_one)},
    {SEEDED(index_overflows_int),
     {"clear_row_kernel", "write of 1 bytes of global memory"},
     TWINS(index_overflows_int)},
    {SEEDED(stencil_without_left_guard),
     {"smooth_kernel", "thread (0, 0, 0) of block (0, 0, 0)",
      "4 bytes before the 1024-byte allocation"},
     TWINS(stencil_without_left_guard)},
    {SEEDED(allocated_elements_for_bytes),
     {"fill_kernel", "past the end of the 300-byte allocation"},
     TWINS(allocated_elements_for_bytes)},
    {SEEDED(vector_tail),
     {"add_vectors_kernel", "read of 16 bytes of global memory", "thread (250, 0, 0)",
      "at byte 4000 of the 4004-byte allocation"},
     TWINS(vector_tail)},
    {"optional_output",
     check::out_of_bounds,
     report::null_access,
     {"normalise_kernel", "write of 4 bytes of global memory at address 0x0"},
     TWINS(optional_output)},
    {SEEDED(host_pointer_as_argument),
     {"sum_kernel", "host memory"},
     TWINS(host_pointer_as_argument)},
    {SEEDED(block_size_as_pitch),
     {"sum_rows_kernel", "past the end of the 8000-byte allocation"},
     TWINS(block_size_as_pitch)},
};

}  // namespace seeded
