// The pointwise engine: out = function(in), any number of streams in and out, one pass, nothing
// kept.
//
// A thread issues all its loads, then computes, then stores: the loads are independent, so that
// many are in flight, and in place each element is read by the thread that writes it. The last tile
// predicates whole packs; the elements before the first 16-byte boundary and after the last one are
// done singly by the first block: fewer than two packs, one element a thread.
#pragma once

#include "grid.hpp"
#include "launch.hpp"
#include "tuning.hpp"
#include "vector_access.cuh"

#include <activations_cuda/float_pair.cuh>
#include <activations_cuda/traits.hpp>
#include <cuda_runtime.h>

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace activations_cuda::kernels {

template <class T, int inputs, int outputs>
struct streams {
  using element = T;
  T const* in[inputs];
  T* out[outputs];

  /// The stream of which packs are aligned.
  __host__ __device__ T const* address() const { return out[0]; }
  /// A pack of one stream, from the element at index on, if it is there.
  template <int width>
  __device__ pack<T, width> load_if(int s, bool there, std::int64_t index) const {
    return pack<T, width>::load_if(there, in[s] + index);
  }
  /// Makes the function's inputs of the packs that were loaded.
  template <int width>
  __device__ void arrange(pack<T, width> (&)[inputs]) const {}
  template <int width>
  __device__ void store(pack<T, width> const (&from)[outputs], std::int64_t index) const {
#pragma unroll
    for (int s = 0; s < outputs; ++s) from[s].store(out[s] + index);
  }
};

/// Elements [head, head + packs * width) move in packs; the rest one by one.
struct extent {
  std::int64_t n;
  std::int64_t packs;
  int head;
};

/// Bytes from the pointer to the next 16-byte boundary.
__host__ __device__ inline int misalignment(void const* pointer) {
  return static_cast<int>(-reinterpret_cast<std::uintptr_t>(pointer) & 15U);
}

/// n elements from an address on, of which packs are aligned.
template <int width, class T>
__host__ __device__ extent extent_from(T const* address, std::int64_t n) {
  if constexpr (width == 1) {
    return {n, n, 0};
  } else {
    std::int64_t const to_boundary = misalignment(address) / static_cast<int>(sizeof(T));
    int const head = static_cast<int>(to_boundary < n ? to_boundary : n);
    return {n, (n - head) / width, head};
  }
}

// What an element goes through, by direction. The evaluator holds the parameters, rounded. The
// return type says which values the function takes: those that the evaluator does.

template <class Evaluator>
struct forward_function {
  static constexpr int inputs = 1, outputs = 1;
  Evaluator evaluate;
  template <class Real>
  __device__ auto operator()(Real const (&in)[1], Real (&out)[1]) const
      -> decltype(void(evaluate.forward(in[0]))) {
    out[0] = evaluate.forward(in[0]);
  }
};

template <class Evaluator>
struct backward_function {
  static constexpr int inputs = 2, outputs = 1;
  Evaluator evaluate;
  template <class Real>
  __device__ auto operator()(Real const (&in)[2], Real (&out)[1]) const
      -> decltype(void(evaluate.backward(in[0], in[1]))) {
    out[0] = evaluate.backward(in[0], in[1]);
  }
};

template <class Evaluator>
struct backward_from_output_function {
  static constexpr int inputs = 2, outputs = 1;
  Evaluator evaluate;
  template <class Real>
  __device__ auto operator()(Real const (&in)[2], Real (&out)[1]) const
      -> decltype(void(evaluate.backward_from_output(in[0], in[1]))) {
    out[0] = evaluate.backward_from_output(in[0], in[1]);
  }
};

/// Whether the function's evaluation is written for pairs.
template <class Function>
inline constexpr bool takes_pairs =
    std::is_invocable_v<Function const&, math::float_pair const (&)[Function::inputs],
                        math::float_pair (&)[Function::outputs]>;

/// What is evaluated at a time: two elements of a pack where there are instructions for pairs. They
/// save issue slots, which are short for elements of 16 bits only.
template <class Function, class T, int width>
using value_for = std::conditional_t<math::float_pairs_are_packed && sizeof(T) == 2 &&
                                         width % 2 == 0 && takes_pairs<Function>,
                                     math::float_pair, typename pack<T, width>::real>;

template <class Function, class T, int width>
__device__ void apply(Function const& function, pack<T, width> const (&in)[Function::inputs],
                      pack<T, width> (&out)[Function::outputs]) {
  using real = typename pack<T, width>::real;
  using value = value_for<Function, T, width>;
  constexpr int together = sizeof(value) / sizeof(real);
  real inputs[Function::inputs][width];
  real outputs[Function::outputs][width];
#pragma unroll
  for (int s = 0; s < Function::inputs; ++s) in[s].unpack(inputs[s]);
#pragma unroll
  for (int i = 0; i < width; i += together) {
    value from[Function::inputs];
    value to[Function::outputs];
#pragma unroll
    for (int s = 0; s < Function::inputs; ++s) memcpy(&from[s], &inputs[s][i], sizeof(value));
    function(from, to);
#pragma unroll
    for (int s = 0; s < Function::outputs; ++s) memcpy(&outputs[s][i], &to[s], sizeof(value));
  }
#pragma unroll
  for (int s = 0; s < Function::outputs; ++s) out[s] = pack<T, width>::from(outputs[s]);
}

/// What a kernel does with its function before anything else, and with each pack, whose first element
/// is number index. For functions that depend on an element's place both are overloaded (random.cuh).
template <class Function>
__device__ Function const& prepared(Function const& function) {
  return function;
}
template <class T, int width, class Function>
__device__ void apply_at(std::int64_t /*index*/, Function const& function,
                         pack<T, width> const (&in)[Function::inputs],
                         pack<T, width> (&out)[Function::outputs]) {
  apply<Function, T, width>(function, in, out);
}

/// Packs per thread: as many as keep at least the loads in flight that tuning.hpp asks for.
template <class Function, int width>
inline constexpr int packs_per_thread = ((width == 1 ? tuning::pointwise_scalar_loads_in_flight
                                                     : tuning::pointwise_loads_in_flight) +
                                         Function::inputs - 1) /
                                        Function::inputs;

/// This thread's packs of a tile, which the threads share: all loads, then the rest.
template <int width, class Function, class Streams>
__device__ void transform_tile(Function const& function, Streams const& data, extent const& span,
                               std::int64_t tile_number, int thread, int threads) {
  using T = typename Streams::element;
  constexpr int packs = packs_per_thread<Function, width>;
  int const tile = threads * packs;

  // 64 bits place the tile and the thread in it; from there on offsets are constants.
  std::int64_t const before = tile_number * tile;
  std::int64_t const rest = span.packs - before;
  int const left = (rest >= tile ? tile : static_cast<int>(rest > 0 ? rest : 0)) - thread;
  std::int64_t const first = span.head + (before + thread) * width;
  pack<T, width> in[packs][Function::inputs];
  // Stream by stream: loads under one predicate in a row would become a branch around them.
#pragma unroll
  for (int s = 0; s < Function::inputs; ++s) {
#pragma unroll
    for (int p = 0; p < packs; ++p) {
      in[p][s] = data.template load_if<width>(s, p * threads < left, first + p * threads * width);
    }
  }
#pragma unroll
  for (int p = 0; p < packs; ++p) {
    pack<T, width> out[Function::outputs];
    data.arrange(in[p]);
    apply_at<T, width>(first + p * threads * width, function, in[p], out);
    if (p * threads < left) data.store(out, first + p * threads * width);
  }
}

/// The element that is number i of those outside the packs.
template <int width, class Function, class Streams>
__device__ void transform_single(Function const& function, Streams const& data, extent const& span,
                                 int i) {
  std::int64_t const index = i < span.head ? i : i + span.packs * width;
  using T = typename Streams::element;
  pack<T, 1> in[Function::inputs];
  pack<T, 1> out[Function::outputs];
#pragma unroll
  for (int s = 0; s < Function::inputs; ++s) in[s] = data.template load_if<1>(s, true, index);
  data.arrange(in);
  apply_at<T, 1>(index, function, in, out);
  data.store(out, index);
}

template <class Function, class T, int width>
__global__ void __launch_bounds__(tuning::pointwise_threads)
    pointwise_kernel(Function function, streams<T, Function::inputs, Function::outputs> data,
                     extent span) {
  int const thread = static_cast<int>(threadIdx.x);
  auto const& ready = prepared(function);
  transform_tile<width>(ready, data, span, block_number(), thread, tuning::pointwise_threads);
  if (width > 1 && block_number() == 0 && thread < span.n - span.packs * width)
    transform_single<width>(ready, data, span, thread);
}

template <class Function, class T, int width>
cudaError_t launch_width(Function const& function,
                         streams<T, Function::inputs, Function::outputs> const& data,
                         extent const& span, cudaStream_t stream) {
  constexpr std::int64_t tile = tuning::pointwise_threads * packs_per_thread<Function, width>;
  std::int64_t const tiles = span.packs > 0 ? (span.packs - 1) / tile + 1 : 1;
  cudaLaunchConfig_t config{};
  config.gridDim = grid_of(tiles);
  config.blockDim = dim3(tuning::pointwise_threads);
  config.stream = stream;
  return cudaLaunchKernelEx(&config, pointwise_kernel<Function, T, width>, function, data, span);
}

/// True if all pointers are equally far from a 16-byte boundary.
template <class T, int inputs, int outputs>
bool are_together(streams<T, inputs, outputs> const& data) {
  int const distance = misalignment(data.address());
  bool together = true;
  for (T const* pointer : data.in) together = together && misalignment(pointer) == distance;
  for (T const* pointer : data.out) together = together && misalignment(pointer) == distance;
  return together;
}

/// One launch for n > 0 elements. Packs where the pointers are together, else singly.
template <class Function, class T>
cudaError_t launch_pointwise(Function const& function,
                             streams<T, Function::inputs, Function::outputs> const& data,
                             std::int64_t n, cudaStream_t stream) {
  constexpr int width = tuning::full_width<T>;
  return are_together(data) ? launch_width<Function, T, width>(
                                  function, data, extent_from<width>(data.address(), n), stream)
                            : launch_width<Function, T, 1>(
                                  function, data, extent_from<1>(data.address(), n), stream);
}

template <template <class> class Direction, class Op, class T>
using function_for = Direction<typename Op::template evaluator<arithmetic_for<T>>>;

}  // namespace activations_cuda::kernels

namespace activations_cuda {

template <class Op, class T>
cudaError_t launch_forward(Op const& op, T const* x, T* y, std::int64_t n, cudaStream_t stream) {
  using function = kernels::function_for<kernels::forward_function, Op, T>;
  return kernels::launch_pointwise<function, T>(
      function{typename Op::template evaluator<arithmetic_for<T>>(op)}, {{x}, {y}}, n, stream);
}

template <class Op, class T>
cudaError_t launch_backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n,
                            cudaStream_t stream) {
  using function = kernels::function_for<kernels::backward_function, Op, T>;
  return kernels::launch_pointwise<function, T>(
      function{typename Op::template evaluator<arithmetic_for<T>>(op)}, {{dy, x}, {dx}}, n, stream);
}

template <class Op, class T>
cudaError_t output_gradient_launcher<Op, T, true>::launch(Op const& op, T const* dy, T const* y,
                                                          T* dx, std::int64_t n,
                                                          cudaStream_t stream) {
  using function = kernels::function_for<kernels::backward_from_output_function, Op, T>;
  return kernels::launch_pointwise<function, T>(
      function{typename Op::template evaluator<arithmetic_for<T>>(op)}, {{dy, y}, {dx}}, n, stream);
}

}  // namespace activations_cuda

#define ACTIVATIONS_CUDA_INSTANTIATE_POINTWISE_FOR(op, T)                                   \
  template cudaError_t launch_forward(op const&, T const*, T*, std::int64_t, cudaStream_t); \
  template cudaError_t launch_backward(op const&, T const*, T const*, T*, std::int64_t,     \
                                       cudaStream_t);                                       \
  template struct output_gradient_launcher<op, T>;
