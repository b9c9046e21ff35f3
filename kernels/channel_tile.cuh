// Where a block and its threads are in a tensor, and the learned parameters of the channels there.
#pragma once

#include "channel_plan.hpp"
#include "launch.hpp"
#include "tuning.hpp"

#include <activations_cuda/traits.hpp>
#include <cuda_runtime.h>

#include <cstdint>

namespace activations_cuda::kernels {

/// Which array, and which of its rows, an evaluator's flat parameter is: each array's rows follow one
/// another, as many as the evaluator has room for.
template <class Op, class Evaluator>
struct learned_layout {
  static constexpr int arrays = learned_count<Op>;
  static constexpr int capacity = Evaluator::count / arrays;
  static_assert(arrays <= most_learned_arrays && capacity * arrays == Evaluator::count);
  __host__ __device__ static constexpr int array(int flat) { return flat / capacity; }
  __host__ __device__ static constexpr int row(int flat) { return flat % capacity; }
};

/// A parameter in the type that T computes in.
template <class T>
__device__ typename arithmetic_for<T>::real load_learned(learned_arrays const& learned, int array,
                                                         std::int64_t index) {
  using real = typename arithmetic_for<T>::real;
  return learned.wide ? static_cast<real const*>(learned.array[array])[index]
                      : to_real(static_cast<T const*>(learned.array[array])[index]);
}

/// The columns and channels of a block's tile, of a merged row.
struct channel_tile {
  std::int64_t number, begin, end, first, last;

  __device__ channel_tile(channel_walk const& walk, std::int64_t tile) : number(tile) {
    begin = tile * walk.tile_length;
    end = begin + walk.tile_length < walk.row_length ? begin + walk.tile_length : walk.row_length;
    first = is_channel(walk) ? tile : begin / walk.inner;
    last = is_channel(walk) ? tile : (end - 1) / walk.inner;
  }
  /// Whether every tile is one channel.
  __device__ static bool is_channel(channel_walk const& walk) {
    return walk.tile_length == walk.inner;
  }
  __device__ int channels() const { return static_cast<int>(last - first) + 1; }
};

/// The parameters of a tile's channels in shared memory, each loaded once.
template <class Op, class Evaluator, class T>
class tile_parameters {
 public:
  using real = typename Evaluator::real;
  using layout = learned_layout<Op, Evaluator>;
  /// Of the plan's widest tiles: channel_lanes packs of as many channels as they have elements.
  template <int slots>
  static constexpr int room = Evaluator::count*(tuning::channel_lanes* slots > 16
                                                    ? tuning::channel_lanes * slots
                                                    : 16);

  __device__ tile_parameters(channel_walk const& walk, learned_arrays const& learned,
                             channel_tile const& tile, real* shared)
      : shared_(shared), first_(tile.first), channels_(tile.channels()) {
    int const thread = static_cast<int>(threadIdx.y * blockDim.x + threadIdx.x);
    int const threads = static_cast<int>(blockDim.x * blockDim.y);
    for (int c = thread; c < channels_; c += threads) {
      std::int64_t const merged = first_ + c;
      std::int64_t const channel =
          walk.row_length == walk.channels * walk.inner ? merged : merged % walk.channels;
#pragma unroll
      for (int i = 0; i < Evaluator::count; ++i)
        shared[i * channels_ + c] = load(learned, i, channel, walk.channels);
    }
    __syncthreads();
  }

  /// Of a channel of a merged row that is in the tile.
  __device__ Evaluator evaluator_of(std::int64_t merged) const {
    auto const c = static_cast<int>(merged - first_);
    real parameters[Evaluator::count];
#pragma unroll
    for (int i = 0; i < Evaluator::count; ++i) parameters[i] = shared_[i * channels_ + c];
    return Evaluator(parameters);
  }

 private:
  __device__ static real load(learned_arrays const& learned, int i, std::int64_t channel,
                              std::int64_t channels) {
    if constexpr (layout::capacity == 1) {
      return load_learned<T>(learned, layout::array(i), channel);
    } else {
      int const row = layout::row(i);
      return row < learned.rows
                 ? load_learned<T>(learned, layout::array(i), row * channels + channel)
                 : Evaluator::absent(layout::array(i));
    }
  }

  real const* shared_;
  std::int64_t first_;
  int channels_;
};

/// Channels of consecutive columns, of a merged row: divided once, counted from there on.
struct channel_counter {
  std::int64_t channel, left_in_channel, inner;

  __device__ channel_counter(channel_walk const& walk, std::int64_t column) : inner(walk.inner) {
    if (walk.row_length <= 0xFFFFFFFFLL) {  // some 15 instructions in place of 70
      channel = static_cast<std::uint32_t>(column) / static_cast<std::uint32_t>(inner);
    } else {
      channel = column / inner;
    }
    left_in_channel = (channel + 1) * inner - column;
  }
  __device__ void next() {
    bool const leaves = --left_in_channel == 0;
    channel += leaves ? 1 : 0;
    left_in_channel = leaves ? inner : left_in_channel;
  }
};

/// Where a thread's packs are: the first one, and others at equal distances after it.
struct channel_path {
  std::int64_t column, element;  // the first one's, of a row and of the tensor
  int left;                      // in rows, or in columns where steps go along them
  int passes;                    // of the same, a row apart

  __device__ channel_path(channel_walk const& walk, channel_tile const& tile, std::int64_t group) {
    bool const down = walk.segments == 0;
    std::int64_t row = group * walk.steps * walk.lines + threadIdx.y;
    std::int64_t from = 0;
    if (!down) {
      row = walk.segments == 1 ? group : group / walk.segments;
      from = (group - row * walk.segments) * walk.steps * walk.spacing;
      row *= walk.passes;
    }
    column = tile.begin + from + static_cast<std::int64_t>(threadIdx.x) * walk.width;
    element = walk.first + row * walk.row_length + column;
    std::int64_t const rows = walk.rows - row;
    std::int64_t const columns = tile.end - column;
    std::int64_t const rest = down ? (columns > 0 ? rows : 0) : columns;
    std::int64_t const most = static_cast<std::int64_t>(walk.steps) * walk.spacing;
    left = static_cast<int>(rest < most ? (rest > 0 ? rest : 0) : most);
    passes = rows < walk.passes ? static_cast<int>(rows) : walk.passes;
  }
};

}  // namespace activations_cuda::kernels
