// Barriers that not everyone reaches, and membermasks that name the wrong lanes.
#include "program.cuh"

namespace {

using namespace seeded;

template <bool correct>
__global__ void conditional_kernel(int const* x, int* y, int n) {
  __shared__ int tile[64];
  int const i = static_cast<int>(threadIdx.x);
  if constexpr (correct) {
    if (i < n) tile[i] = x[i];
    __syncthreads();
    if (i < n) y[i] = tile[n - 1 - i];
  } else {
    if (i < n) {
      tile[i] = x[i];
      __syncthreads();
      y[i] = tile[n - 1 - i];
    } else {
      __syncthreads();  // <- barrier_inside_a_guard
      if (i == n) y[i] = 0;
    }
  }
}
template <bool correct>
bool barrier_inside_a_guard() {
  device_array<int> const x(counted(40, 0));
  device_array<int> y(64, 0);
  conditional_kernel<correct><<<1, 64>>>(x.get(), y.get(), 40);
  return y.read()[0] == 39;
}

template <bool correct>
__global__ void lengths_kernel(int const* lengths, int* y) {
  int sum = 0;
  int const rounds = correct ? 5 : lengths[threadIdx.x / 32];
  for (int k = 0; k < rounds; ++k) {
    asm volatile("bar.sync 0, 64;" ::: "memory");  // <- as_many_barriers_as_rows
    sum += k;
  }
  y[threadIdx.x] = sum;
}
template <bool correct>
bool as_many_barriers_as_rows() {
  device_array<int> const lengths(std::vector<int>{4, 5});
  device_array<int> y(64, 0);
  lengths_kernel<correct><<<1, 64>>>(lengths.get(), y.get());
  return y.read()[0] == 10;
}

template <int threads>
__device__ void wait_at_1() {
  asm volatile("bar.sync 1, %0;" ::"n"(threads) : "memory");
}
template <bool correct>
__global__ void producer_kernel(int* y) {
  __shared__ int item;
  constexpr int threads = correct ? 64 : 96;
  if (threadIdx.x < 32) {
    if (threadIdx.x == 0) item = 5;
    asm volatile("bar.arrive 1, %0;" ::"n"(threads) : "memory");
  } else {
    wait_at_1<threads>();  // <- named_barrier_counts_a_warp_too_many
    y[threadIdx.x - 32] = item;
  }
}
template <bool correct>
bool named_barrier_counts_a_warp_too_many() {
  device_array<int> y(32, 0);
  producer_kernel<correct><<<1, 64>>>(y.get());
  return y.read() == filled(32, 5);
}

__device__ void wait_at_2(int threads) {
  asm volatile("bar.sync 2, %0;" ::"r"(threads) : "memory");
}
template <bool correct>
__global__ void warps_kernel(int warps, int* y) {
  int const threads = correct ? warps * 32 : warps * 32 - 4;
  wait_at_2(threads);  // <- thread_count_is_no_multiple_of_32
  y[threadIdx.x] = threads;
}
template <bool correct>
bool thread_count_is_no_multiple_of_32() {
  device_array<int> y(64, 0);
  warps_kernel<correct><<<1, 64>>>(2, y.get());
  return y.read() == filled(64, 64);
}

template <bool correct>
__global__ void vote_kernel(int const* x, unsigned* y) {
  if (x[threadIdx.x] > 0) {
    unsigned const members = correct ? __activemask() : 0xffffffff;
    y[threadIdx.x] = __ballot_sync(members, x[threadIdx.x] > 10);  // <- full_mask_in_a_branch
  } else {
    y[threadIdx.x] = __popc(x[threadIdx.x]);
    __syncwarp(correct ? __activemask() : 0xffffffff);
  }
}
template <bool correct>
bool full_mask_in_a_branch() {
  device_array<int> const x(counted(32, -15));
  device_array<unsigned> y(32, 0U);
  vote_kernel<correct><<<1, 32>>>(x.get(), y.get());
  return y.read()[31] == 0xfc000000U;
}

template <bool correct>
__global__ void half_warp_kernel(int* x) {
  constexpr unsigned members = correct ? 0xffffffff : 0x0000ffff;
  int const other = __shfl_xor_sync(members, x[threadIdx.x], 1);  // <- mask_without_the_lane_itself
  x[threadIdx.x] = other;
}
template <bool correct>
bool mask_without_the_lane_itself() {
  device_array<int> x(counted(32, 0));
  half_warp_kernel<correct><<<1, 32>>>(x.get());
  return x.read()[31] == 30;
}

template <bool correct>
__global__ void loop_kernel(int const* rounds, int* y) {
  int sum = 0;
  for (int k = 0; k < rounds[threadIdx.x]; ++k) {
    unsigned const members = correct ? __activemask() : 0xffffffff;
    sum += __reduce_add_sync(members, 1);  // <- full_mask_in_a_loop_of_many_lengths
  }
  __syncwarp();
  y[threadIdx.x] = sum;
}
template <bool correct>
bool full_mask_in_a_loop_of_many_lengths() {
  std::vector<int> rounds(32, 1);
  for (int i = 16; i < 32; ++i) rounds[i] = 2;
  device_array<int> const x(rounds);
  device_array<int> y(32, 0);
  loop_kernel<correct><<<1, 32>>>(x.get(), y.get());
  return y.read()[31] == 48;
}

template <bool correct>
__global__ void any_kernel(int const* x, int* y) {
  int found = 0;
  if (correct || threadIdx.x < 32) {
    found = __syncthreads_or(x[threadIdx.x] > 60);
  } else {
    __syncthreads();  // <- barrier_with_and_without_reduction
  }
  y[threadIdx.x] = found;
}
template <bool correct>
bool barrier_with_and_without_reduction() {
  device_array<int> const x(counted(64, 0));
  device_array<int> y(64, 0);
  any_kernel<correct><<<1, 64>>>(x.get(), y.get());
  return y.read() == filled(64, 1);
}

}  // namespace

namespace seeded {

#define SEEDED(name, title) #name, check::participation, title
#define TWINS(name) name<false>, name<true>
std::vector<bug> const barrier_bugs{
    {SEEDED(barrier_inside_a_guard, report::divergent),
     {"conditional_kernel", "the lanes of a warp stand at different barriers", "lanes 0x"},
     TWINS(barrier_inside_a_guard)},
    {SEEDED(as_many_barriers_as_rows, report::deadlock),
     {"lengths_kernel", "wait at a barrier", "do not come"},
     TWINS(as_many_barriers_as_rows)},
    {SEEDED(named_barrier_counts_a_warp_too_many, report::deadlock),
     {"producer_kernel", "wait at a barrier", "do not come"},
     TWINS(named_barrier_counts_a_warp_too_many)},
    {SEEDED(thread_count_is_no_multiple_of_32, report::divergent),
     {"warps_kernel", "must be a multiple of 32", "60"},
     TWINS(thread_count_is_no_multiple_of_32)},
    {SEEDED(full_mask_in_a_branch, report::deadlock),
     {"vote_kernel", "lanes of the warp wait for lanes that do not come", "lanes 0x"},
     TWINS(full_mask_in_a_branch)},
    {SEEDED(mask_without_the_lane_itself, report::divergent),
     {"half_warp_kernel", "the lane is not in its own membermask", "thread (16, 0, 0)",
      "0x0000ffff"},
     TWINS(mask_without_the_lane_itself)},
    {SEEDED(full_mask_in_a_loop_of_many_lengths, report::deadlock),
     {"loop_kernel", "lanes of the warp wait for lanes that do not come"},
     TWINS(full_mask_in_a_loop_of_many_lengths)},
    {SEEDED(barrier_with_and_without_reduction, report::divergent),
     {"any_kernel", "another thread count or reduction"},
     TWINS(barrier_with_and_without_reduction)},
};

}  // namespace seeded
