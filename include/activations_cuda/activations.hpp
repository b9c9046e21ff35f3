// The C++ API of the pointwise activations. Softmax and its family are in softmax.hpp, references
// on the CPU in reference.hpp, the C ABI in activations.h.
#pragma once

#include <activations_cuda/config.h>
#include <activations_cuda/error.hpp>
#include <activations_cuda/ops.hpp>
#include <activations_cuda/traits.hpp>
#include <activations_cuda/version.h>
#include <cuda_runtime_api.h>

#include <cstdint>

namespace activations_cuda {

// An activation is a small struct that holds its parameters: relu{}, leaky_relu{0.1}. T is float,
// double, __half or __nv_bfloat16; parameters are rounded once to the type that T computes in
// (double for double, else float).
//
// For each function below:
//  - Pointers are device pointers to n contiguous elements, aligned to their type; 16-byte
//    alignment of all is the fast path. n of 0 is a no-op, whatever the pointers; else they may not
//    be null. Host pointers are found only with ACTIVATIONS_CUDA_CHECK_POINTERS=1 in the
//    environment when the library is loaded.
//  - The output may be exactly one of the inputs; any other overlap with an input is an error.
//    Inputs may overlap each other.
//  - Work is queued on the stream, whose device must be current. Nothing is allocated or
//    synchronised, so calls may be captured into CUDA graphs.
//  - An element of the result depends only on its own inputs and the parameters, and is the same
//    bits in every call on the same device model.
//  @throws std::invalid_argument  for a bad argument; nothing has been launched or written
//  @throws cuda_error             if the launch failed

/// y[i] = f(x[i])
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, T const* x, T* y, std::int64_t n,
                                     cudaStream_t stream);

/// dx[i] = dy[i] * f'(x[i])
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n,
                                      cudaStream_t stream);

namespace detail {
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward_from_output(Op const& op, T const* dy, T const* y, T* dx,
                                                  std::int64_t n, cudaStream_t stream);
}

/// dx[i] = dy[i] * f'(x[i]) from y[i] = f(x[i]) alone, for the activations whose output determines
/// the gradient (has_backward_from_output<Op>).
/// @throws unsupported  where it does so only for other parameters (leaky_relu with a negative
/// slope)
template <class Op, class T>
void backward_from_output(Op const& op, T const* dy, T const* y, T* dx, std::int64_t n,
                          cudaStream_t stream) {
  static_assert(
      has_backward_from_output<Op>,
      "the output of this activation does not determine its gradient: keep x and call backward");
  detail::backward_from_output(op, dy, y, dx, n, stream);
}

/// The activation as a function object for a kernel of your own (an epilogue, thrust::transform):
/// the same evaluation as the library's kernels, with the parameters rounded once, here.
///   thrust::transform(x.begin(), x.end(), y.begin(), act::functor<float>(act::leaky_relu{0.1}));
template <class T, class Op>
class bound_activation {
 public:
  ACTIVATIONS_CUDA_HOST_DEVICE explicit bound_activation(Op const& op) : evaluate_(op) {}
  ACTIVATIONS_CUDA_HOST_DEVICE T operator()(T x) const {
    return from_real<T>(evaluate_.forward(to_real(x)));
  }
  ACTIVATIONS_CUDA_HOST_DEVICE T backward(T dy, T x) const {
    return from_real<T>(evaluate_.backward(to_real(dy), to_real(x)));
  }

 private:
  typename Op::template evaluator<arithmetic_for<T>> evaluate_;
};

template <class T, class Op>
ACTIVATIONS_CUDA_HOST_DEVICE bound_activation<T, Op> functor(Op const& op) {
  return bound_activation<T, Op>(op);
}

}  // namespace activations_cuda
