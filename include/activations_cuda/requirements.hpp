// What a call demands of its types, said when it is compiled: without, a wrong activation or
// element type would be an undefined reference when it is linked.
#pragma once

#include <activations_cuda/ops.hpp>
#include <activations_cuda/traits.hpp>

namespace activations_cuda {

/// The types that tensors may have.
using element_types = type_list<float, double, __half, __nv_bfloat16>;

/// True for an activation of single elements, such as relu.
template <class Op>
inline constexpr bool is_pointwise = contains<pointwise_ops, Op>;

/// True for an activation of rows: softmax and its family.
template <class Op>
inline constexpr bool is_rowwise = contains<rowwise_ops, Op>;

namespace detail {

template <class T>
ACTIVATIONS_CUDA_HOST_DEVICE constexpr void require_element() {
  static_assert(contains<element_types, T>,
                "elements must be float, double, __half or __nv_bfloat16");
}

template <class Op, class T>
ACTIVATIONS_CUDA_HOST_DEVICE constexpr void require_pointwise() {
  static_assert(!is_rowwise<Op>,
                "this activation works on rows: pass rows and columns in place of n");
  static_assert(is_pointwise<Op> || is_rowwise<Op>,
                "this type is no activation of the library: activations.def has the list");
  require_element<T>();
}

template <class Op, class T>
ACTIVATIONS_CUDA_HOST_DEVICE constexpr void require_output_gradient() {
  require_pointwise<Op, T>();
  static_assert(
      !is_pointwise<Op> || has_backward_from_output<Op>,
      "the output of this activation does not determine its gradient: keep x and call backward");
}

template <class Op, class T>
ACTIVATIONS_CUDA_HOST_DEVICE constexpr void require_rowwise() {
  static_assert(!is_pointwise<Op>,
                "this activation works on single elements: pass n in place of rows and columns");
  static_assert(is_pointwise<Op> || is_rowwise<Op>,
                "this type is no activation of the library: activations.def has the list");
  require_element<T>();
}

}  // namespace detail
}  // namespace activations_cuda
