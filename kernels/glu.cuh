// The gated linear units: what an element goes through, and pairs of gate and up in one tensor.
#pragma once

#include "launch.hpp"
#include "strided.cuh"

#include <cuda_runtime.h>

#include <cstdint>
#include <cstring>

namespace activations_cuda::kernels {

template <class Evaluator>
struct glu_forward_function {
  static constexpr int inputs = 2, outputs = 1;  // gate, up; y
  Evaluator evaluate;
  template <class Real>
  __device__ auto operator()(Real const (&in)[2], Real (&out)[1]) const
      -> decltype(void(evaluate.forward(in[0], in[1]))) {
    out[0] = evaluate.forward(in[0], in[1]);
  }
};

template <class Evaluator>
struct glu_backward_function {
  static constexpr int inputs = 3, outputs = 2;  // dy, gate, up; dgate, dup
  Evaluator evaluate;
  template <class Real>
  __device__ auto operator()(Real const (&in)[3], Real (&out)[2]) const
      -> decltype(void(evaluate.backward(in[0], in[1], in[2]))) {
    auto const gradients = evaluate.backward(in[0], in[1], in[2]);
    out[0] = gradients.gate;
    out[1] = gradients.up;
  }
};

/// Two packs of pairs (a0, b0, a1, b1, ...) become one of all a and one of all b.
template <class T, int width>
__device__ void separate(pack<T, width>& low, pack<T, width>& high) {
  pack<T, width> const pairs[2] = {low, high};
  T elements[2 * width];
  T halves[2][width];
  memcpy(elements, pairs, sizeof(pairs));
#pragma unroll
  for (int i = 0; i < 2 * width; ++i) halves[i % 2][i / 2] = elements[i];
  memcpy(&low, halves[0], sizeof(low));
  memcpy(&high, halves[1], sizeof(high));
}

/// The pairs of a and b, from the pair at index on.
template <class T, int width>
__device__ void store_pairs(T* to, std::int64_t index, pack<T, width> const& a,
                            pack<T, width> const& b) {
  pack<T, width> pairs[2];
  T elements[2 * width];
  T halves[2][width];
  memcpy(halves[0], &a, sizeof(a));
  memcpy(halves[1], &b, sizeof(b));
#pragma unroll
  for (int i = 0; i < 2 * width; ++i) elements[i] = halves[i % 2][i / 2];
  memcpy(pairs, elements, sizeof(pairs));
  pairs[0].store(to + 2 * index);
  pairs[1].store(to + 2 * index + width);
}

template <class T>
struct interleaved_forward {
  using element = T;
  strided<T const> x;
  strided<T> y;

  struct streams {
    using element = T;
    T const* x;
    T* y;
    __device__ T const* address() const { return y; }
    template <int width>
    __device__ pack<T, width> load_if(int s, bool there, std::int64_t index) const {
      return pack<T, width>::load_if(there, x + 2 * index + s * width);
    }
    template <int width>
    __device__ void arrange(pack<T, width> (&in)[2]) const {
      separate(in[0], in[1]);
    }
    template <int width>
    __device__ void store(pack<T, width> const (&from)[1], std::int64_t index) const {
      from[0].store(y + index);
    }
  };
  __device__ streams row(std::int64_t r) const { return {x.row(r), y.row(r)}; }
  bool together() const { return moves_with(x, 2, y); }
  bool dense(std::int64_t columns) const { return x.stride == 2 * columns && y.stride == columns; }
};

template <class T>
struct interleaved_backward {
  using element = T;
  strided<T const> dy;
  strided<T const> x;
  strided<T> dx;

  struct streams {
    using element = T;
    T const* dy;
    T const* x;
    T* dx;
    __device__ T const* address() const { return dy; }
    template <int width>
    __device__ pack<T, width> load_if(int s, bool there, std::int64_t index) const {
      T const* const from = s == 0 ? dy + index : x + 2 * index + (s - 1) * width;
      return pack<T, width>::load_if(there, from);
    }
    template <int width>
    __device__ void arrange(pack<T, width> (&in)[3]) const {
      separate(in[1], in[2]);
    }
    template <int width>
    __device__ void store(pack<T, width> const (&from)[2], std::int64_t index) const {
      store_pairs(dx, index, from[0], from[1]);
    }
  };
  __device__ streams row(std::int64_t r) const { return {dy.row(r), x.row(r), dx.row(r)}; }
  bool together() const { return moves_with(x, 2, dy) && moves_with(dx, 2, dy); }
  bool dense(std::int64_t columns) const {
    return x.stride == 2 * columns && dx.stride == 2 * columns && dy.stride == columns;
  }
};

/// Rows without gaps are one long row, for the pointwise engine.
template <class Function, class T>
cudaError_t launch_separate(Function const& function,
                            strided_streams<T, Function::inputs, Function::outputs> const& data,
                            std::int64_t rows, std::int64_t columns, cudaStream_t stream) {
  return data.dense(columns)
             ? launch_pointwise<Function, T>(function, data.row(0), rows * columns, stream)
             : launch_strided(function, data, rows, columns, stream);
}

template <template <class> class Direction, class T, class Op>
auto glu_function(Op const& op) {
  return function_for<Direction, Op, T>{typename Op::template evaluator<arithmetic_for<T>>(op)};
}

}  // namespace activations_cuda::kernels

namespace activations_cuda {

template <class Op, class T>
cudaError_t launch_glu_forward(Op const& op, strided<T const> gate, strided<T const> up,
                               strided<T> y, std::int64_t rows, std::int64_t columns,
                               cudaStream_t stream) {
  auto const function = kernels::glu_function<kernels::glu_forward_function, T>(op);
  return kernels::launch_separate(function, kernels::strided_streams<T, 2, 1>{{gate, up}, {y}},
                                  rows, columns, stream);
}

template <class Op, class T>
cudaError_t launch_glu_backward(Op const& op, strided<T const> dy, strided<T const> gate,
                                strided<T const> up, strided<T> dgate, strided<T> dup,
                                std::int64_t rows, std::int64_t columns, cudaStream_t stream) {
  auto const function = kernels::glu_function<kernels::glu_backward_function, T>(op);
  return kernels::launch_separate(function,
                                  kernels::strided_streams<T, 3, 2>{{dy, gate, up}, {dgate, dup}},
                                  rows, columns, stream);
}

template <class Op, class T>
cudaError_t launch_glu_interleaved_forward(Op const& op, strided<T const> x, strided<T> y,
                                           std::int64_t rows, std::int64_t columns,
                                           cudaStream_t stream) {
  auto const function = kernels::glu_function<kernels::glu_forward_function, T>(op);
  return kernels::launch_strided(function, kernels::interleaved_forward<T>{x, y}, rows, columns,
                                 stream);
}

template <class Op, class T>
cudaError_t launch_glu_interleaved_backward(Op const& op, strided<T const> dy, strided<T const> x,
                                            strided<T> dx, std::int64_t rows, std::int64_t columns,
                                            cudaStream_t stream) {
  auto const function = kernels::glu_function<kernels::glu_backward_function, T>(op);
  return kernels::launch_strided(function, kernels::interleaved_backward<T>{dy, x, dx}, rows,
                                 columns, stream);
}

}  // namespace activations_cuda

#define ACTIVATIONS_CUDA_INSTANTIATE_GLU_FOR(op, T)                                                \
  template cudaError_t launch_glu_forward(op const&, strided<T const>, strided<T const>,           \
                                          strided<T>, std::int64_t, std::int64_t, cudaStream_t);   \
  template cudaError_t launch_glu_backward(op const&, strided<T const>, strided<T const>,          \
                                           strided<T const>, strided<T>, strided<T>, std::int64_t, \
                                           std::int64_t, cudaStream_t);                            \
  template cudaError_t launch_glu_interleaved_forward(op const&, strided<T const>, strided<T>,     \
                                                      std::int64_t, std::int64_t, cudaStream_t);   \
  template cudaError_t launch_glu_interleaved_backward(op const&, strided<T const>,                \
                                                       strided<T const>, strided<T>, std::int64_t, \
                                                       std::int64_t, cudaStream_t);
