// Clusters of blocks exist from compute capability 9.0 on: their kernels are in translation units that
// are compiled for nothing older.
#pragma once

#include "row_call.cuh"
#include "row_plan.hpp"

#include <cuda_runtime.h>

namespace activations_cuda::kernels {

template <class Op, class T>
cudaError_t launch_cluster(evaluator_of<Op, T> const& op, row_plan const& plan, bool aligned,
                           row_tensor<T const> x, row_tensor<T> y, row_call<T> const& call,
                           cudaStream_t stream);
template <class Op, class T>
cudaError_t launch_cluster(evaluator_of<Op, T> const& op, row_plan const& plan, bool aligned,
                           row_tensor<T const> dy, row_tensor<T const> y, row_tensor<T> dx,
                           row_call<T> const& call, cudaStream_t stream);

}  // namespace activations_cuda::kernels
