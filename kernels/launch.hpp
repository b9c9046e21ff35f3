// Between the host side (src/) and the device side (kernels/): launchers, declared for both,
// defined only in the translation units that CMake makes from the table. Arguments are checked, n >
// 0; returns the launch's own error.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace activations_cuda {

template <class Op, class T>
cudaError_t launch_forward(Op const& op, T const* x, T* y, std::int64_t n, cudaStream_t stream);
template <class Op, class T>
cudaError_t launch_backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n,
                            cudaStream_t stream);
template <class Op, class T>
cudaError_t launch_backward_from_output(Op const& op, T const* dy, T const* y, T* dx,
                                        std::int64_t n, cudaStream_t stream);

template <class Op, class T>
cudaError_t launch_rowwise_forward(Op const& op, T const* x, T* y, std::int64_t rows,
                                   std::int64_t columns, cudaStream_t stream);
template <class Op, class T>
cudaError_t launch_rowwise_backward(Op const& op, T const* dy, T const* y, T* dx, std::int64_t rows,
                                    std::int64_t columns, cudaStream_t stream);

}  // namespace activations_cuda
