// The arguments of softmax and its family, for the library and for the references.
#pragma once

#include "validate.hpp"

#include <activations_cuda/softmax_options.hpp>
#include <activations_cuda/traits.hpp>

#include <cstddef>
#include <cstdint>

namespace activations_cuda::validate {

/// outer * columns * inner, each 0 or more and the product in range.
extent elements(softmax_shape const& shape, std::size_t element_bytes);

/// The same with strides, not less than what lies between them, and the last element in range. name
/// is the tensor's.
extent strided_elements(char const* name, softmax_shape const& shape, std::int64_t outer_stride,
                        std::int64_t column_stride, std::size_t element_bytes);

/// heads and queries, 1 or more, of whose product outer is a multiple; and a causal offset in range.
void outer_axes(softmax_shape const& shape, std::int64_t heads, std::int64_t queries,
                causal_mask const& causal);

/// From the first to the last element that a mask reads, strides 0 or more and the last in range.
struct mask_axes {
  std::int64_t heads, queries;
};
extent mask_elements(char const* name, softmax_shape const& shape, mask_axes const& axes,
                     mask_strides const& strides, std::size_t element_bytes);

/// One for each row: outer * inner.
extent statistic_elements(softmax_shape const& shape, std::size_t real_bytes);

/// From C they may be any integers; unset is none.
void meaning(mask_meaning value);
void empty(empty_rows value);

/// What a call of these options has in common.
template <class T>
struct softmax_call {
  using real = typename softmax_options<T>::real;
  softmax_shape const& shape;
  softmax_options<T> const& options;

  template <class Element>
  tensor input(char const* name, softmax_tensor<Element> const& t) const {
    return {name, t.first, role::input,
            strided_elements(name, shape, t.outer_stride, t.column_stride, sizeof(T))};
  }
  tensor output(char const* name, softmax_tensor<T> const& t) const {
    tensor result = input(name, t);
    result.kind = role::output;
    return result;
  }

  /// What both directions read.
  void add_rows(tensor_list& list) const {
    auto const& mask = options.mask;
    outer_axes(shape, mask.heads, mask.queries, mask.causal);
    row_lengths const& l = mask.lengths;
    add_mask(list, "lengths", l.first, {l.batch_stride, l.head_stride, l.query_stride, 0, 0});
    empty(options.empty);
  }
  void add_masks(tensor_list& list) const {
    auto const& mask = options.mask;
    add_mask(list, "additive", mask.additive.first, mask.additive.strides);
    add_mask(list, "boolean", mask.boolean.first, mask.boolean.strides);
    if (mask.boolean.first != nullptr) meaning(mask.boolean.meaning);
  }
  void add_statistics(tensor_list& list) const {
    add_statistic(list, "maximum", options.maximum);
    add_statistic(list, "log_sum_exp", options.log_sum_exp);
  }
  /// Of which needed bytes are used.
  void add_workspace(tensor_list& list, std::size_t needed) const {
    workspace const& space = options.space;
    if (space.bytes == 0 || needed == 0) return;
    workspace_of(space, needed, "softmax_workspace");
    list.add({"workspace",
              space.pointer,
              role::workspace,
              {"its need", static_cast<std::int64_t>(needed / sizeof(real))},
              sizeof(real)});
  }

 private:
  template <class Element>
  void add_mask(tensor_list& list, char const* name, Element const* first,
                mask_strides const& strides) const {
    if (first == nullptr) return;
    list.add({name, first, role::parameter,
              mask_elements(name, shape, {options.mask.heads, options.mask.queries}, strides,
                            sizeof(Element)),
              sizeof(Element)});
  }
  void add_statistic(tensor_list& list, char const* name, real const* first) const {
    if (first == nullptr) return;
    list.add({name, first, role::statistic, statistic_elements(shape, sizeof(real)), sizeof(real)});
  }
};

template <class T>
tensor_list of_softmax_forward(softmax_shape const& shape, softmax_tensor<T const> const& x,
                               softmax_tensor<T> const& y, softmax_options<T> const& options) {
  softmax_call<T> const call{shape, options};
  elements(shape, sizeof(T));
  tensor_list list{{call.input("x", x), call.output("y", y)}, 2};
  call.add_rows(list);
  call.add_masks(list);
  call.add_statistics(list);
  return list;
}

/// y says what additive and boolean masked, and statistics are forward's.
template <class T>
tensor_list of_softmax_backward(softmax_shape const& shape, softmax_tensor<T const> const& dy,
                                softmax_tensor<T const> const& y, softmax_tensor<T> const& dx,
                                softmax_options<T> const& options) {
  softmax_call<T> const call{shape, options};
  elements(shape, sizeof(T));
  tensor_list list{{call.input("dy", dy), call.input("y", y), call.output("dx", dx)}, 3};
  call.add_rows(list);
  return list;
}

}  // namespace activations_cuda::validate
