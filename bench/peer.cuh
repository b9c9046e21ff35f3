// A call as a transform of one or two inputs by the library's function objects.
#pragma once

#include "pointwise_call.hpp"

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
void launch_transform(pointwise_call<T> const& call, Transform const& transform) {
  dispatch(
      call, [&](auto op) { transform(act::functor<T>(op), call.saved); },
      [&](auto op) {
        transform(backward_of<act::bound_activation<T, decltype(op)>>{act::functor<T>(op)}, call.dy,
                  call.saved);
      },
      [&](auto op) {
        transform(
            backward_from_output_of<act::bound_activation<T, decltype(op)>>{act::functor<T>(op)},
            call.dy, call.saved);
      });
}

}  // namespace bench
