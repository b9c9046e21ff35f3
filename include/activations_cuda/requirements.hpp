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

/// True for a gated linear unit, such as swiglu.
template <class Op>
inline constexpr bool is_glu = contains<glu_ops, Op>;

/// True for an activation whose parameters are learned, such as prelu.
template <class Op>
inline constexpr bool is_learned = contains<learned_ops, Op>;

/// True for an activation that draws a parameter for each element, such as rrelu.
template <class Op>
inline constexpr bool is_random = contains<random_ops, Op>;

/// True for an activation of rows: softmax and its family.
template <class Op>
inline constexpr bool is_rowwise = contains<rowwise_ops, Op>;

namespace detail {

template <class T>
ACTIVATIONS_CUDA_HOST_DEVICE constexpr void require_element() {
  static_assert(contains<element_types, T>,
                "elements must be float, double, __half or __nv_bfloat16");
}

/// For each family the activation of any other one, and what is none.
template <class Op, bool expected>
ACTIVATIONS_CUDA_HOST_DEVICE constexpr void require_family() {
  static_assert(expected || !is_pointwise<Op>,
                "this activation works on single elements: pass x, y and n (activations.hpp)");
  static_assert(
      expected || !is_glu<Op>,
      "this activation takes a gate and what it gates: pass them with their strides, or a "
      "layout (glu.hpp)");
  static_assert(
      expected || !is_learned<Op>,
      "this activation has learned parameters: pass a shape and their arrays (channelwise.hpp)");
  static_assert(expected || !is_random<Op>,
                "this activation draws random numbers: pass their position after n, or, for "
                "inference, what its inference() returns (random.hpp)");
  static_assert(expected || !is_rowwise<Op>,
                "this activation works on rows: pass rows and columns in place of n (softmax.hpp)");
  static_assert(is_pointwise<Op> || is_glu<Op> || is_learned<Op> || is_random<Op> || is_rowwise<Op>,
                "this type is no activation of the library: activations.def has the list");
}

template <class Op, class T>
ACTIVATIONS_CUDA_HOST_DEVICE constexpr void require_pointwise() {
  require_family<Op, is_pointwise<Op>>();
  require_element<T>();
}

template <class Op, class T>
ACTIVATIONS_CUDA_HOST_DEVICE constexpr void require_glu() {
  require_family<Op, is_glu<Op>>();
  require_element<T>();
}

template <class Op, class T>
ACTIVATIONS_CUDA_HOST_DEVICE constexpr void require_learned() {
  require_family<Op, is_learned<Op>>();
  require_element<T>();
}

template <class Op, class T>
ACTIVATIONS_CUDA_HOST_DEVICE constexpr void require_random() {
  require_family<Op, is_random<Op>>();
  require_element<T>();
}

template <class Op, class Real>
ACTIVATIONS_CUDA_HOST_DEVICE constexpr void require_slopes() {
  require_family<Op, is_random<Op>>();
  static_assert(contains<type_list<float, double>, Real>, "slopes must be float or double");
}

template <class Op, class T>
ACTIVATIONS_CUDA_HOST_DEVICE constexpr void require_rowwise() {
  require_family<Op, is_rowwise<Op>>();
  require_element<T>();
}

template <class Op, class T>
ACTIVATIONS_CUDA_HOST_DEVICE constexpr void require_output_gradient() {
  require_pointwise<Op, T>();
  static_assert(
      !is_pointwise<Op> || has_backward_from_output<Op>,
      "the output of this activation does not determine its gradient: keep x and call backward");
}

}  // namespace detail
}  // namespace activations_cuda
