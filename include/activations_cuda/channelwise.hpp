// The C++ API of the activations with learned parameters: each channel of a tensor has its own, and
// training gets their gradients in the same pass as the input's.
#pragma once

#include <activations_cuda/channel_shape.hpp>
#include <activations_cuda/config.h>
#include <activations_cuda/error.hpp>
#include <activations_cuda/ops.hpp>
#include <activations_cuda/requirements.hpp>
#include <activations_cuda/traits.hpp>
#include <activations_cuda/workspace.hpp>
#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace activations_cuda {

namespace detail {
/// Of another activation 1, so that the first error is the call's own, in words.
template <class Op>
constexpr int array_count() {
  if constexpr (is_learned<Op>) {
    return learned_count<Op>;
  } else {
    return 1;
  }
}
}  // namespace detail

/// Pointers to an activation's learned parameters in the order of Op::learned: {alpha} for prelu,
/// {right_threshold, right_slope, left_threshold, left_slope} for s_shaped_relu, {a, b} for apl,
/// {beta} for swish, {alpha} for learned_snake. Each is an array of [channels]; those of apl are
/// [hinges, channels].
template <class Op, class P>
struct parameter_arrays {
  P* array[detail::array_count<Op>()];
};

/// Whether the parameters' gradients replace what is in their arrays or are added to it.
enum class gradient_update { overwrite, add };

// op is prelu{}, s_shaped_relu{}, apl{hinges}, swish{} or learned_snake{}. T is float, double, __half
// or __nv_bfloat16; parameters, and their gradients, are of type T or, for the 16-bit types, float.
//
// For each function below:
//  - x, y, dy, dx are device pointers to outer * channels * inner contiguous elements
//    (channel_shape.hpp), aligned to their type. The fast path is 16-byte alignment of all of them.
//  - No elements is a no-op, whatever these pointers, but for gradients that are overwritten: they
//    become 0. Otherwise no pointer may be null.
//  - y may be x, and dx may be dy or x; any other overlap of an output with a tensor, an array of
//    parameters or gradients or the workspace is an error.
//  - Parameters are read on the device when the call runs there: any value will do, and NaN makes its
//    channel NaN.
//  - Work is queued on the stream, whose device must be current. Nothing is allocated or
//    synchronised, so calls may be captured into CUDA graphs.
//  - y and dx depend on their own element and its channel's parameters only. The parameters'
//    gradients are summed in an order that depends on the shape, the type and whether all of x, dy and
//    dx are 16-byte aligned: they are the same bits in every call. A sum's error is at most 600
//    roundings of the sum of its terms' sizes in the type that T computes in, whatever the number of
//    elements; a gradient in a 16-bit type is rounded once more.
//  @throws std::invalid_argument  for a bad argument; nothing has been launched or written
//  @throws cuda_error             if a launch failed; what the outputs hold then is unspecified

namespace detail {

// Arrays of T or, if wide, of the type that T computes in.
struct erased_parameters {
  void const* const* array;
  bool wide;
};
struct erased_gradients {
  void* const* array;
  bool wide;
  gradient_update update;
};

// The part in the library, instantiated for each activation and type.
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, channel_shape const& shape, T const* x,
                                     erased_parameters const& parameters, T* y,
                                     cudaStream_t stream);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, channel_shape const& shape, T const* dy,
                                      T const* x, erased_parameters const& parameters, T* dx,
                                      cudaStream_t stream);
// with_dx is false for the parameters' gradients alone.
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, channel_shape const& shape, T const* dy,
                                      T const* x, erased_parameters const& parameters, bool with_dx,
                                      T* dx, erased_gradients const& gradients,
                                      workspace const& space, cudaStream_t stream);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT std::size_t backward_workspace(Op const& op, channel_shape const& shape);

template <class Op, class P>
struct erased {
  void const* array[array_count<Op>()];
  explicit erased(parameter_arrays<Op, P const> const& from) {
    for (int i = 0; i < array_count<Op>(); ++i) array[i] = from.array[i];
  }
};
template <class Op, class P>
struct erased_outputs {
  void* array[array_count<Op>()];
  explicit erased_outputs(parameter_arrays<Op, P> const& from) {
    for (int i = 0; i < array_count<Op>(); ++i) array[i] = from.array[i];
  }
};

template <class Op, class T, class P>
void forward_with(Op const& op, channel_shape const& shape, T const* x,
                  parameter_arrays<Op, P const> const& parameters, T* y, cudaStream_t stream) {
  require_learned<Op, T, P>();
  erased<Op, P> const arrays(parameters);
  forward(op, shape, x, erased_parameters{arrays.array, !std::is_same<T, P>::value}, y, stream);
}
template <class Op, class T, class P>
void backward_with(Op const& op, channel_shape const& shape, T const* dy, T const* x,
                   parameter_arrays<Op, P const> const& parameters, T* dx, cudaStream_t stream) {
  require_learned<Op, T, P>();
  erased<Op, P> const arrays(parameters);
  backward(op, shape, dy, x, erased_parameters{arrays.array, !std::is_same<T, P>::value}, dx,
           stream);
}
template <class Op, class T, class P>
void backward_with(Op const& op, channel_shape const& shape, T const* dy, T const* x,
                   parameter_arrays<Op, P const> const& parameters, bool with_dx, T* dx,
                   parameter_arrays<Op, P> const& gradients, gradient_update update,
                   workspace const& space, cudaStream_t stream) {
  require_learned<Op, T, P>();
  constexpr bool wide = !std::is_same<T, P>::value;
  erased<Op, P> const arrays(parameters);
  erased_outputs<Op, P> const outputs(gradients);
  backward(op, shape, dy, x, erased_parameters{arrays.array, wide}, with_dx, dx,
           erased_gradients{outputs.array, wide, update}, space, stream);
}

template <class T>
using if_16_bit = std::enable_if_t<sizeof(T) == 2, int>;

}  // namespace detail

/// y = f(x), with the parameters of each element's channel
template <class Op, class T>
void forward(Op const& op, channel_shape const& shape, T const* x,
             parameter_arrays<Op, T const> const& parameters, T* y, cudaStream_t stream) {
  detail::forward_with<Op, T, T>(op, shape, x, parameters, y, stream);
}
template <class Op, class T, detail::if_16_bit<T> = 0>
void forward(Op const& op, channel_shape const& shape, T const* x,
             parameter_arrays<Op, float const> const& parameters, T* y, cudaStream_t stream) {
  detail::forward_with<Op, T, float>(op, shape, x, parameters, y, stream);
}

/// dx = dy f'(x)
template <class Op, class T>
void backward(Op const& op, channel_shape const& shape, T const* dy, T const* x,
              parameter_arrays<Op, T const> const& parameters, T* dx, cudaStream_t stream) {
  detail::backward_with<Op, T, T>(op, shape, dy, x, parameters, dx, stream);
}
template <class Op, class T, detail::if_16_bit<T> = 0>
void backward(Op const& op, channel_shape const& shape, T const* dy, T const* x,
              parameter_arrays<Op, float const> const& parameters, T* dx, cudaStream_t stream) {
  detail::backward_with<Op, T, float>(op, shape, dy, x, parameters, dx, stream);
}

/// dx and, in the same pass, the sums over each channel of dy times the derivatives of f by its
/// parameters. The workspace has at least backward_workspace<T>(op, shape) bytes.
template <class Op, class T>
void backward(Op const& op, channel_shape const& shape, T const* dy, T const* x,
              parameter_arrays<Op, T const> const& parameters, T* dx,
              parameter_arrays<Op, T> const& gradients, gradient_update update,
              workspace const& space, cudaStream_t stream) {
  detail::backward_with<Op, T, T>(op, shape, dy, x, parameters, true, dx, gradients, update, space,
                                  stream);
}
template <class Op, class T, detail::if_16_bit<T> = 0>
void backward(Op const& op, channel_shape const& shape, T const* dy, T const* x,
              parameter_arrays<Op, float const> const& parameters, T* dx,
              parameter_arrays<Op, float> const& gradients, gradient_update update,
              workspace const& space, cudaStream_t stream) {
  detail::backward_with<Op, T, float>(op, shape, dy, x, parameters, true, dx, gradients, update,
                                      space, stream);
}

/// The parameters' gradients alone.
template <class Op, class T>
void backward_parameters(Op const& op, channel_shape const& shape, T const* dy, T const* x,
                         parameter_arrays<Op, T const> const& parameters,
                         parameter_arrays<Op, T> const& gradients, gradient_update update,
                         workspace const& space, cudaStream_t stream) {
  detail::backward_with<Op, T, T>(op, shape, dy, x, parameters, false, nullptr, gradients, update,
                                  space, stream);
}
template <class Op, class T, detail::if_16_bit<T> = 0>
void backward_parameters(Op const& op, channel_shape const& shape, T const* dy, T const* x,
                         parameter_arrays<Op, float const> const& parameters,
                         parameter_arrays<Op, float> const& gradients, gradient_update update,
                         workspace const& space, cudaStream_t stream) {
  detail::backward_with<Op, T, float>(op, shape, dy, x, parameters, false, nullptr, gradients,
                                      update, space, stream);
}

/// Bytes of workspace that the gradients of this shape need, in T; 0 where they need none.
/// @throws std::invalid_argument  for a bad shape or op
template <class T, class Op>
std::size_t backward_workspace(Op const& op, channel_shape const& shape) {
  detail::require_learned<Op, T>();
  return detail::backward_workspace<Op, T>(op, shape);
}

}  // namespace activations_cuda
