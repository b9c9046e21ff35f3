// The table at run time: what the C ABI knows of each activation, with its typed functions behind
// erased ones.
#pragma once

#include <activations_cuda/activations.h>
#include <activations_cuda/parameter.hpp>
#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

namespace activations_cuda::registry {

inline constexpr int dtype_count = 4;
inline constexpr int maximum_parameters = 8;

struct parameter_row {
  char const* name;
  double initial;
  constraint allowed;
};

/// Indexed by act_dtype. The functions throw as the C++ API does.
struct pointwise_row {
  using unary = void (*)(double const* parameters, void const* x, void* y, std::int64_t n,
                         cudaStream_t stream);
  using binary = void (*)(double const* parameters, void const* dy, void const* saved, void* dx,
                          std::int64_t n, cudaStream_t stream);
  char const* name;
  char const* formula;
  int parameter_count;
  parameter_row parameters[maximum_parameters];
  unary forward[dtype_count];
  binary backward[dtype_count];
  binary backward_from_output[dtype_count];  // null where the op has none
};

struct rowwise_row {
  using unary = void (*)(void const* x, void* y, std::int64_t rows, std::int64_t columns,
                         cudaStream_t stream);
  using binary = void (*)(void const* dy, void const* y, void* dx, std::int64_t rows,
                          std::int64_t columns, cudaStream_t stream);
  char const* name;
  char const* formula;
  unary forward[dtype_count];
  binary backward[dtype_count];
};

template <class Row>
struct table {
  Row const* rows;
  int count;
  Row const* begin() const { return rows; }
  Row const* end() const { return rows + count; }
};

table<pointwise_row> pointwise();
table<rowwise_row> rowwise();

}  // namespace activations_cuda::registry
