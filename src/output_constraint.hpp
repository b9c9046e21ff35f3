#pragma once

#include <activations_cuda/error.hpp>
#include <activations_cuda/traits.hpp>

#include <string>
#include <type_traits>
#include <utility>

namespace activations_cuda {

namespace detail {
template <class Op, class = void>
struct output_constraint {
  static char const* broken_by(Op const&) { return nullptr; }
};
template <class Op>
struct output_constraint<Op, std::void_t<decltype(&Op::output_hides_gradient)>> {
  static char const* broken_by(Op const& op) { return op.output_hides_gradient(); }
};

/// What a tensor of T holds of a number, in the type that T computes in.
template <class T>
typename arithmetic_for<T>::real stored(double value) {
  return to_real(from_real<T>(static_cast<typename arithmetic_for<T>::real>(value)));
}

template <class Op, class T, class = void>
struct storage_constraint {
  static char const* broken_by(Op const&) { return nullptr; }
};
template <class Op, class T>
struct storage_constraint<
    Op, T, std::void_t<decltype(std::declval<Op const&>().storage_hides_gradient(stored<T>))>> {
  static char const* broken_by(Op const& op) { return op.storage_hides_gradient(stored<T>); }
};
}  // namespace detail

/// Throws unsupported where the op's parameters make the gradient unknowable from an output that is
/// stored in T.
template <class T, class Op>
void require_gradient_from_output(Op const& op) {
  char const* const always = detail::output_constraint<Op>::broken_by(op);
  if (char const* const reason =
          always != nullptr ? always : detail::storage_constraint<Op, T>::broken_by(op)) {
    throw unsupported(std::string("backward_from_output: ") + reason +
                      "; keep x and call backward");
  }
}

}  // namespace activations_cuda
