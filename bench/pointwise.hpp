#pragma once

#include "family.hpp"

#include <activations_cuda/activations.hpp>

namespace bench {

namespace act = activations_cuda;

/// The pointwise activations: this library, and its peers with the library's own function objects.
struct pointwise {
  static constexpr char const* name = "pointwise";
  enum way { forward, backward, backward_from_output };
  template <class T>
  static family<T> const& of();
};

/// Calls the function of the call's direction with the call's activation.
template <class T, class Forward, class Backward, class BackwardFromOutput>
void dispatch_pointwise(call<T> const& c, Forward const& forward, Backward const& backward,
                        BackwardFromOutput const& backward_from_output) {
  act::for_each(act::pointwise_ops{}, [&, place = 0](auto tag) mutable {
    using op = typename decltype(tag)::type;
    if (place++ != c.op) return;
    if (c.way == pointwise::forward) return forward(op{});
    if (c.way == pointwise::backward) return backward(op{});
    if constexpr (act::has_backward_from_output<op>) backward_from_output(op{});
  });
}

template <class T>
void launch_pointwise_thrust(call<T> const&, cudaStream_t);
template <class T>
void launch_pointwise_cub(call<T> const&, cudaStream_t);

}  // namespace bench
