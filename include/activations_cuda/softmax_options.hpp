// What a softmax call may say beyond rows and columns: other axes and strides, masks, statistics.
#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/workspace.hpp>

#include <cstdint>

namespace activations_cuda {

/// [outer, columns, inner] elements, with softmax over the columns: {rows, columns} is the last axis of
/// a matrix, {1, rows, columns} its first one, and axis a of a contiguous tensor is {the product of the
/// sizes before a, the size of a, the product of the sizes after a}.
struct softmax_shape {
  std::int64_t outer, columns;
  std::int64_t inner = 1;
};

/// A tensor of that shape: element (o, c, i) is first[o * outer_stride + c * column_stride + i].
template <class T>
struct softmax_tensor {
  T* first;
  std::int64_t outer_stride;
  std::int64_t column_stride = 1;
};

/// One without gaps.
template <class T>
softmax_tensor<T> contiguous(T* first, softmax_shape const& shape) {
  return {first, shape.columns * shape.inner, shape.inner};
}

/// How many elements lie between the values of a mask for neighbours along each axis; 0 where all
/// share one. Outer index o is (batch * heads + head) * queries + query.
struct mask_strides {
  std::int64_t batch, head, query;
  std::int64_t column = 1;
  std::int64_t inner = 0;
};

/// Added to the scaled elements; -inf masks one. Null: none.
template <class T>
struct additive_mask {
  T const* first = nullptr;
  mask_strides strides{};
};

/// Frameworks disagree on what true means (torch.nn.functional.scaled_dot_product_attention: keep;
/// the key_padding_mask of torch.nn.MultiheadAttention: mask), so there is no default.
enum class mask_meaning { unset, nonzero_keeps, nonzero_masks };

/// One byte an element. Null: none.
struct boolean_mask {
  std::uint8_t const* first = nullptr;
  mask_strides strides{};
  mask_meaning meaning = mask_meaning::unset;
};

/// Keeps column c of query q where c <= q + offset; offset is 0 for a square matrix, and columns -
/// queries where the last query sees all.
struct causal_mask {
  bool enabled = false;
  std::int64_t offset = 0;
};

/// Keeps the first first[...] columns: 0 or less keeps none, columns or more all of them. Null: none.
struct row_lengths {
  std::int64_t const* first = nullptr;
  std::int64_t batch_stride = 0, head_stride = 0, query_stride = 0;
};

/// An element takes part where all masks keep it. What does not is as if it were -inf: its y is 0
/// (log_softmax: -inf), and its dx is 0.
template <class T>
struct softmax_mask {
  std::int64_t heads = 1, queries = 1;  // outer is a multiple of their product
  additive_mask<T> additive{};
  boolean_mask boolean{};
  causal_mask causal{};
  row_lengths lengths{};

  constexpr bool is_there() const {
    return additive.first != nullptr || boolean.first != nullptr || causal.enabled ||
           lengths.first != nullptr;
  }
};

/// What becomes of a row of nothing but -inf and masked elements: NaN, as the formula has it, or zeros
/// (log_softmax: -inf). A NaN in the row gives NaN in either case.
enum class empty_rows { nan, zeros };

/// All optional. The statistics are of the logits z = scale x + additive mask over the elements that
/// take part (softmin: z = -scale x + additive mask): their maximum and the logarithm of the sum of
/// e^z, each outer * inner numbers in the type that T computes in (double for double, else float), or
/// null. Of a row in which nothing takes part both are -inf, of one with NaN or +inf NaN.
template <class T>
struct softmax_options {
  using real = typename arithmetic_for<T>::real;
  softmax_mask<T> mask{};
  empty_rows empty = empty_rows::nan;
  real* maximum = nullptr;
  real* log_sum_exp = nullptr;
  workspace space{nullptr, 0};
};

}  // namespace activations_cuda
