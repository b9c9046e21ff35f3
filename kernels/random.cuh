// The random activations: the pointwise engine with a random number for each element.
//
// A pack's elements share Philox's blocks, a block for four elements (float64: two), if the first
// of them begins a block. Whether it does is the same for all packs of a launch, so that the host
// chooses: packs that straddle blocks compute one more, from which the others are shifted.
#pragma once

#include "launch.hpp"
#include "pointwise.cuh"

#include <activations_cuda/philox.cuh>
#include <cuda_runtime.h>

#include <cstdint>

namespace activations_cuda::kernels {

template <class Evaluator>
struct random_forward_function {
  static constexpr int inputs = 1, outputs = 1;
  Evaluator evaluate;
  template <class Real>
  __device__ void operator()(Real slope, Real const (&in)[1], Real (&out)[1]) const {
    out[0] = evaluate.forward(slope, in[0]);
  }
};

template <class Evaluator>
struct random_backward_function {
  static constexpr int inputs = 2, outputs = 1;
  Evaluator evaluate;
  template <class Real>
  __device__ void operator()(Real slope, Real const (&in)[2], Real (&out)[1]) const {
    out[0] = evaluate.backward(slope, in[0], in[1]);
  }
};

/// A position as a thread uses it: with what it points to, and the keys of all rounds.
struct random_source {
  philox_keys keys;
  std::uint64_t offset;
  std::int64_t first_element;
  __device__ explicit random_source(random_position const& position)
      : keys(position.device_seed != nullptr ? *position.device_seed : position.seed),
        offset(position.offset),
        first_element(position.first_element) {
    if (position.device_offset != nullptr) offset += *position.device_offset;
  }
};

/// A function whose elements have random numbers.
template <class Function, bool straddling, class Source = random_position>
struct drawn {
  static constexpr int inputs = Function::inputs, outputs = Function::outputs;
  Function function;
  Source source;
};

template <class Function, bool straddling>
__device__ drawn<Function, straddling, random_source> prepared(
    drawn<Function, straddling> const& function) {
  return {function.function, random_source(function.source)};
}

/// The values of width neighbouring elements from element i on.
template <int width, bool straddling, class Real>
__device__ void draw(random_source const& source, std::int64_t i, Real (&values)[width]) {
  using draw = philox_draw<Real>;
  if constexpr (width == 1) {
    values[0] = philox_value<Real>(source.keys, source.offset, i);
  } else {
    constexpr int blocks = width / draw::elements + (straddling ? 1 : 0);
    std::uint64_t const first = source.offset + static_cast<std::uint64_t>(i) / draw::elements;
    std::uint32_t words[4 * blocks];
#pragma unroll
    for (int b = 0; b < blocks; ++b) {
      auto const block = philox4x32_10(source.keys, first + b);
#pragma unroll
      for (int w = 0; w < 4; ++w) words[4 * b + w] = block.words[w];
    }
    if constexpr (straddling) {
      // By 1 and 2 words: selections, where an index would put them into memory.
      int const shift = static_cast<int>(i & (draw::elements - 1)) * draw::words;
#pragma unroll
      for (int by = 1; by < 4; by *= 2) {
#pragma unroll
        for (int w = 0; w + by < 4 * blocks; ++w)
          words[w] = (shift & by) != 0 ? words[w + by] : words[w];
      }
    }
#pragma unroll
    for (int e = 0; e < width; ++e) values[e] = draw::value(words + e * draw::words);
  }
}

template <class T, int width, class Function, bool straddling>
__device__ void apply_at(std::int64_t index,
                         drawn<Function, straddling, random_source> const& function,
                         pack<T, width> const (&in)[Function::inputs],
                         pack<T, width> (&out)[Function::outputs]) {
  using real = typename pack<T, width>::real;
  real values[width];
  draw<width, straddling>(function.source, function.source.first_element + index, values);
  real inputs[Function::inputs][width];
  real outputs[Function::outputs][width];
#pragma unroll
  for (int s = 0; s < Function::inputs; ++s) in[s].unpack(inputs[s]);
#pragma unroll
  for (int e = 0; e < width; ++e) {
    real element_in[Function::inputs];
    real element_out[Function::outputs];
#pragma unroll
    for (int s = 0; s < Function::inputs; ++s) element_in[s] = inputs[s][e];
    function.function(function.function.evaluate.slope(values[e]), element_in, element_out);
#pragma unroll
    for (int s = 0; s < Function::outputs; ++s) outputs[s][e] = element_out[s];
  }
#pragma unroll
  for (int s = 0; s < Function::outputs; ++s) out[s] = pack<T, width>::from(outputs[s]);
}

template <class Function, class T>
cudaError_t launch_random(Function const& function,
                          streams<T, Function::inputs, Function::outputs> const& data,
                          std::int64_t n, random_position const& position, cudaStream_t stream) {
  using real = typename arithmetic_for<T>::real;
  constexpr int width = tuning::full_width<T>;
  extent const span = extent_from<width>(data.address(), n);
  bool const straddling = (position.first_element + span.head) % philox_draw<real>::elements != 0;
  if (straddling && are_together(data)) {
    using function_of_pack = drawn<Function, true>;
    return launch_width<function_of_pack, T, width>({function, position}, data, span, stream);
  }
  return launch_pointwise<drawn<Function, false>, T>({function, position}, data, n, stream);
}

/// A thread has a block of the sequence.
template <class Evaluator, class Real>
__global__ void __launch_bounds__(tuning::pointwise_threads)
    slopes_kernel(Evaluator evaluate, Real* slope, std::int64_t n, random_position position) {
  using draw = philox_draw<Real>;
  random_source const source(position);
  std::int64_t const first_block = source.first_element / draw::elements;
  std::int64_t const block = block_number() * tuning::pointwise_threads + threadIdx.x;
  auto const random =
      philox4x32_10(source.keys, source.offset + static_cast<std::uint64_t>(first_block + block));
#pragma unroll
  for (int e = 0; e < draw::elements; ++e) {
    std::int64_t const index =
        block * draw::elements + e - (source.first_element & (draw::elements - 1));
    if (index >= 0 && index < n)
      slope[index] = evaluate.slope(draw::value(random.words + e * draw::words));
  }
}

}  // namespace activations_cuda::kernels

namespace activations_cuda {

template <class Op, class T>
cudaError_t launch_random_forward(Op const& op, T const* x, T* y, std::int64_t n,
                                  random_position const& position, cudaStream_t stream) {
  using function = kernels::function_for<kernels::random_forward_function, Op, T>;
  return kernels::launch_random<function, T>(
      function{typename Op::template evaluator<arithmetic_for<T>>(op)}, {{x}, {y}}, n, position,
      stream);
}

template <class Op, class T>
cudaError_t launch_random_backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n,
                                   random_position const& position, cudaStream_t stream) {
  using function = kernels::function_for<kernels::random_backward_function, Op, T>;
  return kernels::launch_random<function, T>(
      function{typename Op::template evaluator<arithmetic_for<T>>(op)}, {{dy, x}, {dx}}, n,
      position, stream);
}

template <class Op, class Real>
cudaError_t launch_slopes(Op const& op, Real* slope, std::int64_t n,
                          random_position const& position, cudaStream_t stream) {
  using evaluator = typename Op::template evaluator<arithmetic_for<Real>>;
  // Its first block and its last one may be cut.
  std::int64_t const blocks = n / philox_draw<Real>::elements + 2;
  cudaLaunchConfig_t config{};
  config.gridDim = kernels::grid_of((blocks - 1) / tuning::pointwise_threads + 1);
  config.blockDim = dim3(tuning::pointwise_threads);
  config.stream = stream;
  return cudaLaunchKernelEx(&config, kernels::slopes_kernel<evaluator, Real>, evaluator(op), slope,
                            n, position);
}

}  // namespace activations_cuda

#define ACTIVATIONS_CUDA_INSTANTIATE_RANDOM_FOR(op, T)                                         \
  template cudaError_t launch_random_forward(op const&, T const*, T*, std::int64_t,            \
                                             random_position const&, cudaStream_t);            \
  template cudaError_t launch_random_backward(op const&, T const*, T const*, T*, std::int64_t, \
                                              random_position const&, cudaStream_t);
#define ACTIVATIONS_CUDA_INSTANTIATE_SLOPES_FOR(op, Real)                                    \
  template cudaError_t launch_slopes(op const&, Real*, std::int64_t, random_position const&, \
                                     cudaStream_t);
