// The launches of rows that a cluster of blocks holds.
#pragma once

#include "row_cluster.cuh"
#include "rowwise.cuh"
#include "rowwise_cluster.hpp"

#include <cuda_runtime.h>

#include <cstdint>
#include <limits>

namespace activations_cuda::kernels {

/// Whole clusters in x.
inline dim3 grid_of_clusters(std::int64_t clusters, int blocks) {
  std::int64_t const most = std::numeric_limits<std::int32_t>::max() / blocks;
  std::int64_t const x = clusters < most ? clusters : most;
  return dim3(static_cast<unsigned>(x * blocks), static_cast<unsigned>((clusters - 1) / x + 1));
}

inline cudaLaunchAttribute cluster_attribute(row_plan const& plan) {
  cudaLaunchAttribute attribute{};
  attribute.id = cudaLaunchAttributeClusterDimension;
  attribute.val.clusterDim = {static_cast<unsigned>(plan.blocks), 1, 1};
  return attribute;
}

/// The attribute has to outlive it.
inline cudaLaunchConfig_t cluster_config(row_plan const& plan, std::int64_t rows,
                                         cudaLaunchAttribute& attribute, cudaStream_t stream) {
  cudaLaunchConfig_t config{};
  config.gridDim = grid_of_clusters(rows, plan.blocks);
  config.blockDim = dim3(static_cast<unsigned>(plan.warps * 32));
  config.stream = stream;
  config.attrs = &attribute;
  config.numAttrs = 1;
  return config;
}

template <class Op, class T>
cudaError_t launch_cluster(evaluator_of<Op, T> const& op, row_plan const& plan, bool aligned,
                           row_tensor<T const> x, row_tensor<T> y, row_call<T> const& call,
                           cudaStream_t stream) {
  auto const kernel =
      held_forward_kernels<Op, T>::template held<cluster_of_row, tuning::block_packs>(call,
                                                                                      aligned);
  cudaLaunchAttribute attribute = cluster_attribute(plan);
  cudaLaunchConfig_t const config = cluster_config(plan, call.rows, attribute, stream);
  return cudaLaunchKernelEx(&config, kernel, op, x, y, call, cluster_of_row::argument_of(plan));
}

template <class Op, class T>
cudaError_t launch_cluster(evaluator_of<Op, T> const& op, row_plan const& plan, bool aligned,
                           row_tensor<T const> dy, row_tensor<T const> y, row_tensor<T> dx,
                           row_call<T> const& call, cudaStream_t stream) {
  auto const kernel =
      held_backward_kernels<Op, T>::template held<cluster_of_row, tuning::block_packs>(call,
                                                                                       aligned);
  cudaLaunchAttribute attribute = cluster_attribute(plan);
  cudaLaunchConfig_t const config = cluster_config(plan, call.rows, attribute, stream);
  return cudaLaunchKernelEx(&config, kernel, op, dy, y, dx, call,
                            cluster_of_row::argument_of(plan));
}

}  // namespace activations_cuda::kernels

#define ACTIVATIONS_CUDA_INSTANTIATE_CLUSTER_FOR(op, T)                                         \
  template cudaError_t launch_cluster<op, T>(evaluator_of<op, T> const&, row_plan const&, bool, \
                                             row_tensor<T const>, row_tensor<T>,                \
                                             row_call<T> const&, cudaStream_t);                 \
  template cudaError_t launch_cluster<op, T>(evaluator_of<op, T> const&, row_plan const&, bool, \
                                             row_tensor<T const>, row_tensor<T const>,          \
                                             row_tensor<T>, row_call<T> const&, cudaStream_t);
