#pragma once

#include <activations_cuda/error.hpp>

#include <string>
#include <type_traits>

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
}  // namespace detail

/// Throws unsupported where the op's parameters make the gradient unknowable from the output.
template <class Op>
void require_gradient_from_output(Op const& op) {
  if (char const* const reason = detail::output_constraint<Op>::broken_by(op)) {
    throw unsupported(std::string("backward_from_output: ") + reason +
                      "; keep x and call backward");
  }
}

}  // namespace activations_cuda
