// The library's families of activations, each with the calls of the C ABI that all of them have.
#pragma once

#include "activation.hpp"

namespace digits {

template <class Descriptor>
struct family_calls {
  char const* title;
  int (*count)();
  char const* (*name)(int index);
  int (*parameter_count)(int index);
  char const* (*parameter_name)(int index, int parameter);
  act_status (*from_name)(char const* name, Descriptor* op);
  act_status (*set)(Descriptor* op, char const* parameter, double value);
  /// A call for no elements, which checks the parameters.
  act_status (*compute_nothing)(Descriptor const* op);
  std::unique_ptr<activation> (*make)(Descriptor const& op, activation_place const& place);
};

extern family_calls<act_op> const pointwise_family;
extern family_calls<act_learned> const learned_family;
extern family_calls<act_random> const random_family;

}  // namespace digits
