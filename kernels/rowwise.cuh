// The row-wise engine: maximum, sums, then the elements, one group of threads a row.
//
// A group holds its row in registers where that fits, so that each element is read once; longer
// rows are read twice, each thread raising its own maximum and sum as it goes. Every element of the
// output is written by the warp that reads it, after its last read: outputs may be inputs. Sums are
// trees of a shape that depends on the row's length only: a thread's own elements in order, then
// the group's threads.
#pragma once

#include "launch.hpp"
#include "row_access.cuh"
#include "row_shape.hpp"

#include <activations_cuda/exponential.cuh>
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

template <class Op, class T, int threads, int packs, bool held, bool aligned>
__global__ void __launch_bounds__(threads* row_group<threads>::per_block, 1)
    rowwise_forward_kernel(typename Op::template evaluator<arithmetic_for<T>> op, T const* x, T* y,
                           std::int64_t rows, std::int64_t columns) {
  using group = row_group<threads>;
  using access = row_access<T, threads, packs, aligned>;
  using pack = typename access::pack;
  using real = typename pack::real;
  constexpr int width = tuning::full_width<T>;
  real const infinity = static_cast<real>(INFINITY);
  exponential_function<arithmetic_for<T>> const exponential;
  std::int64_t const row = group::row();
  if (row >= rows) return;  // all threads of the group
  T const* const from = x + row * columns;
  T* const to = y + row * columns;
  pack raw[packs];
  real values[packs][width];
  auto const each_part = [&](auto const& body) {
    for_each_part<T, threads, packs, held>(columns, body);
  };
  // Beyond the row's end -inf, which is never a maximum and adds 0 to the sums.
  auto const load = [&](auto const& part) {
    access::load(from, part, from_real<T>(-infinity), raw);
    part.for_each_pack([&](int p) { raw[p].unpack(values[p]); });
  };

  // The largest element so far, how many equal it, and the sum of e^(x - maximum) over the others.
  real maximum = -infinity;
  real maxima = 0;
  real others = 0;
  auto const raise_maximum = [&](real higher) {
    if (!(higher > maximum)) return;
    others = math::product(others + maxima, exponential(maximum - higher));
    maxima = 0;
    maximum = higher;
  };
  each_part([&](auto const& part) {
    load(part);
    real highest = maximum;
    part.for_each_pack([&](int p) {
#pragma unroll
      for (int i = 0; i < width; ++i) highest = larger{}(values[p][i], highest);
    });
    if constexpr (held) {
      maximum = group::reduce(highest, larger{});  // the row's, before anything is summed
    } else {
      raise_maximum(highest);  // this thread's: the row is read once less
    }
    // A thread may have met nothing but -inf yet; only for a whole row is that NaN.
    real const origin = !held && maximum == -infinity ? real(0) : maximum;
    part.for_each_pack([&](int p) {
#pragma unroll
      for (int i = 0; i < width; ++i) {
        real const difference = values[p][i] - origin;
        real const e = exponential(difference);
        bool const at_maximum = difference == 0;
        maxima += at_maximum ? real(1) : real(0);
        others += at_maximum ? real(0) : e;
        values[p][i] = op.keep(difference, e);
      }
    });
  });
  if constexpr (!held) {
    raise_maximum(group::reduce(maximum, larger{}));
    others += maximum - maximum;  // NaN if that is infinite
  }
  real const normalizer =
      op.normalizer(group::reduce(maxima, plus{}), group::reduce(others, plus{}));

  each_part([&](auto const& part) {
    if constexpr (!held) load(part);
    access::store(to, part, [&](int p) {
      real results[width];
#pragma unroll
      for (int i = 0; i < width; ++i) {
        real kept = values[p][i];
        if constexpr (!held) kept = op.keep(kept - maximum, exponential(kept - maximum));
        results[i] = op.finish(kept, normalizer);
      }
      return pack::from(results);
    });
  });
}

template <class Op, class T, int threads, int packs, bool held, bool aligned>
__global__ void __launch_bounds__(threads* row_group<threads>::per_block, 1)
    rowwise_backward_kernel(typename Op::template evaluator<arithmetic_for<T>> op, T const* dy,
                            T const* y, T* dx, std::int64_t rows, std::int64_t columns) {
  using group = row_group<threads>;
  using access = row_access<T, threads, packs, aligned>;
  using pack = typename access::pack;
  using real = typename pack::real;
  constexpr int width = tuning::full_width<T>;
  exponential_function<arithmetic_for<T>> const exponential;
  std::int64_t const row = group::row();
  if (row >= rows) return;  // all threads of the group
  T const* const from_dy = dy + row * columns;
  T const* const from_y = y + row * columns;
  T* const to = dx + row * columns;
  pack packs_dy[packs];
  pack packs_y[packs];
  auto const each_part = [&](auto const& body) {
    for_each_part<T, threads, packs, held>(columns, body);
  };
  // Beyond the row's end 0, which adds 0 to the sum.
  auto const load = [&](auto const& part) {
    access::load(from_dy, part, from_real<T>(0), packs_dy);
    access::load(from_y, part, from_real<T>(0), packs_y);
  };
  real values_dy[width];
  real values_y[width];

  real sum = 0;
  each_part([&](auto const& part) {
    load(part);
    part.for_each_pack([&](int p) {
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

  each_part([&](auto const& part) {
    if constexpr (!held) load(part);
    access::store(to, part, [&](int p) {
      packs_dy[p].unpack(values_dy);
      packs_y[p].unpack(values_y);
#pragma unroll
      for (int i = 0; i < width; ++i)
        values_dy[i] = op.backward(values_dy[i], values_y[i], sum, exponential);
      return pack::from(values_dy);
    });
  });
}

inline bool on_boundary(void const* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer) % 16 == 0;
}

/// A shape as a type.
template <int threads_, int packs_, bool held_, bool aligned_>
struct row_kernel_shape {
  static constexpr int threads = threads_, packs = packs_;
  static constexpr bool held = held_, aligned = aligned_;
};

/// Calls launch(config, shape) with the shape for rows of this length.
template <class T, class Launch, int... indices>
cudaError_t launch_rows(std::int64_t rows, std::int64_t columns, bool aligned, cudaStream_t stream,
                        Launch const& launch, std::integer_sequence<int, indices...>) {
  auto const launch_shape = [&](auto shape) {
    constexpr int per_block = row_group<shape.threads>::per_block;
    cudaLaunchConfig_t config{};
    config.gridDim = grid_of((rows - 1) / per_block + 1);
    config.blockDim = dim3(shape.threads * per_block);
    config.stream = stream;
    return launch(config, shape);
  };
  auto const launch_index = [&](auto index) {
    constexpr row_shape s = row_shapes[index()];
    return aligned && columns % tuning::full_width<T> == 0
               ? launch_shape(row_kernel_shape<s.threads, s.packs, s.held, true>{})
               : launch_shape(row_kernel_shape<s.threads, s.packs, s.held, false>{});
  };
  int const chosen = choose_row_shape<T>(columns);
  cudaError_t status = cudaErrorInvalidValue;
  ((chosen == indices ? void(status = launch_index(std::integral_constant<int, indices>{}))
                      : void()),
   ...);
  return status;
}

/// Launches kernel_for(shape) on the tensors, rows and columns.
template <class Op, class T, class KernelFor, class... Pointers>
cudaError_t launch_rowwise(KernelFor const& kernel_for, Op const& op, std::int64_t rows,
                           std::int64_t columns, cudaStream_t stream, Pointers... tensors) {
  typename Op::template evaluator<arithmetic_for<T>> const evaluator(op);
  return launch_rows<T>(
      rows, columns, (on_boundary(tensors) && ...), stream,
      [&](cudaLaunchConfig_t const& config, auto shape) {
        return cudaLaunchKernelEx(&config, kernel_for(shape), evaluator, tensors..., rows, columns);
      },
      std::make_integer_sequence<int, row_shape_count>{});
}

}  // namespace activations_cuda::kernels

namespace activations_cuda {

template <class Op, class T>
cudaError_t launch_rowwise_forward(Op const& op, T const* x, T* y, std::int64_t rows,
                                   std::int64_t columns, cudaStream_t stream) {
  auto const kernel_for = [](auto shape) {
    using s = decltype(shape);
    return kernels::rowwise_forward_kernel<Op, T, s::threads, s::packs, s::held, s::aligned>;
  };
  return kernels::launch_rowwise<Op, T>(kernel_for, op, rows, columns, stream, x, y);
}

template <class Op, class T>
cudaError_t launch_rowwise_backward(Op const& op, T const* dy, T const* y, T* dx, std::int64_t rows,
                                    std::int64_t columns, cudaStream_t stream) {
  auto const kernel_for = [](auto shape) {
    using s = decltype(shape);
    return kernels::rowwise_backward_kernel<Op, T, s::threads, s::packs, s::held, s::aligned>;
  };
  return kernels::launch_rowwise<Op, T>(kernel_for, op, rows, columns, stream, dy, y, dx);
}

}  // namespace activations_cuda

#define ACTIVATIONS_CUDA_INSTANTIATE_ROWWISE_FOR(op, T)                                            \
  template cudaError_t launch_rowwise_forward(op const&, T const*, T*, std::int64_t, std::int64_t, \
                                              cudaStream_t);                                       \
  template cudaError_t launch_rowwise_backward(op const&, T const*, T const*, T*, std::int64_t,    \
                                               std::int64_t, cudaStream_t);
