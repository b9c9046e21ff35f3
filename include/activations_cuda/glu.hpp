// The C++ API of the gated linear units: rows of a gate and of what it gates, in tensors of their
// own or packed in one.
#pragma once

#include <activations_cuda/config.h>
#include <activations_cuda/error.hpp>
#include <activations_cuda/ops.hpp>
#include <activations_cuda/requirements.hpp>
#include <activations_cuda/traits.hpp>
#include <cuda_runtime_api.h>

#include <cstdint>

namespace activations_cuda {

/// Where gate and up are in a row of 2 * columns elements. Frameworks disagree, so there is no
/// default: torch.nn.functional.glu has the gate second, most fused kernels have it first.
enum class glu_layout {
  gate_first,   // gate_0, gate_1, ..., up_0, up_1, ...
  gate_second,  // up_0, up_1, ..., gate_0, gate_1, ...
  interleaved   // gate_0, up_0, gate_1, up_1, ...
};

// y = f(gate) up, where op is glu{}, reglu{}, ... and holds the parameters of f. T is float, double,
// __half or __nv_bfloat16. Parameters are rounded once to the type that T computes in: double for
// double, else float.
//
// For each function below:
//  - A tensor is a device pointer, aligned to its type, to rows of contiguous elements, and the
//    stride in elements from one row's first to the next one's. A row has columns elements, those
//    of a packed x or dx 2 * columns; a stride is not less.
//  - The fast path is 16-byte alignment of all pointers and strides, or no gap between rows.
//  - rows or columns of 0 is a no-op, whatever the pointers; otherwise they may not be null.
//  - dgate, dup and the y of separate tensors may be exactly one of the inputs (pointer and stride),
//    and a packed dx may be x. Else an output must be apart from all other tensors: between the
//    elements of tensors with one and the same stride (gate and up in one tensor, say), or, the
//    strides being different, from the first to the last element. Inputs may overlap each other.
//  - Work is queued on the stream, whose device must be current. Nothing is allocated or
//    synchronised, so calls may be captured into CUDA graphs.
//  - An element of the result depends only on its own inputs and the parameters, not on strides or
//    the layout, and is the same bits in every call on the same device model.
//  - Host pointers are found only with ACTIVATIONS_CUDA_CHECK_POINTERS=1 in the environment when
//    the library is loaded.
//  @throws std::invalid_argument  for a bad argument; nothing has been launched or written
//  @throws cuda_error             if the launch failed

namespace detail {

// The part in the library, instantiated for each activation and type.
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, T const* gate, std::int64_t gate_stride,
                                     T const* up, std::int64_t up_stride, T* y,
                                     std::int64_t y_stride, std::int64_t rows, std::int64_t columns,
                                     cudaStream_t stream);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, T const* dy, std::int64_t dy_stride,
                                      T const* gate, std::int64_t gate_stride, T const* up,
                                      std::int64_t up_stride, T* dgate, std::int64_t dgate_stride,
                                      T* dup, std::int64_t dup_stride, std::int64_t rows,
                                      std::int64_t columns, cudaStream_t stream);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, glu_layout layout, T const* x,
                                     std::int64_t x_stride, T* y, std::int64_t y_stride,
                                     std::int64_t rows, std::int64_t columns, cudaStream_t stream);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, glu_layout layout, T const* dy,
                                      std::int64_t dy_stride, T const* x, std::int64_t x_stride,
                                      T* dx, std::int64_t dx_stride, std::int64_t rows,
                                      std::int64_t columns, cudaStream_t stream);

}  // namespace detail

/// y = f(gate) up
template <class Op, class T>
void forward(Op const& op, T const* gate, std::int64_t gate_stride, T const* up,
             std::int64_t up_stride, T* y, std::int64_t y_stride, std::int64_t rows,
             std::int64_t columns, cudaStream_t stream) {
  detail::require_glu<Op, T>();
  detail::forward(op, gate, gate_stride, up, up_stride, y, y_stride, rows, columns, stream);
}

/// dgate = dy up f'(gate) and dup = dy f(gate), in one pass
template <class Op, class T>
void backward(Op const& op, T const* dy, std::int64_t dy_stride, T const* gate,
              std::int64_t gate_stride, T const* up, std::int64_t up_stride, T* dgate,
              std::int64_t dgate_stride, T* dup, std::int64_t dup_stride, std::int64_t rows,
              std::int64_t columns, cudaStream_t stream) {
  detail::require_glu<Op, T>();
  detail::backward(op, dy, dy_stride, gate, gate_stride, up, up_stride, dgate, dgate_stride, dup,
                   dup_stride, rows, columns, stream);
}

/// y = f(gate) up, with gate and up packed in x
template <class Op, class T>
void forward(Op const& op, glu_layout layout, T const* x, std::int64_t x_stride, T* y,
             std::int64_t y_stride, std::int64_t rows, std::int64_t columns, cudaStream_t stream) {
  detail::require_glu<Op, T>();
  detail::forward(op, layout, x, x_stride, y, y_stride, rows, columns, stream);
}

/// dgate and dup in one pass, packed in dx as gate and up are in x
template <class Op, class T>
void backward(Op const& op, glu_layout layout, T const* dy, std::int64_t dy_stride, T const* x,
              std::int64_t x_stride, T* dx, std::int64_t dx_stride, std::int64_t rows,
              std::int64_t columns, cudaStream_t stream) {
  detail::require_glu<Op, T>();
  detail::backward(op, layout, dy, dy_stride, x, x_stride, dx, dx_stride, rows, columns, stream);
}

}  // namespace activations_cuda
