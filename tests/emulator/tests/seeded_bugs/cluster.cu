// Clusters, mbarriers and bulk copies: what compute capability 9.0 adds to go wrong.
#include "program.cuh"

#include <cooperative_groups.h>

namespace {

using namespace seeded;
namespace groups = cooperative_groups;

template <class... Parameters, class... Arguments>
void launch_cluster(void (*kernel)(Parameters...), unsigned blocks, unsigned threads,
                    Arguments... arguments) {
  cudaLaunchAttribute attribute{};
  attribute.id = cudaLaunchAttributeClusterDimension;
  attribute.val.clusterDim = {blocks, 1, 1};
  cudaLaunchConfig_t config{};
  config.gridDim = blocks;
  config.blockDim = threads;
  config.attrs = &attribute;
  config.numAttrs = 1;
  cudaLaunchKernelEx(&config, kernel, arguments...);
}

// The neighbour's shared memory before it was written.
template <bool correct>
__global__ void exchange_kernel(int const* x, int* y) {
  __shared__ int value;
  auto const cluster = groups::this_cluster();
  unsigned const rank = cluster.block_rank();
  if (threadIdx.x == 0) value = x[rank];
  if constexpr (correct) cluster.sync();
  if (threadIdx.x == 0) {
    unsigned const next = (rank + 1) % cluster.num_blocks();
    y[rank] = *cluster.map_shared_rank(&value, next);  // <- peer_read_before_cluster_sync
  }
  cluster.sync();
}
template <bool correct>
bool peer_read_before_cluster_sync() {
  device_array<int> const x(counted(4, 10));
  device_array<int> y(4, 0);
  launch_cluster(exchange_kernel<correct>, 4, 32, static_cast<int const*>(x.get()), y.get());
  return y.read() == std::vector<int>{11, 12, 13, 10};
}

// Shared memory of a block that has ended.
template <bool correct>
__global__ void gather_kernel(int const* x, int* y) {
  __shared__ int value;
  auto const cluster = groups::this_cluster();
  if (threadIdx.x == 0) value = x[cluster.block_rank()];
  cluster.sync();
  if (cluster.block_rank() == 0 && threadIdx.x < cluster.num_blocks()) {
    y[threadIdx.x] = *cluster.map_shared_rank(&value, threadIdx.x);  // <- peer_has_ended
  }
  if constexpr (correct) cluster.sync();
}
template <bool correct>
bool peer_has_ended() {
  device_array<int> const x(counted(4, 10));
  device_array<int> y(4, 0);
  launch_cluster(gather_kernel<correct>, 4, 32, static_cast<int const*>(x.get()), y.get());
  return y.read() == counted(4, 10);
}

// A rank that the cluster does not have.
template <bool correct>
__global__ void next_kernel(int const* x, int* y) {
  __shared__ int value;
  auto const cluster = groups::this_cluster();
  unsigned const rank = cluster.block_rank(), next = rank + 1;
  if (threadIdx.x == 0) value = x[rank];
  cluster.sync();
  if (threadIdx.x == 0) {
    unsigned const from = correct ? next % cluster.num_blocks() : next;
    y[rank] = *cluster.map_shared_rank(&value, from);  // <- rank_beyond_the_cluster
  }
  cluster.sync();
}
template <bool correct>
bool rank_beyond_the_cluster() {
  device_array<int> const x(counted(2, 10));
  device_array<int> y(2, 0);
  launch_cluster(next_kernel<correct>, 2, 32, static_cast<int const*>(x.get()), y.get());
  return y.read() == std::vector<int>{11, 10};
}

}  // namespace

namespace seeded {

#define TWINS(name) name<false>, name<true>, "90"
std::vector<bug> const cluster_bugs{
    {"peer_read_before_cluster_sync",
     check::uninitialised_read,
     report::uninitialised,
     {"exchange_kernel", "shared memory"},
     TWINS(peer_read_before_cluster_sync)},
    {"peer_has_ended",
     check::use_after_free,
     report::use_after_free,
     {"gather_kernel", "shared memory", "which has ended"},
     TWINS(peer_has_ended)},
    {"rank_beyond_the_cluster",
     check::out_of_bounds,
     report::out_of_bounds,
     {"next_kernel", "shared memory", "the cluster has 2 blocks"},
     TWINS(rank_beyond_the_cluster)},
};

}  // namespace seeded
