// The channelwise engine: activations whose parameters belong to a channel, and the sums that are the
// gradients of these parameters, in one pass over the data (channel_plan.hpp says how it walks).
//
// No atomics: a thread sums its columns, a block its tile, each in an order that the plan fixes; what
// blocks have summed is summed by channel_finish.cu.
#pragma once

#include "channel_finish.cuh"
#include "channel_plan.hpp"
#include "channel_sums.cuh"
#include "channel_tile.cuh"
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

/// Steps whose loads are in flight together.
template <class T, int width, int inputs>
inline constexpr int steps_together =
    (width == 1 ? tuning::channel_scalar_loads_in_flight
     : pack<T, width>::bytes * tuning::channel_loads_in_flight < tuning::channel_bytes_in_flight
         ? tuning::channel_loads_in_flight
         : tuning::channel_bytes_in_flight / pack<T, width>::bytes) /
    inputs;

/// The evaluators of a pack: of each element's channel or, if it is in one channel, one.
template <class Evaluator, class Sequence>
struct pack_evaluators;
template <class Evaluator, int... i>
struct pack_evaluators<Evaluator, std::integer_sequence<int, i...>> {
  Evaluator of[sizeof...(i)];
  template <class Make>
  __device__ explicit pack_evaluators(Make& make) : of{(static_cast<void>(i), make())...} {}
};

/// Elements before a pack, as an offset that one instruction adds to a pointer.
template <int width>
__device__ std::uint64_t pack_offset(std::uint32_t packs) {
  return static_cast<std::uint64_t>(packs) * width;
}

// One block of an SM is asked for: to fit more of them, ptxas would spill.
template <class Direction, class Op, class Evaluator, class T, int width, bool mixed>
__global__ void __launch_bounds__(tuning::channel_threads, 1)
    channelwise_kernel(channel_walk walk, streams<T, Direction::inputs, 1> data,
                       learned_arrays learned, learned_gradients gradients) {
  using real = typename pack<T, width>::real;
  constexpr int inputs = Direction::inputs;
  constexpr int slots = mixed ? width : 1;
  std::int64_t const group = column_block_number();
  if (group >= walk.groups) return;

  channel_tile const tile(walk, blockIdx.x);
  channel_path const path(walk, tile, group);
  // A lane beyond the tile takes its first channel's parameters, and has no elements.
  using parameters = tile_parameters<Op, Evaluator, T>;
  __shared__ real shared[parameters::template room<slots>];
  parameters const tile_channels(walk, learned, tile, shared);
  channel_counter counter(walk, path.column < tile.end ? path.column : tile.begin);
  auto const make = [&] {
    Evaluator const result = tile_channels.evaluator_of(counter.channel);
    counter.next();
    return result;
  };
  pack_evaluators<Evaluator, std::make_integer_sequence<int, slots>> const evaluators(make);
  real sums[slots][Evaluator::count] = {};

  // A pack in one channel is summed apart; with many parameters its sums would not fit beside the
  // others.
  constexpr bool summed_apart =
      !mixed && width > 1 && Evaluator::count <= tuning::channel_parameters_apart;
  streams<T, inputs, 1> from = data;
#pragma unroll
  for (int s = 0; s < inputs; ++s) from.in[s] += path.element;
  from.out[0] += path.element;
  bool const stores = data.out[0] != nullptr;
  // All loads of some steps, then the rest.
  auto const take_steps = [&](auto steps, std::uint32_t first) {
    constexpr int unrolled = decltype(steps)::value;
    pack<T, width> in[unrolled][inputs];
#pragma unroll
    for (int u = 0; u < unrolled; ++u) {
#pragma unroll
      for (int s = 0; s < inputs; ++s)
        in[u][s] = pack<T, width>::load(from.in[s] + pack_offset<width>(first + u * walk.distance));
    }
#pragma unroll
    for (int u = 0; u < unrolled; ++u) {
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
        for (int i = 0; i < Evaluator::count; ++i) sums[0][i] += terms[0][i];
      }
      if (!Direction::has_sums || stores)
        pack<T, width>::from(result).store(from.out[0] +
                                           pack_offset<width>(first + u * walk.distance));
    }
  };
  constexpr int unrolled = steps_together<T, width, inputs>;
  for (int pass = 0; pass < path.passes; ++pass) {
    std::uint32_t at = 0;
    int left = path.left;
    for (; left > (unrolled - 1) * walk.spacing; left -= unrolled * walk.spacing) {
      take_steps(std::integral_constant<int, unrolled>(), at);
      at += unrolled * walk.distance;
    }
    for (; left > 0; left -= walk.spacing) {
      take_steps(std::integral_constant<int, 1>(), at);
      at += walk.distance;
    }
#pragma unroll
    for (int s = 0; s < inputs; ++s) from.in[s] += walk.row_length;
    from.out[0] += walk.row_length;
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
