// Between the host side (src/) and the device side (kernels/): launchers, declared for both,
// defined only in the translation units that CMake makes from the table. The arguments have been
// checked and there are elements. Each returns the launch's own error.
#pragma once

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

template <class Op, class T>
cudaError_t launch_rowwise_forward(Op const& op, T const* x, T* y, std::int64_t rows,
                                   std::int64_t columns, cudaStream_t stream);
template <class Op, class T>
cudaError_t launch_rowwise_backward(Op const& op, T const* dy, T const* y, T* dx, std::int64_t rows,
                                    std::int64_t columns, cudaStream_t stream);

}  // namespace activations_cuda
