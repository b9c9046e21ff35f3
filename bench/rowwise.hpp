#pragma once

#include "family.hpp"

#include <activations_cuda/softmax.hpp>

namespace bench {

namespace act = activations_cuda;

/// Softmax and its logarithm (softmin has softmax's kernels): this library, kernels as a textbook has them,
/// and cuDNN where the program was built with it.
struct rowwise {
  static constexpr char const* name = "rowwise";
  enum op { softmax, log_softmax };
  enum way { forward, backward };
  template <class T>
  static family<T> const& of();
};

/// Whole rows, at least one: of the last axis, or of one with an axis of inner elements behind it; with a
/// causal mask [heads, columns, columns].
struct row_shape {
  std::int64_t columns;
  bool counted = false;
  std::int64_t inner = 1;
  bool causal = false;
};
inline constexpr bool counted = true, causal = true;
inline constexpr row_shape row_shapes[] = {
    {32},
    {128, counted},
    {512},
    {1000, counted},
    {1024},
    {2048},
    {4096},
    {8192, counted},
    {16384},
    {32768},
    {50257},
    {65536},
    {128256},
    {131072},
    {262144},
    {64, counted, 64},
    {1000, !counted, 64},
    {4096, !counted, 64},
    {128, counted, 1, causal},
    {1024, !counted, 1, causal},
    {4096, !counted, 1, causal},
};

template <class T>
row_shape const& row_shape_of(call<T> const& c) {
  return row_shapes[c.shape];
}

template <class T>
act::softmax_shape softmax_shape_of(call<T> const& c) {
  row_shape const& of = row_shape_of(c);
  return {c.n / (of.columns * of.inner), of.columns, of.inner};
}

/// Forward in three passes over global memory: maximum, sum, quotient; backward in two: sum, gradient. A
/// block takes a row, and its threads one element at a time.
template <class T>
void launch_softmax_textbook(call<T> const&, cudaStream_t);

/// Forward in two passes: maximum and sum in one (arXiv 1805.02867).
template <class T>
void launch_softmax_online(call<T> const&, cudaStream_t);

/// cuDNN's call; null in a program without it.
template <class T>
using launcher = void (*)(call<T> const&, cudaStream_t);
template <class T>
launcher<T> softmax_of_cudnn();

}  // namespace bench
