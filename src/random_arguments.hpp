// The arguments of the random activations, for the library and for the references.
#pragma once

#include "validate.hpp"

#include <activations_cuda/random_position.hpp>

#include <cstddef>

namespace activations_cuda::validate {

/// The tensors of a call and where its random numbers are.
inline void drawn_tensors(tensor_list const& arguments, std::size_t element_bytes,
                          random_position const& position) {
  first_element(position.first_element, arguments.items[0].size.count);
  tensors(arguments, element_bytes);
  if (arguments.items[0].size.count == 0) return;
  device_value("device_seed", position.device_seed, arguments, element_bytes);
  device_value("device_offset", position.device_offset, arguments, element_bytes);
}

/// The same for the references.
inline void drawn_host_tensors(tensor_list const& arguments, std::size_t element_bytes,
                               random_position const& position) {
  first_element(position.first_element, arguments.items[0].size.count);
  host_tensors(arguments, element_bytes);
  if (arguments.items[0].size.count == 0) return;
  host_value("device_seed", position.device_seed, arguments, element_bytes);
  host_value("device_offset", position.device_offset, arguments, element_bytes);
}

}  // namespace activations_cuda::validate
