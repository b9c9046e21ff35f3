// A row that the blocks of a cluster share, each with a part of it in registers.
#pragma once

#include "row_group.cuh"

#include <cooperative_groups.h>
#include <cstdint>

namespace activations_cuda::kernels {

/// A cluster of blocks for each row, of which each block has a part.
struct cluster_of_row : block_of_row {
  static constexpr bool is_part = true;
  using block_of_row::block_of_row;

  __device__ static cooperative_groups::cluster_group cluster() {
    return cooperative_groups::this_cluster();
  }
  /// Clusters lie along x.
  __device__ std::int64_t row() const {
    using grid = cooperative_groups::grid_group;
    return static_cast<std::int64_t>(grid::cluster_index().y) * grid::dim_clusters().x +
           grid::cluster_index().x;
  }
  __device__ int part() const { return static_cast<int>(cluster().block_rank()); }
  __device__ bool is_first() const { return threadIdx.x == 0 && cluster().block_rank() == 0; }
  /// Each block combines its own warps; then each warp combines the blocks.
  template <int index, class Real, class Combine>
  __device__ Real reduce(Real value, Combine combine, Real neutral) const {
    __shared__ Real of_block;
    value = block_of_row::reduce<index>(value, combine, neutral);
    if (threadIdx.x == 0) of_block = value;
    cluster().sync();
    int const rank = lane % tuning::most_row_blocks;
    bool const there = rank < static_cast<int>(cluster().num_blocks());
    Real const other = *cluster().map_shared_rank(&of_block, there ? rank : 0);
    return combined(there ? other : neutral, combine, tuning::most_row_blocks);
  }
  /// No block ends while others may read its shared memory. Arriving waits for what a thread has read, and
  /// would for what it wrote.
  __device__ void has_reduced() const { cluster().barrier_arrive(); }
  __device__ void end() const { cluster().barrier_wait(); }
};

}  // namespace activations_cuda::kernels
