// The strided engine: out = function(in) over rows of elements, each stream with its own stride from
// one row to the next.
//
// A block takes a tile of columns of as many rows as leave few of its threads without packs; the grid
// counts rows and columns apart, so that no index is divided. Within a row it is the pointwise
// engine.
#pragma once

#include "pointwise.cuh"

#include <cuda_runtime.h>

#include <cstdint>

namespace activations_cuda::kernels {

/// True if in every row element count * i of the stream is on a 16-byte boundary wherever element i
/// of the other one is.
template <class A, class B>
bool moves_with(strided<A> const& stream, unsigned count, strided<B> const& other) {
  auto const apart = [&](auto a, auto b) {
    return static_cast<std::uintptr_t>(a) - count * static_cast<std::uintptr_t>(b);
  };
  std::uintptr_t const bases = apart(reinterpret_cast<std::uintptr_t>(stream.first),
                                     reinterpret_cast<std::uintptr_t>(other.first));
  return (bases | apart(stream.stride, other.stride) * sizeof(A)) % 16 == 0;
}

/// What the engine asks of its operands: row(r), the streams of a row, whose address() is the one
/// of which packs are aligned; together(), whether the packs of all streams are aligned then, in
/// every row; and dense(), whether the rows follow one another without a gap.
template <class T, int inputs, int outputs>
struct strided_streams {
  using element = T;
  strided<T const> in[inputs];
  strided<T> out[outputs];

  __host__ __device__ streams<T, inputs, outputs> row(std::int64_t r) const {
    streams<T, inputs, outputs> result;
    for (int s = 0; s < inputs; ++s) result.in[s] = in[s].row(r);
    for (int s = 0; s < outputs; ++s) result.out[s] = out[s].row(r);
    return result;
  }
  bool together() const {
    return all_of([&](auto const& stream) { return moves_with(stream, 1, out[0]); });
  }
  bool dense(std::int64_t columns) const {
    return all_of([&](auto const& stream) { return stream.stride == columns; });
  }

 private:
  template <class Predicate>
  bool all_of(Predicate const& holds) const {
    for (auto const& stream : in) {
      if (!holds(stream)) return false;
    }
    for (auto const& stream : out) {
      if (!holds(stream)) return false;
    }
    return true;
  }
};

template <int width, class Function, class Operands>
__global__ void __launch_bounds__(tuning::pointwise_threads)
    strided_kernel(Function function, Operands data, std::int64_t rows, std::int64_t columns) {
  std::int64_t const row = static_cast<std::int64_t>(blockIdx.x) * blockDim.y + threadIdx.y;
  if (row >= rows) return;
  int const thread = static_cast<int>(threadIdx.x);
  int const threads = static_cast<int>(blockDim.x);
  auto const here = data.row(row);
  extent const span = extent_from<width>(here.address(), columns);
  transform_tile<width>(function, here, span, column_block_number(), thread, threads);
  if (width > 1 && column_block_number() == 0) {
#pragma unroll 1
    for (int i = thread; i < span.n - span.packs * width; i += threads)
      transform_single<width>(function, here, span, i);
  }
}

template <int width, class Function, class Operands>
cudaError_t launch_strided_width(Function const& function, Operands const& data, std::int64_t rows,
                                 std::int64_t columns, cudaStream_t stream) {
  constexpr int packs = packs_per_thread<Function, width>;
  std::int64_t const packs_of_row = (columns - 1) / width + 1;
  int threads = 1;
  while (threads < tuning::pointwise_threads && threads * packs < packs_of_row) threads *= 2;
  int const rows_of_block = tuning::pointwise_threads / threads;
  cudaLaunchConfig_t config{};
  config.gridDim =
      grid_of((rows - 1) / rows_of_block + 1, (packs_of_row - 1) / (threads * packs) + 1);
  config.blockDim = dim3(static_cast<unsigned>(threads), static_cast<unsigned>(rows_of_block));
  config.stream = stream;
  return cudaLaunchKernelEx(&config, strided_kernel<width, Function, Operands>, function, data,
                            rows, columns);
}

/// One launch for rows and columns above 0. Packs where all streams reach their 16-byte boundaries
/// together, else singly.
template <class Function, class Operands>
cudaError_t launch_strided(Function const& function, Operands const& data, std::int64_t rows,
                           std::int64_t columns, cudaStream_t stream) {
  constexpr int width = tuning::full_width<typename Operands::element>;
  if (data.dense(columns)) {
    columns *= rows;
    rows = 1;
  }
  return data.together() ? launch_strided_width<width>(function, data, rows, columns, stream)
                         : launch_strided_width<1>(function, data, rows, columns, stream);
}

}  // namespace activations_cuda::kernels
