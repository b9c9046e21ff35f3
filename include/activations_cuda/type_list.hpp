#pragma once

#include <cstddef>
#include <type_traits>

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

namespace detail {
template <class List, class Type>
struct list_contains;
template <class... Types, class Type>
struct list_contains<type_list<Types...>, Type>
    : std::bool_constant<(std::is_same<Types, Type>::value || ...)> {};
}  // namespace detail

/// True if the type is one of the list.
template <class List, class Type>
inline constexpr bool contains = detail::list_contains<List, Type>::value;

/// Calls function(type_tag<T>{}) for each type of the list, in order.
template <class... Types, class Function>
constexpr void for_each(type_list<Types...>, Function&& function) {
  (function(type_tag<Types>{}), ...);
}

}  // namespace activations_cuda
