#pragma once

#include <cuda_runtime_api.h>

namespace digits {

/// A matrix in device memory; element (r, c) is data[r * row_stride + c * column_stride].
struct matrix {
  float const* data;
  int rows;
  int columns;
  int row_stride;
  int column_stride;
};

inline matrix row_major(float const* data, int rows, int columns) {
  return {data, rows, columns, columns, 1};
}

inline matrix transposed(matrix m) {
  return {m.data, m.columns, m.rows, m.column_stride, m.row_stride};
}

/// c = a b, c row-major [a.rows][b.columns]. Sums in the order of a's columns.
/// @throws std::invalid_argument  unless a.columns == b.rows
void multiply(matrix const& a, matrix const& b, float* c, cudaStream_t stream);

}  // namespace digits
