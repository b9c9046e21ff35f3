#pragma once

#include <cstddef>

namespace activations_cuda {

/// A list of types; it has no values.
template <class... Types>
struct type_list {
  static constexpr std::size_t size = sizeof...(Types);
};

template <class Type>
struct type_tag {
  using type = Type;
};

/// Calls function(type_tag<T>{}) for each type of the list, in order.
template <class... Types, class Function>
constexpr void for_each(type_list<Types...>, Function&& function) {
  (function(type_tag<Types>{}), ...);
}

}  // namespace activations_cuda
