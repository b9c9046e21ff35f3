#pragma once

#include <activations_cuda/traits.hpp>

namespace activations_cuda::registry {

/// The op with these values, in the order in which it lists its parameters.
template <class Op>
Op with_parameters([[maybe_unused]] double const* values) {
  Op op{};
  if constexpr (parameter_count<Op> != 0) {
    for (auto const& p : Op::parameters) op.*p.member = *values++;
  }
  return op;
}

}  // namespace activations_cuda::registry
