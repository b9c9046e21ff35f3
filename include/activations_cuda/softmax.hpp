// The C++ API of softmax and its family: rows of contiguous elements, each row on its own.
#pragma once

#include <activations_cuda/config.h>
#include <activations_cuda/error.hpp>
#include <activations_cuda/ops.hpp>
#include <activations_cuda/traits.hpp>
#include <cuda_runtime_api.h>

#include <cstdint>

namespace activations_cuda {

// T is float, double, __half or __nv_bfloat16; sums are formed in float (double for double).
// Pointers are device pointers to rows * columns elements, row after row, aligned to their type.
// The fast path is 16-byte alignment of every row. rows or columns of 0 is a no-op, and only then
// may pointers be null. The output may be exactly one of the inputs; any other overlap with one is
// an error. Work is queued on the stream, whose device must be current; nothing is allocated or
// synchronised, so calls may be captured into CUDA graphs. A row's result depends on its elements
// and their number only, not on alignment or on other rows: the same bits in every call on the same
// device model.
//  @throws std::invalid_argument  for a bad argument; nothing has been launched or written
//  @throws cuda_error             if the launch failed

/// y = softmax{} or log_softmax{} of each row of x.
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, T const* x, T* y, std::int64_t rows,
                                     std::int64_t columns, cudaStream_t stream);

/// dx of each row from dy and the output y of the forward call.
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, T const* dy, T const* y, T* dx,
                                      std::int64_t rows, std::int64_t columns, cudaStream_t stream);

}  // namespace activations_cuda
