// References on the CPU: plain C++ on host pointers, computed in double and rounded once to the
// type. They share no code with the kernels and are accurate in the tails: correctly rounded but
// for near-ties in float, __half and __nv_bfloat16, to a few ulp in double. They serve as the
// expected values of a test of your own, or where there is no device.
#pragma once

#include <activations_cuda/activations.hpp>
#include <activations_cuda/softmax.hpp>

#include <cstdint>

namespace activations_cuda::reference {

// T is float, double, __half or __nv_bfloat16, as in the functions on the device; parameters are
// rounded as the kernels round them. Pointers are host pointers, null only where there are no
// elements. The output may be exactly one of the inputs.
// @throws std::invalid_argument  for a parameter out of range, a size below 0 or too large, null
//                                with elements, or an output that partly overlaps an input

/// y[i] = f(x[i])
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, T const* x, T* y, std::int64_t n);

/// dx[i] = dy[i] * f'(x[i])
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n);

/// The same from y[i] = f(x[i]); only for has_backward_from_output<Op>.
/// @throws unsupported  where the output does not determine the gradient for these parameters
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward_from_output(Op const& op, T const* dy, T const* y, T* dx,
                                                  std::int64_t n);

/// Softmax and its family: y of each row of columns contiguous elements.
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, T const* x, T* y, std::int64_t rows,
                                     std::int64_t columns);

/// dx of each row from dy and the output y of forward.
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, T const* dy, T const* y, T* dx,
                                      std::int64_t rows, std::int64_t columns);

}  // namespace activations_cuda::reference
