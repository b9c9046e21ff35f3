// The table at run time: what the C ABI knows of each activation, with its typed functions behind
// erased ones.
#pragma once

#include <activations_cuda/activations.h>
#include <activations_cuda/channelwise.hpp>
#include <activations_cuda/learned.hpp>
#include <activations_cuda/parameter.hpp>
#include <activations_cuda/random_position.hpp>
#include <activations_cuda/softmax_options.hpp>
#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

namespace activations_cuda::registry {

inline constexpr int dtype_count = 4;
inline constexpr int maximum_parameters = 8;
inline constexpr int maximum_learned = 4;

struct parameter_row {
  char const* name;
  double initial;
  constraint allowed;
};

struct parametrised_row {
  char const* name;
  char const* formula;
  int parameter_count;
  parameter_row parameters[maximum_parameters];
};

using erased_tensor = softmax_tensor<void const>;
using erased_output = softmax_tensor<void>;

// The functions are indexed by act_dtype and throw as the C++ API does.

struct pointwise_row : parametrised_row {
  using unary = void (*)(double const* parameters, void const* x, void* y, std::int64_t n,
                         cudaStream_t stream);
  using binary = void (*)(double const* parameters, void const* dy, void const* saved, void* dx,
                          std::int64_t n, cudaStream_t stream);
  unary forward[dtype_count];
  binary backward[dtype_count];
  binary backward_from_output[dtype_count];  // null where the op has none
};

struct glu_row : parametrised_row {
  using separate_forward = void (*)(double const* parameters, void const* gate,
                                    std::int64_t gate_stride, void const* up,
                                    std::int64_t up_stride, void* y, std::int64_t y_stride,
                                    std::int64_t rows, std::int64_t columns, cudaStream_t stream);
  using separate_backward = void (*)(double const* parameters, void const* dy,
                                     std::int64_t dy_stride, void const* gate,
                                     std::int64_t gate_stride, void const* up,
                                     std::int64_t up_stride, void* dgate, std::int64_t dgate_stride,
                                     void* dup, std::int64_t dup_stride, std::int64_t rows,
                                     std::int64_t columns, cudaStream_t stream);
  using unary = void (*)(double const* parameters, act_glu_layout layout, void const* x,
                         std::int64_t x_stride, void* y, std::int64_t y_stride, std::int64_t rows,
                         std::int64_t columns, cudaStream_t stream);
  using binary = void (*)(double const* parameters, act_glu_layout layout, void const* dy,
                          std::int64_t dy_stride, void const* x, std::int64_t x_stride, void* dx,
                          std::int64_t dx_stride, std::int64_t rows, std::int64_t columns,
                          cudaStream_t stream);
  separate_forward forward[dtype_count];
  separate_backward backward[dtype_count];
  unary packed_forward[dtype_count];
  binary packed_backward[dtype_count];
};

struct random_row : parametrised_row {
  using unary = void (*)(double const* parameters, void const* x, void* y, std::int64_t n,
                         random_position const& position, cudaStream_t stream);
  using binary = void (*)(double const* parameters, void const* dy, void const* x, void* dx,
                          std::int64_t n, random_position const& position, cudaStream_t stream);
  using generator = void (*)(double const* parameters, void* slope, std::int64_t n,
                             random_position const& position, cudaStream_t stream);
  using means = void (*)(double const* parameters, act_slope_mean of, double* of_inference);
  unary forward[dtype_count];
  binary backward[dtype_count];
  generator slopes[dtype_count];  // in the type that the elements are computed in
  means inference;                // the parameters of what takes its place
  int inference_index;            // which is this row of the pointwise ones
};

struct rowwise_row : parametrised_row {
  using unary = void (*)(double const* parameters, void const* x, void* y, std::int64_t rows,
                         std::int64_t columns, cudaStream_t stream);
  using binary = void (*)(double const* parameters, void const* dy, void const* y, void* dx,
                          std::int64_t rows, std::int64_t columns, cudaStream_t stream);
  using strided_unary = void (*)(double const* parameters, softmax_shape const& shape,
                                 erased_tensor const& x, erased_output const& y,
                                 act_softmax_options const& options, cudaStream_t stream);
  using strided_binary = void (*)(double const* parameters, softmax_shape const& shape,
                                  erased_tensor const& dy, erased_tensor const& y,
                                  erased_output const& dx, act_softmax_options const& options,
                                  cudaStream_t stream);
  using sizes = std::size_t (*)(double const* parameters, softmax_shape const& shape);
  unary forward[dtype_count];
  binary backward[dtype_count];
  strided_unary forward_strided[dtype_count];
  strided_binary backward_strided[dtype_count];
  sizes workspace[dtype_count];
};

struct learned_row : parametrised_row {
  using unary = void (*)(double const* parameters, channel_shape const& shape, void const* x,
                         detail::erased_parameters const& learned, void* y, cudaStream_t stream);
  using binary = void (*)(double const* parameters, channel_shape const& shape, void const* dy,
                          void const* x, detail::erased_parameters const& learned, void* dx,
                          cudaStream_t stream);
  using with_gradients = void (*)(double const* parameters, channel_shape const& shape,
                                  void const* dy, void const* x,
                                  detail::erased_parameters const& learned, bool with_dx, void* dx,
                                  detail::erased_gradients const& gradients, workspace const& space,
                                  cudaStream_t stream);
  using sizes = std::size_t (*)(double const* parameters, channel_shape const& shape);
  using counts = int (*)(double const* parameters);
  int learned_count;
  learned_parameter learned[maximum_learned];
  unary forward[dtype_count];
  binary backward[dtype_count];
  with_gradients backward_with_gradients[dtype_count];
  sizes backward_workspace[dtype_count];
  counts array_rows;
};

template <class Row>
struct table {
  Row const* rows;
  int count;
  Row const* begin() const { return rows; }
  Row const* end() const { return rows + count; }
};

table<pointwise_row> pointwise();
table<glu_row> gated();
table<learned_row> learned();
table<random_row> random();
table<rowwise_row> rowwise();

}  // namespace activations_cuda::registry
