// References on the CPU: plain C++ on host pointers, computed in double and rounded once to the
// type. They share no code with the kernels and are accurate in the tails; for double itself to a
// few ulp.
#pragma once

#include <activations_cuda/activations.hpp>
#include <activations_cuda/softmax.hpp>

#include <cstdint>

namespace activations_cuda::reference {

// T is float, double, __half or __nv_bfloat16. Parameters are rounded as the kernels round them.
// Outputs may be inputs.
// @throws std::invalid_argument  for a parameter out of range, n < 0, or null with n > 0

template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, T const* x, T* y, std::int64_t n);

template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n);

/// Only for has_backward_from_output<Op>.
/// @throws unsupported  where the output does not determine the gradient for these parameters
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward_from_output(Op const& op, T const* dy, T const* y, T* dx,
                                                  std::int64_t n);

/// Softmax and its family: rows of columns contiguous elements.
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, T const* x, T* y, std::int64_t rows,
                                     std::int64_t columns);

template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, T const* dy, T const* y, T* dx,
                                      std::int64_t rows, std::int64_t columns);

}  // namespace activations_cuda::reference
