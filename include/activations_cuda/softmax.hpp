// The C++ API of softmax and its family: along any axis, each row on its own.
#pragma once

#include <activations_cuda/config.h>
#include <activations_cuda/error.hpp>
#include <activations_cuda/ops.hpp>
#include <activations_cuda/requirements.hpp>
#include <activations_cuda/softmax_options.hpp>
#include <activations_cuda/traits.hpp>
#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

namespace activations_cuda {

// op is softmax{scale}, log_softmax{scale} or softmin{scale}: of scale x, softmin of -scale x; the
// scale, 1 by default, is the inverse of a temperature. T is float, double, __half or __nv_bfloat16.
// Sums are formed in double for double, else in float.
//
// For each function below:
//  - Pointers are device pointers, aligned to their type. rows and columns are of contiguous elements,
//    row after row; a shape with tensors has any axis and strides (softmax_options.hpp): an
//    outer_stride holds the columns, (columns - 1) * column_stride + inner or more, and a column_stride
//    inner or more. The fast path has inner = 1; else, in 16 bits, an even inner and every run of inner
//    elements aligned to 4 bytes.
//  - No elements is a no-op, whatever the pointers; otherwise they may not be null.
//  - An output may be exactly one of the inputs, strides included. Else it must be apart from all that
//    the call reads: between the elements of tensors with one and the same strides, or, the strides
//    being different, from the first to the last element. Statistics and the workspace are apart from
//    everything, a mask taken from its first to its last element. Inputs may overlap each other.
//  - Work is queued on the stream, whose device must be current. Nothing is allocated or
//    synchronised, so calls may be captured into CUDA graphs.
//  - A row of the result depends only on its own inputs, their number, the options, inner, and whether
//    columns lie side by side; else not on alignment, strides or other rows. It is the same bits in
//    every call on the same device model.
//  - NaN in a row of x, or +inf in its scaled elements, makes the row of y NaN, and so does a row of
//    nothing but -inf (empty_rows). Beside a finite element, -inf gives 0 (log_softmax: -inf). Other
//    rows are not touched by it. What is masked is not looked at, beyond a row's length not even read,
//    and it stays 0 (log_softmax: -inf) in a row with a NaN too.
//  - backward takes the mask and the empty_rows that forward had, but reads of it only causal and
//    lengths, and looks at no statistics: where y says that an element was masked, 0 (log_softmax:
//    -inf), it takes no part and has dx = 0, whatever dy is. Without a mask, a NaN in dy makes its row
//    NaN.
//  - Host pointers are found only with ACTIVATIONS_CUDA_CHECK_POINTERS=1 in the environment when
//    the library is loaded.
//  @throws std::invalid_argument  for a bad argument; nothing has been launched or written
//  @throws cuda_error             if a launch failed; what the outputs hold then is unspecified

namespace detail {

// The part in the library, instantiated for each activation and type.
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, T const* x, T* y, std::int64_t rows,
                                     std::int64_t columns, cudaStream_t stream);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, T const* dy, T const* y, T* dx,
                                      std::int64_t rows, std::int64_t columns, cudaStream_t stream);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, softmax_shape const& shape,
                                     softmax_tensor<T const> const& x, softmax_tensor<T> const& y,
                                     softmax_options<T> const& options, cudaStream_t stream);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, softmax_shape const& shape,
                                      softmax_tensor<T const> const& dy,
                                      softmax_tensor<T const> const& y, softmax_tensor<T> const& dx,
                                      softmax_options<T> const& options, cudaStream_t stream);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT std::size_t softmax_workspace(Op const& op, softmax_shape const& shape);

}  // namespace detail

/// y of each row of x.
template <class Op, class T>
void forward(Op const& op, T const* x, T* y, std::int64_t rows, std::int64_t columns,
             cudaStream_t stream) {
  detail::require_rowwise<Op, T>();
  detail::forward(op, x, y, rows, columns, stream);
}

/// dx of each row from dy and the output y of the forward call.
template <class Op, class T>
void backward(Op const& op, T const* dy, T const* y, T* dx, std::int64_t rows, std::int64_t columns,
              cudaStream_t stream) {
  detail::require_rowwise<Op, T>();
  detail::backward(op, dy, y, dx, rows, columns, stream);
}

/// The same along any axis, with strides and options.
template <class Op, class T>
void forward(Op const& op, softmax_shape const& shape, softmax_tensor<T const> const& x,
             softmax_tensor<T> const& y, softmax_options<T> const& options, cudaStream_t stream) {
  detail::require_rowwise<Op, T>();
  detail::forward(op, shape, x, y, options, stream);
}
template <class Op, class T>
void backward(Op const& op, softmax_shape const& shape, softmax_tensor<T const> const& dy,
              softmax_tensor<T const> const& y, softmax_tensor<T> const& dx,
              softmax_options<T> const& options, cudaStream_t stream) {
  detail::require_rowwise<Op, T>();
  detail::backward(op, shape, dy, y, dx, options, stream);
}

/// Bytes with which forward and backward of this shape can share a row among several blocks, on the
/// current device: rows that no block or cluster can hold; 0 for all others. Without a workspace one
/// block takes such a row; the results differ by roundings then.
/// @throws std::invalid_argument  for a bad shape or op
template <class T, class Op>
std::size_t softmax_workspace(Op const& op, softmax_shape const& shape) {
  detail::require_rowwise<Op, T>();
  return detail::softmax_workspace<Op, T>(op, shape);
}

}  // namespace activations_cuda
