// The row-wise engine: maximum, sums, then the elements, one group of threads a row.
//
// A group holds its row in registers where that fits, so that each element is read once; longer
// rows are read again for each pass. Every element of the output is written by the thread that
// reads it, after its last read: outputs may be inputs. Sums are trees of fixed shape: a thread's
// own elements in order, then the group's threads.
#pragma once

#include "launch.hpp"
#include "row_group.cuh"
#include "row_shape.hpp"
#include "vector_access.cuh"

#include <activations_cuda/traits.hpp>
#include <cuda_runtime.h>

#include <cmath>
#include <cstdint>
#include <utility>

namespace activations_cuda::kernels {

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

/// The packs of a row that a thread has at a time: every threads-th one, from its first on.
template <int threads, int width, int packs>
struct chunk {
  std::int64_t offset;  // elements of the row before the first pack
  int left;             // packs of the row from there on, as far as the chunk goes

  /// Calls body(elements before the pack, index among this thread's packs).
  template <class Body>
  __device__ void for_each_pack(Body const& body) const {
#pragma unroll
    for (int p = 0; p < packs; ++p) {
      if (p * threads < left) body(offset + p * threads * width, p);
    }
  }
};

/// Calls body(chunk) until the row is through: once where a chunk holds the whole row.
template <int threads, int width, int packs, bool held, class Body>
__device__ void for_each_chunk(std::int64_t columns, Body const& body) {
  using part = chunk<threads, width, packs>;
  int const thread = row_group<threads>::thread();
  if constexpr (held) {
    body(part{static_cast<std::int64_t>(thread) * width,
              static_cast<int>(columns) / width - thread});
  } else {
    constexpr int step = threads * packs;
    std::int64_t const all = columns / width;
#pragma unroll 1
    for (std::int64_t first = thread; first < all; first += step) {
      std::int64_t const left = all - first;
      body(part{first * width, left < step ? static_cast<int>(left) : step});
    }
  }
}

template <class Op, class T, int threads, int width, int packs, bool held>
__global__ void __launch_bounds__(threads* row_group<threads>::per_block)
    rowwise_forward_kernel(typename Op::template evaluator<arithmetic_for<T>> op, T const* x, T* y,
                           std::int64_t rows, std::int64_t columns) {
  using group = row_group<threads>;
  using pack = pack<T, width>;
  using real = typename pack::real;
  exponential_function<arithmetic_for<T>> const exponential;
  std::int64_t const row = group::row();
  if (row >= rows) return;  // all threads of the group
  T const* const from = x + row * columns;
  T* const to = y + row * columns;
  real values[packs][width];
  auto const each_chunk = [&](auto const& body) {
    for_each_chunk<threads, width, packs, held>(columns, body);
  };
  auto const load = [&](std::int64_t at, int p) { pack::load(from + at).unpack(values[p]); };

  real maximum = -static_cast<real>(INFINITY);
  each_chunk([&](auto const& part) {
    part.for_each_pack(load);
    part.for_each_pack([&](std::int64_t, int p) {
#pragma unroll
      for (int i = 0; i < width; ++i) maximum = larger{}(values[p][i], maximum);
    });
  });
  maximum = group::reduce(maximum, larger{});

  real maxima = 0;
  real others = 0;
  each_chunk([&](auto const& part) {
    if constexpr (!held) part.for_each_pack(load);
    part.for_each_pack([&](std::int64_t, int p) {
#pragma unroll
      for (int i = 0; i < width; ++i) {
        real const difference = values[p][i] - maximum;
        real const e = exponential(difference);
        bool const at_maximum = difference == 0;
        maxima += at_maximum ? real(1) : real(0);
        others += at_maximum ? real(0) : e;
        values[p][i] = op.keep(difference, e);
      }
    });
  });
  real const normalizer =
      op.normalizer(group::reduce(maxima, plus{}), group::reduce(others, plus{}));

  each_chunk([&](auto const& part) {
    if constexpr (!held) part.for_each_pack(load);
    part.for_each_pack([&](std::int64_t at, int p) {
#pragma unroll
      for (int i = 0; i < width; ++i) {
        if constexpr (!held) {
          real const difference = values[p][i] - maximum;
          values[p][i] = op.keep(difference, exponential(difference));
        }
        values[p][i] = op.finish(values[p][i], normalizer);
      }
      pack::from(values[p]).store(to + at);
    });
  });
}

template <class Op, class T, int threads, int width, int packs, bool held>
__global__ void __launch_bounds__(threads* row_group<threads>::per_block)
    rowwise_backward_kernel(typename Op::template evaluator<arithmetic_for<T>> op, T const* dy,
                            T const* y, T* dx, std::int64_t rows, std::int64_t columns) {
  using group = row_group<threads>;
  using pack = pack<T, width>;
  using real = typename pack::real;
  exponential_function<arithmetic_for<T>> const exponential;
  std::int64_t const row = group::row();
  if (row >= rows) return;  // all threads of the group
  T const* const from_dy = dy + row * columns;
  T const* const from_y = y + row * columns;
  T* const to = dx + row * columns;
  pack packs_dy[packs];
  pack packs_y[packs];
  auto const each_chunk = [&](auto const& body) {
    for_each_chunk<threads, width, packs, held>(columns, body);
  };
  auto const load = [&](std::int64_t at, int p) {
    packs_dy[p] = pack::load(from_dy + at);
    packs_y[p] = pack::load(from_y + at);
  };
  real values_dy[width];
  real values_y[width];

  real sum = 0;
  each_chunk([&](auto const& part) {
    part.for_each_pack(load);
    part.for_each_pack([&](std::int64_t, int p) {
      packs_dy[p].unpack(values_dy);
      packs_y[p].unpack(values_y);
#pragma unroll
      for (int i = 0; i < width; ++i) sum += op.term(values_dy[i], values_y[i]);
    });
  });
  sum = group::reduce(sum, plus{});
  if constexpr (held) {
#pragma unroll
    for (int p = 0; p < packs; ++p) {
      packs_dy[p].forget_unpacked();
      packs_y[p].forget_unpacked();
    }
  }

  each_chunk([&](auto const& part) {
    if constexpr (!held) part.for_each_pack(load);
    part.for_each_pack([&](std::int64_t at, int p) {
      packs_dy[p].unpack(values_dy);
      packs_y[p].unpack(values_y);
#pragma unroll
      for (int i = 0; i < width; ++i)
        values_dy[i] = op.backward(values_dy[i], values_y[i], sum, exponential);
      pack::from(values_dy).store(to + at);
    });
  });
}

inline bool on_boundary(void const* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer) % 16 == 0;
}

template <class T, int index>
struct shape_constant {
  static constexpr row_shape shape = row_shapes<T>[index];
  static constexpr int threads = shape.threads, width = shape.width, packs = shape.packs;
  static constexpr bool held = shape.held;
  static constexpr int per_block = row_group<shape.threads>::per_block;
};

template <class T, class Launch, int... indices>
cudaError_t launch_shape(int chosen, Launch const& launch, std::integer_sequence<int, indices...>) {
  cudaError_t status = cudaErrorInvalidValue;
  (void)((chosen == indices && (status = launch(shape_constant<T, indices>{}), true)) || ...);
  return status;
}

/// Calls launch(config, shape) with the shape for rows of this length as a type.
template <class T, class Launch>
cudaError_t launch_rows(std::int64_t rows, std::int64_t columns, bool aligned, cudaStream_t stream,
                        Launch const& launch) {
  auto const configured = [&](auto shape) {
    cudaLaunchConfig_t config{};
    config.gridDim = grid_of((rows - 1) / shape.per_block + 1);
    config.blockDim = dim3(shape.threads * shape.per_block);
    config.stream = stream;
    return launch(config, shape);
  };
  return launch_shape<T>(choose_row_shape<T>(columns, aligned), configured,
                         std::make_integer_sequence<int, row_shape_count<T>>{});
}

}  // namespace activations_cuda::kernels

namespace activations_cuda {

template <class Op, class T>
cudaError_t launch_rowwise_forward(Op const& op, T const* x, T* y, std::int64_t rows,
                                   std::int64_t columns, cudaStream_t stream) {
  typename Op::template evaluator<arithmetic_for<T>> const evaluator(op);
  bool const aligned = kernels::on_boundary(x) && kernels::on_boundary(y);
  return kernels::launch_rows<T>(
      rows, columns, aligned, stream, [&](cudaLaunchConfig_t const& config, auto shape) {
        using s = decltype(shape);
        return cudaLaunchKernelEx(
            &config,
            kernels::rowwise_forward_kernel<Op, T, s::threads, s::width, s::packs, s::held>,
            evaluator, x, y, rows, columns);
      });
}

template <class Op, class T>
cudaError_t launch_rowwise_backward(Op const& op, T const* dy, T const* y, T* dx, std::int64_t rows,
                                    std::int64_t columns, cudaStream_t stream) {
  typename Op::template evaluator<arithmetic_for<T>> const evaluator(op);
  bool const aligned =
      kernels::on_boundary(dy) && kernels::on_boundary(y) && kernels::on_boundary(dx);
  return kernels::launch_rows<T>(
      rows, columns, aligned, stream, [&](cudaLaunchConfig_t const& config, auto shape) {
        using s = decltype(shape);
        return cudaLaunchKernelEx(
            &config,
            kernels::rowwise_backward_kernel<Op, T, s::threads, s::width, s::packs, s::held>,
            evaluator, dy, y, dx, rows, columns);
      });
}

}  // namespace activations_cuda

#define ACTIVATIONS_CUDA_INSTANTIATE_ROWWISE_FOR(op, T)                                            \
  template cudaError_t launch_rowwise_forward(op const&, T const*, T*, std::int64_t, std::int64_t, \
                                              cudaStream_t);                                       \
  template cudaError_t launch_rowwise_backward(op const&, T const*, T const*, T*, std::int64_t,    \
                                               std::int64_t, cudaStream_t);
