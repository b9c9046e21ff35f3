#pragma once

#include "family.hpp"

#include <activations_cuda/glu.hpp>

namespace bench {

namespace act = activations_cuda;

/// The gated linear units, with gate and up in tensors of their own and no gaps between rows: this
/// library, and its peers with the library's own evaluation.
struct glu {
  static constexpr char const* name = "glu";
  enum way { forward, backward };
  template <class T>
  static family<T> const& of();
};

/// Calls the function of the call's direction with the call's unit.
template <class T, class Forward, class Backward>
void dispatch_glu(call<T> const& c, Forward const& forward, Backward const& backward) {
  act::for_each(act::glu_ops{}, [&, place = 0](auto tag) mutable {
    using op = typename decltype(tag)::type;
    if (place++ != c.op) return;
    if (c.way == glu::forward)
      forward(op{});
    else
      backward(op{});
  });
}

template <class T>
void launch_glu_thrust(call<T> const&, cudaStream_t);
template <class T>
void launch_glu_cub(call<T> const&, cudaStream_t);

}  // namespace bench
