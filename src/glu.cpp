// The C++ API of the gated linear units: check, then launch.
#include "../kernels/launch.hpp"
#include "check_launch.hpp"
#include "glu_arguments.hpp"

#include <activations_cuda/glu.hpp>

namespace activations_cuda::detail {
namespace {

// The stride of a single row says nothing: then its rows are as good as without a gap.
template <class T>
strided<T> rows_from(validate::glu_shape const& shape, T* first, std::int64_t stride,
                     std::int64_t per_column = 1) {
  return {first, shape.rows == 1 ? per_column * shape.columns : stride};
}

}  // namespace

template <class Op, class T>
void forward(Op const& op, T const* gate, std::int64_t gate_stride, T const* up,
             std::int64_t up_stride, T* y, std::int64_t y_stride, std::int64_t rows,
             std::int64_t columns, cudaStream_t stream) {
  validate::parameters<T>(op);
  validate::glu_shape const shape{rows, columns, sizeof(T)};
  validate::tensors(validate::of_glu_forward(shape, gate, gate_stride, up, up_stride, y, y_stride),
                    sizeof(T));
  if (shape.empty()) return;
  check_launch("forward", launch_glu_forward(op, rows_from(shape, gate, gate_stride),
                                             rows_from(shape, up, up_stride),
                                             rows_from(shape, y, y_stride), rows, columns, stream));
}

template <class Op, class T>
void backward(Op const& op, T const* dy, std::int64_t dy_stride, T const* gate,
              std::int64_t gate_stride, T const* up, std::int64_t up_stride, T* dgate,
              std::int64_t dgate_stride, T* dup, std::int64_t dup_stride, std::int64_t rows,
              std::int64_t columns, cudaStream_t stream) {
  validate::parameters<T>(op);
  validate::glu_shape const shape{rows, columns, sizeof(T)};
  validate::tensors(validate::of_glu_backward(shape, dy, dy_stride, gate, gate_stride, up,
                                              up_stride, dgate, dgate_stride, dup, dup_stride),
                    sizeof(T));
  if (shape.empty()) return;
  check_launch(
      "backward",
      launch_glu_backward(op, rows_from(shape, dy, dy_stride), rows_from(shape, gate, gate_stride),
                          rows_from(shape, up, up_stride), rows_from(shape, dgate, dgate_stride),
                          rows_from(shape, dup, dup_stride), rows, columns, stream));
}

template <class Op, class T>
void forward(Op const& op, glu_layout layout, T const* x, std::int64_t x_stride, T* y,
             std::int64_t y_stride, std::int64_t rows, std::int64_t columns, cudaStream_t stream) {
  validate::parameters<T>(op);
  validate::layout(layout);
  validate::glu_shape const shape{rows, columns, sizeof(T)};
  validate::tensors(validate::of_packed_forward(shape, x, x_stride, y, y_stride), sizeof(T));
  if (shape.empty()) return;
  auto const out = rows_from(shape, y, y_stride);
  if (layout == glu_layout::interleaved) {
    check_launch("forward", launch_glu_interleaved_forward(op, rows_from(shape, x, x_stride, 2),
                                                           out, rows, columns, stream));
    return;
  }
  auto const at = validate::places_of(layout, columns);
  check_launch("forward", launch_glu_forward(op, rows_from(shape, x + at.gate, x_stride),
                                             rows_from(shape, x + at.up, x_stride), out, rows,
                                             columns, stream));
}

template <class Op, class T>
void backward(Op const& op, glu_layout layout, T const* dy, std::int64_t dy_stride, T const* x,
              std::int64_t x_stride, T* dx, std::int64_t dx_stride, std::int64_t rows,
              std::int64_t columns, cudaStream_t stream) {
  validate::parameters<T>(op);
  validate::layout(layout);
  validate::glu_shape const shape{rows, columns, sizeof(T)};
  validate::tensors(validate::of_packed_backward(shape, dy, dy_stride, x, x_stride, dx, dx_stride),
                    sizeof(T));
  if (shape.empty()) return;
  auto const in = rows_from(shape, dy, dy_stride);
  if (layout == glu_layout::interleaved) {
    check_launch("backward", launch_glu_interleaved_backward(
                                 op, in, rows_from(shape, x, x_stride, 2),
                                 rows_from(shape, dx, dx_stride, 2), rows, columns, stream));
    return;
  }
  auto const at = validate::places_of(layout, columns);
  check_launch("backward",
               launch_glu_backward(op, in, rows_from(shape, x + at.gate, x_stride),
                                   rows_from(shape, x + at.up, x_stride),
                                   rows_from(shape, dx + at.gate, dx_stride),
                                   rows_from(shape, dx + at.up, dx_stride), rows, columns, stream));
}

#define INSTANTIATE_FOR(op, T)                                                                     \
  template ACTIVATIONS_CUDA_EXPORT void forward(op const&, T const*, std::int64_t, T const*,       \
                                                std::int64_t, T*, std::int64_t, std::int64_t,      \
                                                std::int64_t, cudaStream_t);                       \
  template ACTIVATIONS_CUDA_EXPORT void backward(                                                  \
      op const&, T const*, std::int64_t, T const*, std::int64_t, T const*, std::int64_t, T*,       \
      std::int64_t, T*, std::int64_t, std::int64_t, std::int64_t, cudaStream_t);                   \
  template ACTIVATIONS_CUDA_EXPORT void forward(op const&, glu_layout, T const*, std::int64_t, T*, \
                                                std::int64_t, std::int64_t, std::int64_t,          \
                                                cudaStream_t);                                     \
  template ACTIVATIONS_CUDA_EXPORT void backward(op const&, glu_layout, T const*, std::int64_t,    \
                                                 T const*, std::int64_t, T*, std::int64_t,         \
                                                 std::int64_t, std::int64_t, cudaStream_t);
#define GLU(op, activation, formula) \
  INSTANTIATE_FOR(op, float)         \
  INSTANTIATE_FOR(op, double)        \
  INSTANTIATE_FOR(op, __half)        \
  INSTANTIATE_FOR(op, __nv_bfloat16)
#include <activations_cuda/activations.def>

}  // namespace activations_cuda::detail
