// The sums that are the gradients of learned parameters.
#pragma once

#include "channel_tile.cuh"
#include "launch.hpp"
#include "tuning.hpp"

#include <activations_cuda/traits.hpp>
#include <cuda_runtime.h>

#include <cstdint>

namespace activations_cuda::kernels {

/// The array of a number that is not known before: indexing would copy all of them to local memory.
template <int arrays>
__device__ void* array_of(learned_gradients const& gradients, int array) {
  void* result = gradients.array[0];
#pragma unroll
  for (int i = 1; i < arrays; ++i) result = i == array ? gradients.array[i] : result;
  return result;
}

/// A finished gradient, rounded once, in place of what was there or added to it.
template <class T, int arrays = most_learned_arrays>
__device__ void store_gradient(learned_gradients const& gradients, int array, std::int64_t index,
                               double value) {
  using real = typename arithmetic_for<T>::real;
  if (gradients.wide) {
    real* const to = static_cast<real*>(array_of<arrays>(gradients, array)) + index;
    *to = static_cast<real>(gradients.adds ? *to + value : value);
  } else {
    T* const to = static_cast<T*>(array_of<arrays>(gradients, array)) + index;
    *to = from_real<T>(static_cast<real>(gradients.adds ? to_real(*to) + value : value));
  }
}

/// What a block makes of its threads' sums: of each column the lines in turn, then of each channel
/// its columns, 32 apart, and those 32 by halves. Of some parameters at a time, whose sums it has
/// shared memory for.
template <class Op, class Evaluator, class T, int slots>
class block_sums {
 public:
  using real = typename Evaluator::real;
  using layout = learned_layout<Op, Evaluator>;

  __device__ block_sums(channel_walk const& walk, learned_gradients const& gradients,
                        channel_tile const& tile, std::int64_t group)
      : walk_(walk),
        gradients_(gradients),
        tile_(tile),
        group_(group),
        columns_(static_cast<unsigned>(walk.lanes) * slots),
        thread_(threadIdx.y * blockDim.x + threadIdx.x),
        threads_(blockDim.x * blockDim.y) {}

  /// own: of the elements of this thread's pack, or of the pack.
  __device__ void finish(real const (&own)[slots][Evaluator::count]) const {
    __shared__ real shared[together * room];
#pragma unroll 1
    for (int first = 0; first < Evaluator::count; first += together) {
      __syncthreads();
#pragma unroll
      for (int i = 0; i < Evaluator::count; ++i) {
        if (i / together * together != first) continue;
#pragma unroll
        for (int e = 0; e < slots; ++e)
          shared[i % together * room + thread_ * slots + e] = own[e][i];
      }
      __syncthreads();
      int const left = Evaluator::count - first;
      unsigned const parameters = left < together ? left : together;
      sum_lines(shared, first, parameters);
      if (is_column()) continue;
      __syncthreads();
      sum_columns(shared, first, parameters);
    }
  }

 private:
  static constexpr int room = tuning::channel_threads * slots;
  static constexpr int most = tuning::channel_shared_sums / static_cast<int>(room * sizeof(real));
  static constexpr int together = most < 1 ? 1 : most < Evaluator::count ? most : Evaluator::count;

  /// Elements of a column: where packs are in one channel, a pack is a column.
  __device__ int column_length() const { return walk_.width / slots; }
  __device__ bool is_column() const { return walk_.inner == column_length(); }

  __device__ void sum_lines(real* shared, int first, unsigned parameters) const {
    for (unsigned at = thread_; at < parameters * columns_; at += threads_) {
      unsigned const i = at / columns_;
      unsigned const column = at - i * columns_;
      real* const sums = shared + i * room + column;
      real sum = *sums;
      for (int line = 1; line < walk_.lines; ++line) sum += sums[line * columns_];
      if (!is_column()) {
        *sums = sum;
      } else if (tile_.first + column <= tile_.last) {
        store(first + i, tile_.first + column, sum);
      }
    }
  }
  /// A warp for each parameter and channel.
  __device__ void sum_columns(real const* shared, int first, unsigned parameters) const {
    unsigned const warps = threads_ / 32;
    if (thread_ >= warps * 32) return;  // of a last, partial warp
    unsigned const lane = thread_ % 32;
    unsigned const channels = tile_.channels();
    // A tile whose sums are more than a channel's holds fewer columns than an int.
    std::int64_t const length = tile_.end - tile_.begin;
    for (unsigned at = thread_ / 32; at < parameters * channels; at += warps) {
      unsigned const i = at / channels;
      std::int64_t const v = tile_.first + (at - i * channels);
      std::int64_t const from = v * walk_.inner - tile_.begin;
      std::int64_t const to = from + walk_.inner;
      unsigned low = 0;
      unsigned high = columns_;
      if (!channel_tile::is_channel(walk_)) {
        low = static_cast<unsigned>(from > 0 ? from : 0) / column_length();
        high = static_cast<unsigned>(to < length ? to : length) / column_length();
      }
      real sum = 0;
      for (unsigned column = low + lane; column < high; column += 32)
        sum += shared[i * room + column];
#pragma unroll
      for (int step = 16; step > 0; step /= 2) sum += __shfl_xor_sync(0xFFFFFFFFU, sum, step);
      if (lane == 0) store(first + i, v, sum);
    }
  }

  __device__ void store(int i, std::int64_t merged_channel, real sum) const {
    if (gradients_.sums == nullptr) {
      if (layout::row(i) < gradients_.rows) {
        store_gradient<T, layout::arrays>(gradients_, layout::array(i),
                                          layout::row(i) * walk_.channels + merged_channel, sum);
      }
    } else {
      std::int64_t const row = group_ * Evaluator::count + i;
      static_cast<real*>(
          gradients_.sums)[walk_.first_sum + row * walk_.slots() + merged_channel + tile_.number] =
          sum;
    }
  }

  channel_walk const& walk_;
  learned_gradients const& gradients_;
  channel_tile const& tile_;
  std::int64_t group_;
  unsigned columns_, thread_, threads_;
};

}  // namespace activations_cuda::kernels
