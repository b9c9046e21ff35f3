// References on the CPU: plain C++ on host pointers, computed in double and rounded once to the
// type. Their formulas share no code with the kernels; of the activations' own files they know the
// parameters alone. They are accurate in the tails: correctly rounded but for near-ties in float,
// __half and __nv_bfloat16, to a few ulp in double. They serve as the expected values of a test of
// your own, or where there is no device.
#pragma once

#include <activations_cuda/activations.hpp>
#include <activations_cuda/channelwise.hpp>
#include <activations_cuda/glu.hpp>
#include <activations_cuda/random.hpp>
#include <activations_cuda/softmax.hpp>

#include <cstdint>

namespace activations_cuda::reference {

// T is float, double, __half or __nv_bfloat16, as in the functions on the device.
//
// For each function below:
//  - Parameters are rounded as the kernels round them.
//  - Pointers are host pointers, aligned to their type, null only where there are no elements; so
//    are a random position's and those of softmax_options, if they are not null.
//  - An output may be exactly one of the inputs (of the gated linear units as glu.hpp says, of
//    tensors with strides as softmax.hpp does); any other overlap with an input is an error.
//  @throws std::invalid_argument  for a bad argument; nothing has been written

namespace detail {

// The part in the library, instantiated for each activation and type.
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, T const* x, T* y, std::int64_t n);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n);

// Empty for an activation whose output does not determine the gradient.
template <class Op, class T, bool = has_backward_from_output<Op>>
struct output_gradient {};
template <class Op, class T>
struct ACTIVATIONS_CUDA_EXPORT output_gradient<Op, T, true> {
  static void backward(Op const& op, T const* dy, T const* y, T* dx, std::int64_t n);
};

template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, T const* x, T* y, std::int64_t rows,
                                     std::int64_t columns);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, T const* dy, T const* y, T* dx,
                                      std::int64_t rows, std::int64_t columns);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, softmax_shape const& shape,
                                     softmax_tensor<T const> const& x, softmax_tensor<T> const& y,
                                     softmax_options<T> const& options);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, softmax_shape const& shape,
                                      softmax_tensor<T const> const& dy,
                                      softmax_tensor<T const> const& y, softmax_tensor<T> const& dx,
                                      softmax_options<T> const& options);

template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, T const* gate, std::int64_t gate_stride,
                                     T const* up, std::int64_t up_stride, T* y,
                                     std::int64_t y_stride, std::int64_t rows,
                                     std::int64_t columns);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, T const* dy, std::int64_t dy_stride,
                                      T const* gate, std::int64_t gate_stride, T const* up,
                                      std::int64_t up_stride, T* dgate, std::int64_t dgate_stride,
                                      T* dup, std::int64_t dup_stride, std::int64_t rows,
                                      std::int64_t columns);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, glu_layout layout, T const* x,
                                     std::int64_t x_stride, T* y, std::int64_t y_stride,
                                     std::int64_t rows, std::int64_t columns);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, glu_layout layout, T const* dy,
                                      std::int64_t dy_stride, T const* x, std::int64_t x_stride,
                                      T* dx, std::int64_t dx_stride, std::int64_t rows,
                                      std::int64_t columns);

template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, channel_shape const& shape, T const* x,
                                     activations_cuda::detail::erased_parameters const& parameters,
                                     T* y);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, channel_shape const& shape, T const* dy,
                                      T const* x,
                                      activations_cuda::detail::erased_parameters const& parameters,
                                      T* dx);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward_parameters(
    Op const& op, channel_shape const& shape, T const* dy, T const* x,
    activations_cuda::detail::erased_parameters const& parameters,
    activations_cuda::detail::erased_gradients const& gradients);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, T const* x, T* y, std::int64_t n,
                                     random_position const& position);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n,
                                      random_position const& position);
template <class Op, class Real>
ACTIVATIONS_CUDA_EXPORT void slopes(Op const& op, Real* slope, std::int64_t n,
                                    random_position const& position);

}  // namespace detail

/// y[i] = f(x[i])
template <class Op, class T>
void forward(Op const& op, T const* x, T* y, std::int64_t n) {
  activations_cuda::detail::require_pointwise<Op, T>();
  detail::forward(op, x, y, n);
}

/// dx[i] = dy[i] * f'(x[i])
template <class Op, class T>
void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n) {
  activations_cuda::detail::require_pointwise<Op, T>();
  detail::backward(op, dy, x, dx, n);
}

/// The same from y[i] = f(x[i]); only for has_backward_from_output<Op>.
/// @throws unsupported  where it does not for these parameters: leaky_relu of a negative slope
template <class Op, class T>
void backward_from_output(Op const& op, T const* dy, T const* y, T* dx, std::int64_t n) {
  activations_cuda::detail::require_output_gradient<Op, T>();
  detail::output_gradient<Op, T>::backward(op, dy, y, dx, n);
}

/// Softmax and its family: y of each row of columns contiguous elements.
template <class Op, class T>
void forward(Op const& op, T const* x, T* y, std::int64_t rows, std::int64_t columns) {
  activations_cuda::detail::require_rowwise<Op, T>();
  detail::forward(op, x, y, rows, columns);
}

/// dx of each row from dy and the output y of forward.
template <class Op, class T>
void backward(Op const& op, T const* dy, T const* y, T* dx, std::int64_t rows,
              std::int64_t columns) {
  activations_cuda::detail::require_rowwise<Op, T>();
  detail::backward(op, dy, y, dx, rows, columns);
}

/// The same along any axis, with strides and options; the workspace is not used.
template <class Op, class T>
void forward(Op const& op, softmax_shape const& shape, softmax_tensor<T const> const& x,
             softmax_tensor<T> const& y, softmax_options<T> const& options) {
  activations_cuda::detail::require_rowwise<Op, T>();
  detail::forward(op, shape, x, y, options);
}
template <class Op, class T>
void backward(Op const& op, softmax_shape const& shape, softmax_tensor<T const> const& dy,
              softmax_tensor<T const> const& y, softmax_tensor<T> const& dx,
              softmax_options<T> const& options) {
  activations_cuda::detail::require_rowwise<Op, T>();
  detail::backward(op, shape, dy, y, dx, options);
}

// The gated linear units. Tensors, strides and layouts are those of glu.hpp, and so is which output
// may be which input.

/// y = f(gate) up
template <class Op, class T>
void forward(Op const& op, T const* gate, std::int64_t gate_stride, T const* up,
             std::int64_t up_stride, T* y, std::int64_t y_stride, std::int64_t rows,
             std::int64_t columns) {
  activations_cuda::detail::require_glu<Op, T>();
  detail::forward(op, gate, gate_stride, up, up_stride, y, y_stride, rows, columns);
}

/// dgate = dy up f'(gate) and dup = dy f(gate), in one pass
template <class Op, class T>
void backward(Op const& op, T const* dy, std::int64_t dy_stride, T const* gate,
              std::int64_t gate_stride, T const* up, std::int64_t up_stride, T* dgate,
              std::int64_t dgate_stride, T* dup, std::int64_t dup_stride, std::int64_t rows,
              std::int64_t columns) {
  activations_cuda::detail::require_glu<Op, T>();
  detail::backward(op, dy, dy_stride, gate, gate_stride, up, up_stride, dgate, dgate_stride, dup,
                   dup_stride, rows, columns);
}

/// y = f(gate) up, with gate and up packed in x
template <class Op, class T>
void forward(Op const& op, glu_layout layout, T const* x, std::int64_t x_stride, T* y,
             std::int64_t y_stride, std::int64_t rows, std::int64_t columns) {
  activations_cuda::detail::require_glu<Op, T>();
  detail::forward(op, layout, x, x_stride, y, y_stride, rows, columns);
}

/// dgate and dup in one pass, packed in dx as gate and up are in x
template <class Op, class T>
void backward(Op const& op, glu_layout layout, T const* dy, std::int64_t dy_stride, T const* x,
              std::int64_t x_stride, T* dx, std::int64_t dx_stride, std::int64_t rows,
              std::int64_t columns) {
  activations_cuda::detail::require_glu<Op, T>();
  detail::backward(op, layout, dy, dy_stride, x, x_stride, dx, dx_stride, rows, columns);
}

// The activations with learned parameters. Shapes and arrays are those of channelwise.hpp; P is T or,
// for the 16-bit types, float.

/// y = f(x), with the parameters of each element's channel
template <class Op, class T, class P = T>
void forward(Op const& op, channel_shape const& shape, T const* x,
             parameter_arrays<Op, P const> const& parameters, T* y) {
  activations_cuda::detail::require_learned<Op, T, P>();
  activations_cuda::detail::erased<Op, P> const arrays(parameters);
  detail::forward(op, shape, x, {arrays.array, !std::is_same<T, P>::value}, y);
}

/// dx = dy f'(x)
template <class Op, class T, class P = T>
void backward(Op const& op, channel_shape const& shape, T const* dy, T const* x,
              parameter_arrays<Op, P const> const& parameters, T* dx) {
  activations_cuda::detail::require_learned<Op, T, P>();
  activations_cuda::detail::erased<Op, P> const arrays(parameters);
  detail::backward(op, shape, dy, x, {arrays.array, !std::is_same<T, P>::value}, dx);
}

/// The parameters' gradients, summed without loss and rounded once.
template <class Op, class T, class P = T>
void backward_parameters(Op const& op, channel_shape const& shape, T const* dy, T const* x,
                         parameter_arrays<Op, P const> const& parameters,
                         parameter_arrays<Op, P> const& gradients, gradient_update update) {
  activations_cuda::detail::require_learned<Op, T, P>();
  constexpr bool wide = !std::is_same<T, P>::value;
  activations_cuda::detail::erased<Op, P> const arrays(parameters);
  activations_cuda::detail::erased_outputs<Op, P> const outputs(gradients);
  detail::backward_parameters(op, shape, dy, x, {arrays.array, wide},
                              {outputs.array, wide, update});
}

// The random activations. The position is that of random.hpp.

/// y[k] = f(x[k]) with the slope of element first_element + k
template <class Op, class T>
void forward(Op const& op, T const* x, T* y, std::int64_t n, random_position const& position) {
  activations_cuda::detail::require_random<Op, T>();
  detail::forward(op, x, y, n, position);
}

/// dx[k] = dy[k] f'(x[k]) with the same slope
template <class Op, class T>
void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n,
              random_position const& position) {
  activations_cuda::detail::require_random<Op, T>();
  detail::backward(op, dy, x, dx, n, position);
}

/// The slopes themselves
template <class Op, class Real>
void slopes(Op const& op, Real* slope, std::int64_t n, random_position const& position) {
  activations_cuda::detail::require_slopes<Op, Real>();
  detail::slopes(op, slope, n, position);
}

}  // namespace activations_cuda::reference
