// The row-wise engine: maximum, sums, then the elements, one group of threads a row.
//
// A group is a warp or a block. It holds its row in registers where that fits, so that each element
// is read once; longer rows are read again for each pass. Every element of the output is written by
// the thread that reads it, after its last read: outputs may be inputs. Sums are trees of fixed
// shape: a thread's own elements in order, then the group's threads.
#pragma once

#include "launch.hpp"
#include "tuning.hpp"
#include "vector_access.cuh"

#include <activations_cuda/ops.hpp>
#include <cub/block/block_reduce.cuh>
#include <cuda_runtime.h>

#include <cmath>
#include <cstdint>
#include <limits>

namespace activations_cuda::kernels {

struct larger {
  template <class Real>
  __device__ Real operator()(Real a, Real b) const {
    return a > b ? a : b;  // drops NaN, which the sums then find
  }
};

struct plus {
  template <class Real>
  __device__ Real operator()(Real a, Real b) const {
    return a + b;
  }
};

/// A warp for each row, several rows a block.
struct warp_group {
  static constexpr int threads = 32;
  static constexpr int per_block = tuning::warps_per_block;

  __device__ static int thread() { return static_cast<int>(threadIdx.x) % 32; }
  __device__ static std::int64_t first_row() {
    return static_cast<std::int64_t>(blockIdx.x) * per_block + threadIdx.x / 32;
  }
  template <class Real, class Combine>
  __device__ static Real reduce(Real value, Combine combine) {
#pragma unroll
    for (int step = 16; step > 0; step /= 2)
      value = combine(value, __shfl_xor_sync(0xFFFFFFFFU, value, step));
    return value;
  }
};

/// A block for each row.
template <int block_threads>
struct block_group {
  static constexpr int threads = block_threads;
  static constexpr int per_block = 1;

  __device__ static int thread() { return static_cast<int>(threadIdx.x); }
  __device__ static std::int64_t first_row() { return blockIdx.x; }
  template <class Real, class Combine>
  __device__ static Real reduce(Real value, Combine combine) {
    using block_reduce = cub::BlockReduce<Real, block_threads, cub::BLOCK_REDUCE_WARP_REDUCTIONS>;
    __shared__ typename block_reduce::TempStorage storage;
    __shared__ Real result;
    Real const total = block_reduce(storage).Reduce(value, combine);
    if (threadIdx.x == 0) result = total;
    __syncthreads();
    Real const everywhere = result;
    __syncthreads();  // the next reduction reuses both
    return everywhere;
  }
};

/// e^x for x <= 0.
template <class Arithmetic>
struct exponential_function {
  using real = typename Arithmetic::real;
  __device__ real operator()(real x) const {
    if constexpr (std::is_same_v<Arithmetic, reduced_arithmetic>) {
      return math::exp2_approximate(math::log2_e * x);
    } else {
      auto const split = math::exponential(math::at_least(x, math::exponential_vanishes<real>));
      return math::scaled(real(1) + split.minus_one, split.exponent);
    }
  }
};

/// One row as a group sees it: thread t has packs t, t + threads, ...; packs_held of them in
/// registers, or, for packs_held of 0, none.
template <class Group, class T, int width, int packs_held>
struct row {
  using real = typename pack<T, width>::real;
  static constexpr int held = packs_held > 0 ? packs_held : 1;

  /// Calls body(pack index, held index) for each pack of this thread.
  template <class Body>
  __device__ static void for_each_pack(std::int64_t columns, Body const& body) {
    std::int64_t const packs = columns / width;
    if constexpr (packs_held > 0) {
#pragma unroll
      for (int h = 0; h < packs_held; ++h) {
        std::int64_t const index = Group::thread() + static_cast<std::int64_t>(h) * Group::threads;
        if (index < packs) body(index, h);
      }
    } else {
      for (std::int64_t index = Group::thread(); index < packs; index += Group::threads)
        body(index, 0);
    }
  }

  __device__ static void load(T const* from, std::int64_t index, real (&values)[width]) {
    pack<T, width>::load(from + index * width).unpack(values);
  }
  __device__ static void store(T* to, std::int64_t index, real const (&values)[width]) {
    pack<T, width>::from(values).store(to + index * width);
  }
};

template <class Op, class T, class Group, int width, int packs_held>
__global__ void __launch_bounds__(Group::threads* Group::per_block)
    rowwise_forward_kernel(typename Op::template evaluator<arithmetic_for<T>> op, T const* x, T* y,
                           std::int64_t rows, std::int64_t columns) {
  using row = row<Group, T, width, packs_held>;
  using real = typename row::real;
  constexpr bool holds = packs_held > 0;
  exponential_function<arithmetic_for<T>> const exponential;
  real values[row::held][width];

  for (std::int64_t r = Group::first_row(); r < rows;
       r += static_cast<std::int64_t>(gridDim.x) * Group::per_block) {
    T const* const from = x + r * columns;
    T* const to = y + r * columns;
    real maximum = -static_cast<real>(INFINITY);
    row::for_each_pack(columns, [&](std::int64_t index, int h) {
      row::load(from, index, values[h]);
#pragma unroll
      for (int i = 0; i < width; ++i) maximum = larger{}(values[h][i], maximum);
    });
    maximum = Group::reduce(maximum, larger{});

    real maxima = 0;
    real others = 0;
    row::for_each_pack(columns, [&](std::int64_t index, int h) {
      if constexpr (!holds) row::load(from, index, values[h]);
#pragma unroll
      for (int i = 0; i < width; ++i) {
        real const difference = values[h][i] - maximum;
        real const e = exponential(difference);
        bool const at_maximum = difference == 0;
        maxima += at_maximum ? real(1) : real(0);
        others += at_maximum ? real(0) : e;
        values[h][i] = op.keep(difference, e);
      }
    });
    real const normalizer =
        op.normalizer(Group::reduce(maxima, plus{}), Group::reduce(others, plus{}));

    row::for_each_pack(columns, [&](std::int64_t index, int h) {
      if constexpr (!holds) {
        row::load(from, index, values[h]);
#pragma unroll
        for (int i = 0; i < width; ++i) {
          real const difference = values[h][i] - maximum;
          values[h][i] = op.keep(difference, exponential(difference));
        }
      }
#pragma unroll
      for (int i = 0; i < width; ++i) values[h][i] = op.finish(values[h][i], normalizer);
      row::store(to, index, values[h]);
    });
  }
}

template <class Op, class T, class Group, int width, int packs_held>
__global__ void __launch_bounds__(Group::threads* Group::per_block)
    rowwise_backward_kernel(typename Op::template evaluator<arithmetic_for<T>> op, T const* dy,
                            T const* y, T* dx, std::int64_t rows, std::int64_t columns) {
  using row = row<Group, T, width, packs_held>;
  using real = typename row::real;
  constexpr bool holds = packs_held > 0;
  exponential_function<arithmetic_for<T>> const exponential;
  pack<T, width> held_dy[row::held];
  pack<T, width> held_y[row::held];

  for (std::int64_t r = Group::first_row(); r < rows;
       r += static_cast<std::int64_t>(gridDim.x) * Group::per_block) {
    T const* const from_dy = dy + r * columns;
    T const* const from_y = y + r * columns;
    auto const load = [&](std::int64_t index, int h) {
      held_dy[h] = pack<T, width>::load(from_dy + index * width);
      held_y[h] = pack<T, width>::load(from_y + index * width);
    };

    if constexpr (holds) row::for_each_pack(columns, load);
    real sum = 0;
    real values_dy[width];
    real values_y[width];
    row::for_each_pack(columns, [&](std::int64_t index, int h) {
      if constexpr (!holds) load(index, h);
      held_dy[h].unpack(values_dy);
      held_y[h].unpack(values_y);
#pragma unroll
      for (int i = 0; i < width; ++i) sum += op.term(values_dy[i], values_y[i]);
    });
    sum = Group::reduce(sum, plus{});

    row::for_each_pack(columns, [&](std::int64_t index, int h) {
      if constexpr (!holds) load(index, h);
      held_dy[h].unpack(values_dy);
      held_y[h].unpack(values_y);
#pragma unroll
      for (int i = 0; i < width; ++i)
        values_dy[i] = op.backward(values_dy[i], values_y[i], sum, exponential);
      row::store(dx + r * columns, index, values_dy);
    });
  }
}

/// Rows are spread over the grid's x, and a grid that is too small for them strides.
template <class Group>
dim3 grid_for(std::int64_t rows) {
  std::int64_t const blocks = rows / Group::per_block + (rows % Group::per_block != 0);
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  return dim3(static_cast<unsigned>(blocks < most ? blocks : most));
}

/// Calls launch(group, width, packs held) with the tier for rows of this length.
template <class T, class Launch>
cudaError_t choose_tier(std::int64_t columns, bool aligned, Launch const& launch) {
  constexpr int width = full_width<T>;
  using small = block_group<tuning::small_block>;
  using large = block_group<tuning::large_block>;
  auto const fits = [&](int threads, int packs, int of) {
    return columns <= static_cast<std::int64_t>(threads) * packs * of;
  };
  if (aligned && columns % width == 0) {
    constexpr int packs = tuning::row_packs;
    if (fits(32, packs, width))
      return launch(warp_group{}, std::integral_constant<int, width>{},
                    std::integral_constant<int, packs>{});
    if (fits(small::threads, packs, width))
      return launch(small{}, std::integral_constant<int, width>{},
                    std::integral_constant<int, packs>{});
    if (fits(large::threads, packs, width))
      return launch(large{}, std::integral_constant<int, width>{},
                    std::integral_constant<int, packs>{});
    return launch(large{}, std::integral_constant<int, width>{}, std::integral_constant<int, 0>{});
  }
  constexpr std::integral_constant<int, 1> single;
  constexpr int few = tuning::row_singles_short;
  constexpr int many = tuning::row_singles_long<T>;
  if (fits(32, few, 1)) return launch(warp_group{}, single, std::integral_constant<int, few>{});
  if (fits(32, many, 1)) return launch(warp_group{}, single, std::integral_constant<int, many>{});
  if (fits(small::threads, many, 1))
    return launch(small{}, single, std::integral_constant<int, many>{});
  if (fits(large::threads, many, 1))
    return launch(large{}, single, std::integral_constant<int, many>{});
  return launch(large{}, single, std::integral_constant<int, 0>{});
}

inline bool on_boundary(void const* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer) % 16 == 0;
}

template <class Group>
cudaLaunchConfig_t row_config(std::int64_t rows, cudaStream_t stream) {
  cudaLaunchConfig_t config{};
  config.gridDim = grid_for<Group>(rows);
  config.blockDim = dim3(Group::threads * Group::per_block);
  config.stream = stream;
  return config;
}

}  // namespace activations_cuda::kernels

namespace activations_cuda {

template <class Op, class T>
cudaError_t launch_rowwise_forward(Op const& op, T const* x, T* y, std::int64_t rows,
                                   std::int64_t columns, cudaStream_t stream) {
  typename Op::template evaluator<arithmetic_for<T>> const evaluator(op);
  bool const aligned = kernels::on_boundary(x) && kernels::on_boundary(y);
  return kernels::choose_tier<T>(columns, aligned, [&](auto group, auto width, auto packs) {
    auto const config = kernels::row_config<decltype(group)>(rows, stream);
    return cudaLaunchKernelEx(
        &config, kernels::rowwise_forward_kernel<Op, T, decltype(group), width(), packs()>,
        evaluator, x, y, rows, columns);
  });
}

template <class Op, class T>
cudaError_t launch_rowwise_backward(Op const& op, T const* dy, T const* y, T* dx, std::int64_t rows,
                                    std::int64_t columns, cudaStream_t stream) {
  typename Op::template evaluator<arithmetic_for<T>> const evaluator(op);
  bool const aligned =
      kernels::on_boundary(dy) && kernels::on_boundary(y) && kernels::on_boundary(dx);
  return kernels::choose_tier<T>(columns, aligned, [&](auto group, auto width, auto packs) {
    auto const config = kernels::row_config<decltype(group)>(rows, stream);
    return cudaLaunchKernelEx(
        &config, kernels::rowwise_backward_kernel<Op, T, decltype(group), width(), packs()>,
        evaluator, dy, y, dx, rows, columns);
  });
}

}  // namespace activations_cuda

#define ACTIVATIONS_CUDA_INSTANTIATE_ROWWISE_FOR(op, T)                                            \
  template cudaError_t launch_rowwise_forward(op const&, T const*, T*, std::int64_t, std::int64_t, \
                                              cudaStream_t);                                       \
  template cudaError_t launch_rowwise_backward(op const&, T const*, T const*, T*, std::int64_t,    \
                                               std::int64_t, cudaStream_t);
