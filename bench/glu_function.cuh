// The library's evaluation of a gated linear unit as function objects, for transforms of others.
#pragma once

#include <activations_cuda/ops.hpp>
#include <activations_cuda/traits.hpp>
#include <cuda/std/tuple>

namespace bench {

namespace act = activations_cuda;

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

}  // namespace bench
