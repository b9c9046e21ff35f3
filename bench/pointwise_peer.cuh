// A pointwise call as a transform of one or two inputs by the library's function objects.
#pragma once

#include "pointwise.hpp"

namespace bench {

template <class Activation>
struct backward_of {
  Activation activation;
  template <class T>
  __host__ __device__ T operator()(T dy, T x) const {
    return activation.backward(dy, x);
  }
};

template <class Activation>
struct backward_from_output_of {
  Activation activation;
  template <class T>
  __host__ __device__ T operator()(T dy, T y) const {
    return activation.backward_from_output(dy, y);
  }
};

/// transform(function, inputs...) queues the peer's kernel.
template <class T, class Transform>
void launch_transform(call<T> const& c, Transform const& transform) {
  dispatch_pointwise(
      c, [&](auto op) { transform(act::functor<T>(op), c.in[0]); },
      [&](auto op) {
        using activation = act::bound_activation<T, decltype(op)>;
        transform(backward_of<activation>{activation(op)}, c.in[0], c.in[1]);
      },
      [&](auto op) {
        using activation = act::bound_activation<T, decltype(op)>;
        transform(backward_from_output_of<activation>{activation(op)}, c.in[0], c.in[1]);
      });
}

}  // namespace bench
