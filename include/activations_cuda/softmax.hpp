// The C++ API of softmax and its family: rows of contiguous elements, each row on its own.
#pragma once

#include <activations_cuda/config.h>
#include <activations_cuda/error.hpp>
#include <activations_cuda/ops.hpp>
#include <activations_cuda/requirements.hpp>
#include <activations_cuda/traits.hpp>
#include <cuda_runtime_api.h>

#include <cstdint>

namespace activations_cuda {

// T is float, double, __half or __nv_bfloat16. Sums are formed in double for double, else in float.
//
// For each function below:
//  - Pointers are device pointers to rows * columns contiguous elements, row after row, aligned to
//    their type. The fast path is 16-byte alignment of every row of all of them.
//  - rows or columns of 0 is a no-op, whatever the pointers; otherwise they may not be null.
//  - An output may be exactly one of the inputs; any other overlap with an input is an error.
//    Inputs may overlap each other.
//  - Work is queued on the stream, whose device must be current. Nothing is allocated or
//    synchronised, so calls may be captured into CUDA graphs.
//  - A row of the result depends only on its own inputs and their number, not on alignment or on
//    other rows, and is the same bits in every call on the same device model.
//  - NaN or +inf anywhere in a row of x makes the whole row of y NaN, and so does a row of nothing
//    but -inf. Beside a finite element, -inf gives 0 (log_softmax: -inf). Other rows are not
//    touched by it.
//  - Host pointers are found only with ACTIVATIONS_CUDA_CHECK_POINTERS=1 in the environment when
//    the library is loaded.
//  @throws std::invalid_argument  for a bad argument; nothing has been launched or written
//  @throws cuda_error             if the launch failed

namespace detail {

// The part in the library, instantiated for each activation and type.
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, T const* x, T* y, std::int64_t rows,
                                     std::int64_t columns, cudaStream_t stream);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, T const* dy, T const* y, T* dx,
                                      std::int64_t rows, std::int64_t columns, cudaStream_t stream);

}  // namespace detail

/// y = softmax{} or log_softmax{} of each row of x.
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

}  // namespace activations_cuda
