// The C++ API of the pointwise activations. Softmax and its family are in softmax.hpp, references
// on the CPU in reference.hpp, the C ABI in activations.h.
#pragma once

#include <activations_cuda/config.h>
#include <activations_cuda/error.hpp>
#include <activations_cuda/ops.hpp>
#include <activations_cuda/requirements.hpp>
#include <activations_cuda/traits.hpp>
#include <activations_cuda/version.h>
#include <cuda_runtime_api.h>

#include <cstdint>

namespace activations_cuda {

// An activation is a small struct that holds its parameters: relu{}, leaky_relu{0.1}. T is float,
// double, __half or __nv_bfloat16. Parameters are rounded once to the type that T computes in:
// double for double, else float.
//
// For each function below:
//  - Pointers are device pointers to n contiguous elements, aligned to their type.
//    The fast path is 16-byte alignment of all of them.
//  - n of 0 is a no-op, whatever the pointers; otherwise they may not be null.
//  - An output may be exactly one of the inputs; any other overlap with an input is an error.
//    Inputs may overlap each other.
//  - Work is queued on the stream, whose device must be current. Nothing is allocated or
//    synchronised, so calls may be captured into CUDA graphs.
//  - An element of the result depends only on its own inputs and the parameters, and is the same
//    bits in every call on the same device model.
//  - Host pointers are found only with ACTIVATIONS_CUDA_CHECK_POINTERS=1 in the environment when
//    the library is loaded.
//  @throws std::invalid_argument  for a bad argument; nothing has been launched or written
//  @throws cuda_error             if the launch failed

namespace detail {

// The part in the library, instantiated for each activation and type.
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, T const* x, T* y, std::int64_t n,
                                     cudaStream_t stream);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n,
                                      cudaStream_t stream);

// Empty for an activation whose output does not determine the gradient.
template <class Op, class T, bool = has_backward_from_output<Op>>
struct output_gradient {};
template <class Op, class T>
struct ACTIVATIONS_CUDA_EXPORT output_gradient<Op, T, true> {
  static void backward(Op const& op, T const* dy, T const* y, T* dx, std::int64_t n,
                       cudaStream_t stream);
};

}  // namespace detail

/// y[i] = f(x[i])
template <class Op, class T>
void forward(Op const& op, T const* x, T* y, std::int64_t n, cudaStream_t stream) {
  detail::require_pointwise<Op, T>();
  detail::forward(op, x, y, n, stream);
}

/// dx[i] = dy[i] * f'(x[i])
template <class Op, class T>
void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n, cudaStream_t stream) {
  detail::require_pointwise<Op, T>();
  detail::backward(op, dy, x, dx, n, stream);
}

/// dx[i] = dy[i] * f'(x[i]) from y[i] = f(x[i]) alone, for the activations whose output determines
/// the gradient (has_backward_from_output<Op>).
/// @throws unsupported  where it does not for these parameters: leaky_relu of a negative slope,
///                      hard_tanh of an upper knot that T rounds to below it
template <class Op, class T>
void backward_from_output(Op const& op, T const* dy, T const* y, T* dx, std::int64_t n,
                          cudaStream_t stream) {
  detail::require_output_gradient<Op, T>();
  detail::output_gradient<Op, T>::backward(op, dy, y, dx, n, stream);
}

/// The activation as a function object for a kernel of your own (an epilogue, thrust::transform):
/// the same evaluation as the library's kernels, with the parameters rounded once, here.
///   thrust::transform(x.begin(), x.end(), y.begin(), act::functor<float>(act::leaky_relu{0.1}));
/// On the device it gives the library's bits whatever flags your file is compiled with, but for
/// -ftz=true, which nvcc's fast mathematics implies and which makes subnormal numbers 0.
/// Parameters are not checked here.
template <class T, class Op>
class bound_activation {
  static_assert((detail::require_pointwise<Op, T>(), true));

 public:
  ACTIVATIONS_CUDA_HOST_DEVICE explicit bound_activation(Op const& op) : evaluate_(op) {}
  /// f(x)
  ACTIVATIONS_CUDA_HOST_DEVICE T operator()(T x) const {
    return from_real<T>(evaluate_.forward(to_real(x)));
  }
  /// dy f'(x)
  ACTIVATIONS_CUDA_HOST_DEVICE T backward(T dy, T x) const {
    return from_real<T>(evaluate_.backward(to_real(dy), to_real(x)));
  }
  /// The same from y = f(x). Parameters that hide the gradient (leaky_relu of a negative slope) are
  /// the caller's to avoid.
  ACTIVATIONS_CUDA_HOST_DEVICE T backward_from_output(T dy, T y) const {
    detail::require_output_gradient<Op, T>();
    return from_real<T>(evaluate_.backward_from_output(to_real(dy), to_real(y)));
  }

 private:
  typename Op::template evaluator<arithmetic_for<T>> evaluate_;
};

template <class T, class Op>
ACTIVATIONS_CUDA_HOST_DEVICE bound_activation<T, Op> functor(Op const& op) {
  return bound_activation<T, Op>(op);
}

}  // namespace activations_cuda
