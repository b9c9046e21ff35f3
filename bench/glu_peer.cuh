// A gated linear unit's call as a transform of two or three inputs by the library's evaluation.
#pragma once

#include "glu.hpp"

#include <cuda/std/tuple>
#include <thrust/iterator/zip_iterator.h>

namespace bench {

template <class Unit, class T>
class gated_forward {
 public:
  explicit gated_forward(Unit const& op) : evaluate_(op) {}
  __host__ __device__ T operator()(T gate, T up) const {
    return act::from_real<T>(evaluate_.forward(act::to_real(gate), act::to_real(up)));
  }

 private:
  typename Unit::template evaluator<act::arithmetic_for<T>> evaluate_;
};

template <class Unit, class T>
class gated_backward {
 public:
  explicit gated_backward(Unit const& op) : evaluate_(op) {}
  __host__ __device__ cuda::std::tuple<T, T> operator()(T dy, T gate, T up) const {
    auto const gradients =
        evaluate_.backward(act::to_real(dy), act::to_real(gate), act::to_real(up));
    return {act::from_real<T>(gradients.gate), act::from_real<T>(gradients.up)};
  }

 private:
  typename Unit::template evaluator<act::arithmetic_for<T>> evaluate_;
};

/// transform(function, output, inputs...) queues the peer's kernel.
template <class T, class Transform>
void launch_glu_transform(call<T> const& c, Transform const& transform) {
  dispatch_glu(
      c,
      [&](auto op) { transform(gated_forward<decltype(op), T>(op), c.out[0], c.in[0], c.in[1]); },
      [&](auto op) {
        transform(gated_backward<decltype(op), T>(op),
                  thrust::make_zip_iterator(c.out[0], c.out[1]), c.in[0], c.in[1], c.in[2]);
      });
}

}  // namespace bench
