// The arguments of the activations with learned parameters, for the library and for the references.
#pragma once

#include "validate.hpp"

#include <activations_cuda/channelwise.hpp>

#include <cstddef>
#include <cstdint>

namespace activations_cuda::validate {

/// outer * channels * inner, each 0 or more and the product in range.
extent elements(channel_shape const& shape, std::size_t element_bytes);

/// The elements of each of an op's arrays.
extent learned_elements(channel_shape const& shape, int rows, std::size_t element_bytes);

void update(gradient_update value);

/// One of them, if the call has it.
struct learned_tensors {
  channel_shape const& shape;
  int rows;
  std::size_t element_bytes, wide_bytes;

  template <class Op>
  void add_parameters(tensor_list& list,
                      activations_cuda::detail::erased_parameters const& parameters) const {
    for (int i = 0; i < learned_count<Op>; ++i) {
      std::size_t const bytes = parameters.wide ? wide_bytes : element_bytes;
      list.add({Op::learned[i].name, parameters.array[i], role::parameter,
                learned_elements(shape, rows, bytes), bytes});
    }
  }
  template <class Op>
  void add_gradients(tensor_list& list,
                     activations_cuda::detail::erased_gradients const& gradients) const {
    for (int i = 0; i < learned_count<Op>; ++i) {
      std::size_t const bytes = gradients.wide ? wide_bytes : element_bytes;
      list.add({Op::learned[i].name, gradients.array[i], role::gradient,
                learned_elements(shape, rows, bytes), bytes});
    }
  }
};

}  // namespace activations_cuda::validate
