// CUB's block and warp algorithms inside kernels.
#include <cub/cub.cuh>

__global__ void block_reduce(float const* x, float* y) {
  using reduce = cub::BlockReduce<float, 128>;
  __shared__ typename reduce::TempStorage storage;
  float const sum = reduce(storage).Sum(x[blockIdx.x * 128 + threadIdx.x]);
  if (threadIdx.x == 0) y[blockIdx.x] = sum;
}

struct online {
  float maximum, sum;
};
struct combine {
  __device__ online operator()(online a, online b) const {
    float const m = fmaxf(a.maximum, b.maximum);
    return {m, a.sum * __expf(a.maximum - m) + b.sum * __expf(b.maximum - m)};
  }
};

__global__ void warp_reduce(float const* x, float* y) {
  using reduce = cub::WarpReduce<online>;
  __shared__ typename reduce::TempStorage storage[4];
  online const total = reduce(storage[threadIdx.x / 32]).Reduce({x[threadIdx.x], 1.0f}, combine{});
  if (threadIdx.x % 32 == 0) y[threadIdx.x / 32] = total.sum;
}

__global__ void block_scan_and_sort(int* keys) {
  using scan = cub::BlockScan<int, 64>;
  using sort = cub::BlockRadixSort<int, 64, 4>;
  __shared__ union {
    typename scan::TempStorage scan;
    typename sort::TempStorage sort;
  } storage;
  int items[4];
  cub::LoadDirectBlocked(threadIdx.x, keys, items);
  scan(storage.scan).InclusiveSum(items, items);
  __syncthreads();
  sort(storage.sort).Sort(items);
  cub::StoreDirectStriped<64>(threadIdx.x, keys, items);
}
