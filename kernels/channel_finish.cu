#include "channel_finish.cuh"
#include "channel_sums.cuh"
#include "grid.hpp"
#include "tuning.hpp"

#include <cuda_runtime.h>

#include <cstdint>

namespace activations_cuda::kernels {
namespace {

/// A sum so much wider than its terms that the number of terms adds no error: double for float, two
/// doubles for double (Knuth's two-sum).
template <class Real>
struct wide_sum;
template <>
struct wide_sum<float> {
  double value = 0;
  __device__ void add(float term) { value += term; }
  __device__ void add(wide_sum const& other) { value += other.value; }
  __device__ double rounded() const { return value; }
};
template <>
struct wide_sum<double> {
  double value = 0, low = 0;
  __device__ void add(double term) {
    double const sum = value + term;
    double const of_term = sum - value;
    low += (value - (sum - of_term)) + (term - of_term);
    value = sum;
  }
  __device__ void add(wide_sum const& other) {
    add(other.value);
    low += other.low;
  }
  // An infinite sum has a NaN for its low part.
  __device__ double rounded() const { return value + low == value + low ? value + low : value; }
};

/// Of one flat parameter. threadIdx.x counts channels, whose sums lie side by side; threadIdx.y, the
/// sums of a channel, whose number is a power of two of threads.
template <class T>
__global__ void __launch_bounds__(tuning::channel_finish_threads)
    channel_finish_kernel(channel_plan plan, learned_room room, learned_gradients gradients) {
  using real = typename arithmetic_for<T>::real;
  __shared__ wide_sum<real> shared[tuning::channel_finish_threads];
  std::int64_t const channels = plan.channels;
  std::int64_t const channel = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  int const parameter = static_cast<int>(blockIdx.y);
  int const threads = static_cast<int>(blockDim.y);
  int const thread = static_cast<int>(threadIdx.y);
  auto const* const sums = static_cast<real const*>(gradients.sums);

  wide_sum<real> sum;
  for (int w = 0; w < plan.count && channel < channels; ++w) {
    channel_walk const& walk = plan.walks[w];
    real const* const of_parameter = sums + walk.first_sum + parameter * walk.slots();
    std::int64_t const group_stride = room.arrays * room.capacity * walk.slots();
    std::int64_t const tiles_further = threads / walk.groups;
    std::int64_t const groups_further = threads - tiles_further * walk.groups;
    for (std::int64_t v = channel; v < walk.merged_channels(); v += channels) {
      std::int64_t const last_tile = ((v + 1) * walk.inner - 1) / walk.tile_length;
      std::int64_t tile = v * walk.inner / walk.tile_length + thread / walk.groups;
      std::int64_t group = thread % walk.groups;
      while (tile <= last_tile) {
        sum.add(of_parameter[group * group_stride + v + tile]);
        group += groups_further;
        tile += tiles_further;
        if (group >= walk.groups) {
          group -= walk.groups;
          ++tile;
        }
      }
    }
  }
  int const at = thread * static_cast<int>(blockDim.x) + static_cast<int>(threadIdx.x);
  shared[at] = sum;
  for (int half = threads / 2; half > 0; half /= 2) {
    __syncthreads();
    if (thread < half) {
      sum.add(shared[at + half * static_cast<int>(blockDim.x)]);
      shared[at] = sum;
    }
  }
  int const row = parameter % room.capacity;
  if (thread == 0 && channel < channels && row < gradients.rows) {
    store_gradient<T>(gradients, parameter / room.capacity, row * channels + channel,
                      sum.rounded());
  }
}

}  // namespace

template <class T>
cudaError_t launch_channel_finish(channel_plan const& plan, learned_room const& room,
                                  learned_gradients const& gradients, cudaStream_t stream) {
  int const parameters = room.arrays * room.capacity;
  std::int64_t const channels = plan.channels;
  std::int64_t const sums_of_channel = plan.sums / (parameters * channels);
  unsigned lines = 1;
  while (lines < tuning::channel_finish_threads && 2 * lines < sums_of_channel) lines *= 2;
  unsigned const side_by_side = tuning::channel_finish_threads / lines;
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(static_cast<unsigned>((channels - 1) / side_by_side + 1),
                        static_cast<unsigned>(parameters));
  config.blockDim = dim3(side_by_side, lines);
  config.stream = stream;
  return cudaLaunchKernelEx(&config, channel_finish_kernel<T>, plan, room, gradients);
}

template cudaError_t launch_channel_finish<float>(channel_plan const&, learned_room const&,
                                                  learned_gradients const&, cudaStream_t);
template cudaError_t launch_channel_finish<double>(channel_plan const&, learned_room const&,
                                                   learned_gradients const&, cudaStream_t);
template cudaError_t launch_channel_finish<__half>(channel_plan const&, learned_room const&,
                                                   learned_gradients const&, cudaStream_t);
template cudaError_t launch_channel_finish<__nv_bfloat16>(channel_plan const&, learned_room const&,
                                                          learned_gradients const&, cudaStream_t);

}  // namespace activations_cuda::kernels
