// mbarriers and bulk copies.
#include "program.cuh"

namespace {

using namespace seeded;

__device__ unsigned shared_address(void const* pointer) {
  return static_cast<unsigned>(__cvta_generic_to_shared(pointer));
}
__device__ void init_barrier(unsigned long long* barrier, unsigned count) {
  asm volatile("mbarrier.init.shared.b64 [%0], %1;" ::"r"(shared_address(barrier)), "r"(count)
               : "memory");
}
__device__ void arrive(unsigned long long* barrier) {
  asm volatile("mbarrier.arrive.shared.b64 _, [%0];" ::"r"(shared_address(barrier)) : "memory");
}
__device__ void expect_bytes(unsigned long long* barrier, unsigned bytes) {
  asm volatile("mbarrier.arrive.expect_tx.shared.b64 _, [%0], %1;" ::"r"(shared_address(barrier)),
               "r"(bytes)
               : "memory");
}
__device__ void wait(unsigned long long* barrier, unsigned parity) {
  asm volatile(
      "{\n.reg .pred p;\n"
      "again:\nmbarrier.try_wait.parity.shared.b64 p, [%0], %1;\n@!p bra again;\n}" ::"r"(
          shared_address(barrier)),
      "r"(parity)
      : "memory");
}
__device__ void bulk_copy(void* to, void const* from, unsigned bytes, unsigned long long* barrier) {
  asm volatile(
      "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::
          "r"(shared_address(to)),
      "l"(from), "r"(bytes), "r"(shared_address(barrier))
      : "memory");
}

template <bool correct>
__global__ void count_kernel(int* y) {
  __shared__ int value;
  __shared__ unsigned long long barrier;
  if (threadIdx.x == 0) init_barrier(&barrier, correct ? blockDim.x : blockDim.x / 2);
  __syncthreads();
  if (threadIdx.x == 0) value = 4;
  arrive(&barrier);
  wait(&barrier, 0);  // <- mbarrier_counts_half_of_the_threads
  y[threadIdx.x] = value;
}
template <bool correct>
bool mbarrier_counts_half_of_the_threads() {
  device_array<int> y(32, 0);
  count_kernel<correct><<<1, 32>>>(y.get());
  return y.read() == filled(32, 4);
}

// The first warp may arrive before the second one has made the barrier.
template <bool correct>
__global__ void early_kernel(int* y) {
  __shared__ unsigned long long barrier;
  if (threadIdx.x == 32) init_barrier(&barrier, blockDim.x);
  if constexpr (correct) __syncthreads();
  arrive(&barrier);  // <- mbarrier_used_before_its_init
  wait(&barrier, 0);
  y[threadIdx.x] = 1;
}
template <bool correct>
bool mbarrier_used_before_its_init() {
  device_array<int> y(64, 0);
  early_kernel<correct><<<1, 64>>>(y.get());
  return y.read() == filled(64, 1);
}

// More bytes are expected than come.
template <bool correct>
__global__ void expect_kernel(int const* x, int* y) {
  __shared__ __align__(16) int tile[64];
  __shared__ unsigned long long barrier;
  if (threadIdx.x == 0) {
    init_barrier(&barrier, 1);
    expect_bytes(&barrier, correct ? sizeof(tile) : sizeof(tile) + 16);
    bulk_copy(tile, x, sizeof(tile), &barrier);
  }
  __syncthreads();
  wait(&barrier, 0);  // <- mbarrier_expects_too_many_bytes
  __syncthreads();
  y[threadIdx.x] = tile[63 - threadIdx.x];
}
template <bool correct>
bool mbarrier_expects_too_many_bytes() {
  device_array<int> const x(counted(64, 0));
  device_array<int> y(64, -1);
  expect_kernel<correct><<<1, 64>>>(x.get(), y.get());
  return y.read()[0] == 63;
}

template <bool correct>
__global__ void load_kernel(int const* x, int* y) {
  __shared__ __align__(16) int tile[64];
  __shared__ unsigned long long barrier;
  if (threadIdx.x == 0) init_barrier(&barrier, 1);
  __syncthreads();
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, sizeof(tile));
    bulk_copy(tile, x, sizeof(tile), &barrier);
  }
  if constexpr (correct) wait(&barrier, 0);
  y[threadIdx.x] = tile[63 - threadIdx.x];  // <- bulk_copy_not_awaited
}
template <bool correct>
bool bulk_copy_not_awaited() {
  device_array<int> const x(counted(64, 0));
  device_array<int> y(64, -1);
  load_kernel<correct><<<1, 64>>>(x.get(), y.get());
  return y.read()[0] == 63;
}

template <bool correct>
__global__ void row_kernel(int const* x, int* y, int n) {
  __shared__ __align__(16) int tile[64];
  __shared__ unsigned long long barrier;
  unsigned const bytes = static_cast<unsigned>(correct ? (n + 3) / 4 * 4 : n) * 4;
  if (threadIdx.x == 0) init_barrier(&barrier, 1);
  __syncthreads();
  if (threadIdx.x == 0) {
    expect_bytes(&barrier, bytes);
    bulk_copy(tile, x, bytes, &barrier);  // <- bulk_copy_of_an_odd_size
  }
  wait(&barrier, 0);
  if (threadIdx.x < n) y[threadIdx.x] = tile[threadIdx.x];
}
template <bool correct>
bool bulk_copy_of_an_odd_size() {
  device_array<int> const x(counted(52, 0));
  device_array<int> y(50, -1);
  row_kernel<correct><<<1, 64>>>(x.get(), y.get(), 50);
  return y.read() == counted(50, 0);
}

}  // namespace

namespace seeded {

#define TWINS(name) name<false>, name<true>, "90"
std::vector<bug> const mbarrier_bugs{
    {"mbarrier_counts_half_of_the_threads",
     check::participation,
     report::deadlock,
     {"count_kernel", "wait at an mbarrier for arrivals or bytes that do not come"},
     TWINS(mbarrier_counts_half_of_the_threads)},
    {"mbarrier_used_before_its_init",
     check::uninitialised_read,
     report::uninitialised,
     {"early_kernel", "shared memory"},
     TWINS(mbarrier_used_before_its_init)},
    {"mbarrier_expects_too_many_bytes",
     check::participation,
     report::deadlock,
     {"expect_kernel", "wait at an mbarrier for arrivals or bytes that do not come"},
     TWINS(mbarrier_expects_too_many_bytes)},
    {"bulk_copy_not_awaited",
     check::uninitialised_read,
     report::uninitialised,
     {"load_kernel", "shared memory"},
     TWINS(bulk_copy_not_awaited)},
    {"bulk_copy_of_an_odd_size",
     check::misaligned,
     report::misaligned,
     {"row_kernel", "a bulk copy's size must be a multiple of 16 bytes, it is 200"},
     TWINS(bulk_copy_of_an_odd_size)},
};

}  // namespace seeded
