// Between the host side (src/) and the device side (kernels/): launchers, declared for both,
// defined only in the translation units that CMake makes from the table. The arguments have been
// checked and there are elements. Each returns the launch's own error.
#pragma once

#include <activations_cuda/channel_shape.hpp>
#include <activations_cuda/learned.hpp>
#include <activations_cuda/random_position.hpp>
#include <activations_cuda/softmax_options.hpp>
#include <activations_cuda/traits.hpp>
#include <cuda_runtime_api.h>

#include <cstdint>

namespace activations_cuda {

template <class Op, class T>
cudaError_t launch_forward(Op const& op, T const* x, T* y, std::int64_t n, cudaStream_t stream);
template <class Op, class T>
cudaError_t launch_backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n,
                            cudaStream_t stream);

/// Empty for an op whose output does not determine the gradient: such an op has no kernel for it.
template <class Op, class T, bool = has_backward_from_output<Op>>
struct output_gradient_launcher {};
template <class Op, class T>
struct output_gradient_launcher<Op, T, true> {
  static cudaError_t launch(Op const& op, T const* dy, T const* y, T* dx, std::int64_t n,
                            cudaStream_t stream);
};

/// Rows, each of contiguous elements, whose first ones are stride elements apart.
template <class T>
struct strided {
  T* first;
  std::int64_t stride;
  ACTIVATIONS_CUDA_HOST_DEVICE T* row(std::int64_t r) const { return first + r * stride; }
};

template <class Op, class T>
cudaError_t launch_glu_forward(Op const& op, strided<T const> gate, strided<T const> up,
                               strided<T> y, std::int64_t rows, std::int64_t columns,
                               cudaStream_t stream);
template <class Op, class T>
cudaError_t launch_glu_backward(Op const& op, strided<T const> dy, strided<T const> gate,
                                strided<T const> up, strided<T> dgate, strided<T> dup,
                                std::int64_t rows, std::int64_t columns, cudaStream_t stream);
/// x and dx hold pairs of gate and up; columns are y's.
template <class Op, class T>
cudaError_t launch_glu_interleaved_forward(Op const& op, strided<T const> x, strided<T> y,
                                           std::int64_t rows, std::int64_t columns,
                                           cudaStream_t stream);
template <class Op, class T>
cudaError_t launch_glu_interleaved_backward(Op const& op, strided<T const> dy, strided<T const> x,
                                            strided<T> dx, std::int64_t rows, std::int64_t columns,
                                            cudaStream_t stream);

/// The arrays of an op's learned parameters, each of [rows, channels], in T or in the type that T
/// computes in (wide).
inline constexpr int most_learned_arrays = 4;
struct learned_arrays {
  void const* array[most_learned_arrays];
  int rows;
  bool wide;
};
/// Their gradients, written or added to what is there, and the workspace for the sums of blocks.
struct learned_gradients {
  void* array[most_learned_arrays];
  int rows;
  bool wide, adds;
  void* sums;
};

template <class Op, class T>
cudaError_t launch_channelwise_forward(Op const& op, channel_shape const& shape, T const* x,
                                       learned_arrays const& learned, T* y, cudaStream_t stream);
template <class Op, class T>
cudaError_t launch_channelwise_backward(Op const& op, channel_shape const& shape, T const* dy,
                                        T const* x, learned_arrays const& learned, T* dx,
                                        cudaStream_t stream);
/// The same with the parameters' gradients; dx may be null.
template <class Op, class T>
cudaError_t launch_channelwise_backward(Op const& op, channel_shape const& shape, T const* dy,
                                        T const* x, learned_arrays const& learned, T* dx,
                                        learned_gradients const& gradients, cudaStream_t stream);
/// Bytes of workspace for that call, whatever its pointers' alignment.
template <class Op, class T>
std::int64_t channelwise_workspace(Op const& op, channel_shape const& shape);

template <class Op, class T>
cudaError_t launch_random_forward(Op const& op, T const* x, T* y, std::int64_t n,
                                  random_position const& position, cudaStream_t stream);
template <class Op, class T>
cudaError_t launch_random_backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n,
                                   random_position const& position, cudaStream_t stream);
template <class Op, class Real>
cudaError_t launch_slopes(Op const& op, Real* slope, std::int64_t n,
                          random_position const& position, cudaStream_t stream);

/// Op is one with kernels of its own, whose scale may be negative.
template <class Op, class T>
cudaError_t launch_softmax_forward(Op const& op, softmax_shape const& shape,
                                   softmax_tensor<T const> const& x, softmax_tensor<T> const& y,
                                   softmax_options<T> const& options, cudaStream_t stream);
template <class Op, class T>
cudaError_t launch_softmax_backward(Op const& op, softmax_shape const& shape,
                                    softmax_tensor<T const> const& dy,
                                    softmax_tensor<T const> const& y, softmax_tensor<T> const& dx,
                                    softmax_options<T> const& options, cudaStream_t stream);

}  // namespace activations_cuda
