// The channelwise engine: activations whose parameters belong to a channel, and the sums that are the
// gradients of these parameters, in one pass over the data (channel_plan.hpp says how it walks).
//
// No atomics: a thread sums its columns, a block its tile, each in an order that the plan fixes; what
// blocks have summed is summed by channel_finish.cu.
#pragma once

#include "channel_finish.cuh"
#include "channel_plan.hpp"
#include "channel_sums.cuh"
#include "grid.hpp"
#include "launch.hpp"
#include "pointwise.cuh"
#include "tuning.hpp"
#include "vector_access.cuh"

#include <cuda_runtime.h>

#include <cstdint>
#include <utility>

namespace activations_cuda::kernels {

// What an element goes through, by direction. The evaluator holds a channel's parameters.

struct channel_forward {
  static constexpr int inputs = 1;
  static constexpr bool has_sums = false;
};
struct channel_backward {
  static constexpr int inputs = 2;
  static constexpr bool has_sums = false;
};
struct channel_backward_with_sums {
  static constexpr int inputs = 2;
  static constexpr bool has_sums = true;
};

template <class Direction, class Evaluator, class Real>
__device__ Real apply_channel(Evaluator const& evaluate, Real const (&in)[Direction::inputs],
                              [[maybe_unused]] Real (&sums)[Evaluator::count]) {
  if constexpr (Direction::has_sums) {
    return evaluate.backward(in[0], in[1], sums);
  } else if constexpr (Direction::inputs == 2) {
    return evaluate.backward(in[0], in[1]);
  } else {
    return evaluate.forward(in[0]);
  }
}

/// Elements of a pack that holds several channels. A thread keeps parameters and sums for each: short
/// packs where there are many, so that they stay in registers.
template <class T, class Evaluator>
constexpr int mixed_width() {
  constexpr int shortest = sizeof(T) < 4 ? 4 / static_cast<int>(sizeof(T)) : 1;
  int width = tuning::full_width<T>;
  while (width > shortest && width * Evaluator::count > tuning::channel_mixed_parameters)
    width /= 2;
  return width;
}

/// The evaluators of a pack: of each element's channel or, if it is in one channel, one.
template <class Evaluator, class Sequence>
struct pack_evaluators;
template <class Evaluator, int... i>
struct pack_evaluators<Evaluator, std::integer_sequence<int, i...>> {
  Evaluator of[sizeof...(i)];
  template <class Make>
  __device__ explicit pack_evaluators(Make& make) : of{(static_cast<void>(i), make())...} {}
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

/// Where a thread's pack is, step by step.
struct channel_position {
  std::int64_t row, column;
  std::int64_t piece = 0;

  __device__ channel_position(channel_walk const& walk, std::int64_t tile, std::int64_t group) {
    std::int64_t const step = group * walk.steps;
    if (walk.pieces == 1) {
      row = step * walk.lines + threadIdx.y;
    } else {
      row = step / walk.pieces;
      piece = step - row * walk.pieces;
    }
    column = tile * walk.tile_length + piece * piece_length(walk) +
             static_cast<std::int64_t>(threadIdx.x) * walk.width;
  }
  __device__ static std::int64_t piece_length(channel_walk const& walk) {
    return static_cast<std::int64_t>(walk.lanes) * walk.width;
  }
  __device__ std::int64_t element(channel_walk const& walk) const {
    return walk.first + row * walk.row_length + column;
  }
  __device__ void advance(channel_walk const& walk) {
    ++piece;
    bool const wraps = piece == walk.pieces;
    column += piece_length(walk) - (wraps ? walk.pieces * piece_length(walk) : 0);
    row += wraps ? walk.lines : 0;
    piece = wraps ? 0 : piece;
  }
};

template <class Direction, class Op, class Evaluator, class T, int width, bool mixed>
__global__ void __launch_bounds__(tuning::channel_threads)
    channelwise_kernel(channel_walk walk, streams<T, Direction::inputs, 1> data,
                       learned_arrays learned, learned_gradients gradients) {
  using real = typename pack<T, width>::real;
  constexpr int inputs = Direction::inputs;
  constexpr int slots = mixed ? width : 1;
  std::int64_t const tile = blockIdx.x;
  std::int64_t const group = column_block_number();
  if (group >= walk.groups) return;

  channel_position at(walk, tile, group);
  std::int64_t const tile_end = (tile + 1) * walk.tile_length;
  std::int64_t const end = tile_end < walk.row_length ? tile_end : walk.row_length;
  // A lane beyond the tile takes its first channel's parameters, and has no elements.
  using parameters = tile_parameters<Op, Evaluator, T>;
  __shared__ real shared[parameters::template room<slots>];
  parameters const tile_channels(walk, learned, tile, shared);
  bool const idle = at.piece == 0 && at.column >= end;
  channel_counter counter(walk, idle || walk.pieces > 1 ? tile * walk.tile_length : at.column);
  auto const make = [&] {
    Evaluator const result = tile_channels.evaluator_of(counter.channel);
    counter.next();
    return result;
  };
  pack_evaluators<Evaluator, std::make_integer_sequence<int, slots>> const evaluators(make);
  real sums[slots][Evaluator::count] = {};

  // All loads of some steps, then the rest. A pack in one channel is summed apart, and its sums are
  // dropped if it is not there; with many parameters they would not fit beside the others, and there is
  // a branch. Of mixed packs a thread has only steps that are there.
  constexpr bool summed_apart = !mixed && Evaluator::count <= tuning::channel_parameters_apart;
  auto const take_steps = [&](auto steps) {
    constexpr int unrolled = decltype(steps)::value;
    pack<T, width> in[unrolled][inputs];
    bool there[unrolled];
    std::int64_t element[unrolled];
#pragma unroll
    for (int u = 0; u < unrolled; ++u) {
      there[u] = mixed | ((at.row < walk.rows) & (at.column < end));
      element[u] = at.element(walk);
      at.advance(walk);
    }
#pragma unroll
    for (int s = 0; s < inputs; ++s) {
#pragma unroll
      for (int u = 0; u < unrolled; ++u)
        in[u][s] = pack<T, width>::load_if(there[u], data.in[s] + element[u]);
    }
#pragma unroll
    for (int u = 0; u < unrolled; ++u) {
      if (!mixed && !summed_apart && Direction::has_sums && !there[u]) continue;
      real values[inputs][width];
      real result[width];
      real terms[1][Evaluator::count] = {};
#pragma unroll
      for (int s = 0; s < inputs; ++s) in[u][s].unpack(values[s]);
#pragma unroll
      for (int i = 0; i < width; ++i) {
        real element_in[inputs];
#pragma unroll
        for (int s = 0; s < inputs; ++s) element_in[s] = values[s][i];
        result[i] = apply_channel<Direction>(evaluators.of[mixed ? i : 0], element_in,
                                             summed_apart ? terms[0] : sums[mixed ? i : 0]);
      }
      if constexpr (Direction::has_sums && summed_apart) {
#pragma unroll
        for (int i = 0; i < Evaluator::count; ++i) sums[0][i] += there[u] ? terms[0][i] : real(0);
      }
      if (there[u] && data.out[0] != nullptr)
        pack<T, width>::from(result).store(data.out[0] + element[u]);
    }
  };
  constexpr int unrolled = tuning::channel_unrolled_steps;
  if constexpr (mixed) {
    std::int64_t const rows_left = idle ? 0 : walk.rows - at.row;
    std::int64_t const lines = walk.lines;
    int step = 0;
    for (; step + unrolled <= walk.steps && (step + unrolled - 1) * lines < rows_left;
         step += unrolled)
      take_steps(std::integral_constant<int, unrolled>());
    for (; step < walk.steps && step * lines < rows_left; ++step)
      take_steps(std::integral_constant<int, 1>());
  } else {
    for (int step = 0; step < walk.steps; step += unrolled)
      take_steps(std::integral_constant<int, unrolled>());
  }
  if constexpr (Direction::has_sums)
    block_sums<Op, Evaluator, T, slots>(walk, gradients, tile, group).finish(sums);
}

template <class Direction, class Op, class Evaluator, class T, int width, bool mixed>
cudaError_t launch_walk(channel_walk const& walk, streams<T, Direction::inputs, 1> const& data,
                        learned_arrays const& learned, learned_gradients const& gradients,
                        cudaStream_t stream) {
  cudaLaunchConfig_t config{};
  config.gridDim = grid_of(walk.tiles, walk.groups);
  config.blockDim = dim3(static_cast<unsigned>(walk.lanes), static_cast<unsigned>(walk.lines));
  config.stream = stream;
  return cudaLaunchKernelEx(&config, channelwise_kernel<Direction, Op, Evaluator, T, width, mixed>,
                            walk, data, learned, gradients);
}

template <class T, class Direction>
bool all_aligned(streams<T, Direction::inputs, 1> const& data) {
  int apart = misalignment(data.out[0]);
  for (T const* pointer : data.in) apart |= misalignment(pointer);
  return apart == 0;
}

template <class Direction, class Evaluator, class T>
channel_access access_for(bool aligned) {
  return {static_cast<int>(sizeof(T)), static_cast<int>(sizeof(typename Evaluator::real)),
          aligned ? tuning::full_width<T> : 1, aligned ? mixed_width<T, Evaluator>() : 1,
          Direction::has_sums ? Evaluator::count : 0};
}

/// Calls use with a null pointer to the evaluator with room for the op's parameters.
template <class T, class Op, class Use>
auto with_evaluator(Op const& op, Use const& use) {
  using arithmetic = arithmetic_for<T>;
  if constexpr (has_learned_rows<Op>) {
    int const rows = learned_rows(op);
    return rows <= 2 ? use(static_cast<typename Op::template evaluator_of<arithmetic, 2>*>(nullptr))
           : rows <= 4
               ? use(static_cast<typename Op::template evaluator_of<arithmetic, 4>*>(nullptr))
           : rows <= 8
               ? use(static_cast<typename Op::template evaluator_of<arithmetic, 8>*>(nullptr))
               : use(static_cast<typename Op::template evaluator_of<arithmetic, 16>*>(nullptr));
  } else {
    return use(static_cast<typename Op::template evaluator<arithmetic>*>(nullptr));
  }
}

/// One or two launches, and for sums one more.
template <class Direction, class Op, class Evaluator, class T>
cudaError_t launch_channelwise(channel_shape const& shape,
                               streams<T, Direction::inputs, 1> const& data,
                               learned_arrays const& learned, learned_gradients gradients,
                               cudaStream_t stream) {
  constexpr int full = tuning::full_width<T>;
  constexpr int mixed = mixed_width<T, Evaluator>();
  bool const aligned = all_aligned<T, Direction>(data);
  channel_plan const plan = plan_channels(shape, access_for<Direction, Evaluator, T>(aligned));
  if (plan.finished_by_blocks) gradients.sums = nullptr;
  for (int i = 0; i < plan.count; ++i) {
    channel_walk const& walk = plan.walks[i];
    // A pack of one element is never mixed.
    auto const launch = walk.width == 1 ? launch_walk<Direction, Op, Evaluator, T, 1, false>
                        : plan.mixed ? launch_walk<Direction, Op, Evaluator, T, mixed, (mixed > 1)>
                                     : launch_walk<Direction, Op, Evaluator, T, full, false>;
    cudaError_t const status = launch(walk, data, learned, gradients, stream);
    if (status != cudaSuccess) return status;
  }
  if (Direction::has_sums && !plan.finished_by_blocks) {
    constexpr int capacity = learned_layout<Op, Evaluator>::capacity;
    return launch_channel_finish<T>(plan, {learned_count<Op>, capacity}, gradients, stream);
  }
  return cudaSuccess;
}

}  // namespace activations_cuda::kernels

namespace activations_cuda {

template <class Op, class T>
cudaError_t launch_channelwise_forward(Op const& op, channel_shape const& shape, T const* x,
                                       learned_arrays const& learned, T* y, cudaStream_t stream) {
  return kernels::with_evaluator<T>(op, [&](auto* evaluator) {
    using function = std::remove_pointer_t<decltype(evaluator)>;
    return kernels::launch_channelwise<kernels::channel_forward, Op, function, T>(
        shape, {{x}, {y}}, learned, {}, stream);
  });
}

template <class Op, class T>
cudaError_t launch_channelwise_backward(Op const& op, channel_shape const& shape, T const* dy,
                                        T const* x, learned_arrays const& learned, T* dx,
                                        cudaStream_t stream) {
  return kernels::with_evaluator<T>(op, [&](auto* evaluator) {
    using function = std::remove_pointer_t<decltype(evaluator)>;
    return kernels::launch_channelwise<kernels::channel_backward, Op, function, T>(
        shape, {{dy, x}, {dx}}, learned, {}, stream);
  });
}

template <class Op, class T>
cudaError_t launch_channelwise_backward(Op const& op, channel_shape const& shape, T const* dy,
                                        T const* x, learned_arrays const& learned, T* dx,
                                        learned_gradients const& gradients, cudaStream_t stream) {
  return kernels::with_evaluator<T>(op, [&](auto* evaluator) {
    using function = std::remove_pointer_t<decltype(evaluator)>;
    return kernels::launch_channelwise<kernels::channel_backward_with_sums, Op, function, T>(
        shape, {{dy, x}, {dx}}, learned, gradients, stream);
  });
}

template <class Op, class T>
std::int64_t channelwise_workspace(Op const& op, channel_shape const& shape) {
  return kernels::with_evaluator<T>(op, [&](auto* evaluator) {
    using function = std::remove_pointer_t<decltype(evaluator)>;
    using direction = kernels::channel_backward_with_sums;
    std::int64_t most = 0;
    for (bool const aligned : {true, false}) {
      auto const plan =
          kernels::plan_channels(shape, kernels::access_for<direction, function, T>(aligned));
      most = plan.sums > most ? plan.sums : most;
    }
    return most * static_cast<std::int64_t>(sizeof(typename function::real));
  });
}

}  // namespace activations_cuda

#define ACTIVATIONS_CUDA_INSTANTIATE_LEARNED_FOR(op, T)                                       \
  template cudaError_t launch_channelwise_forward(op const&, channel_shape const&, T const*,  \
                                                  learned_arrays const&, T*, cudaStream_t);   \
  template cudaError_t launch_channelwise_backward(op const&, channel_shape const&, T const*, \
                                                   T const*, learned_arrays const&, T*,       \
                                                   cudaStream_t);                             \
  template cudaError_t launch_channelwise_backward(op const&, channel_shape const&, T const*, \
                                                   T const*, learned_arrays const&, T*,       \
                                                   learned_gradients const&, cudaStream_t);   \
  template std::int64_t channelwise_workspace<op, T>(op const&, channel_shape const&);
