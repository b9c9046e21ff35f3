#include "device.hpp"
#include "matrix_multiply.hpp"

namespace digits {
namespace {

constexpr int tile_size = 16;
// One column more than used: a transposed tile is written down its columns, without bank conflicts
// to speak of.
using tile = float[tile_size][tile_size + 1];

/// The tile of m whose first element is (first_row, first_column), zeros beyond m's edges.
/// Neighbouring threads read neighbouring addresses, whichever way m lies in memory.
__device__ void load(tile& t, matrix const& m, int first_row, int first_column) {
  bool const by_rows = m.column_stride == 1;
  int const r = static_cast<int>(by_rows ? threadIdx.y : threadIdx.x);
  int const c = static_cast<int>(by_rows ? threadIdx.x : threadIdx.y);
  int const row = first_row + r;
  int const column = first_column + c;
  bool const inside = row < m.rows && column < m.columns;
  t[r][c] = inside ? m.data[row * m.row_stride + column * m.column_stride] : 0.0f;
}

/// A block computes one tile of c, a thread one of its elements.
__global__ void multiply_kernel(matrix a, matrix b, float* c) {
  __shared__ tile tile_of_a;
  __shared__ tile tile_of_b;
  int const first_row = static_cast<int>(blockIdx.y) * tile_size;
  int const first_column = static_cast<int>(blockIdx.x) * tile_size;

  float sum = 0.0f;
  for (int k = 0; k < a.columns; k += tile_size) {
    load(tile_of_a, a, first_row, k);
    load(tile_of_b, b, k, first_column);
    __syncthreads();
#pragma unroll
    for (int i = 0; i < tile_size; ++i)
      sum = fmaf(tile_of_a[threadIdx.y][i], tile_of_b[i][threadIdx.x], sum);
    __syncthreads();
  }

  int const row = first_row + static_cast<int>(threadIdx.y);
  int const column = first_column + static_cast<int>(threadIdx.x);
  if (row < a.rows && column < b.columns) c[row * b.columns + column] = sum;
}

unsigned tiles(int length) { return static_cast<unsigned>((length + tile_size - 1) / tile_size); }

}  // namespace

void multiply(matrix const& a, matrix const& b, float* c, cudaStream_t stream) {
  if (a.columns != b.rows)
    throw std::invalid_argument("a has " + std::to_string(a.columns) + " columns; allowed is " +
                                std::to_string(b.rows) + ", the number of b's rows");
  dim3 const grid(tiles(b.columns), tiles(a.rows));
  multiply_kernel<<<grid, dim3(tile_size, tile_size), 0, stream>>>(a, b, c);
  check(cudaGetLastError(), "multiply_kernel");
}

}  // namespace digits
