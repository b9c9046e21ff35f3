// Evaluations for 16 bits that do not hold for every x.
#pragma once

#include <activations_cuda/arithmetic.cuh>

#include <type_traits>

namespace activations_cuda {

namespace detail {
/// Out of line, so that what is computed of most x does not make room for it.
template <class Far>
ACTIVATIONS_CUDA_HOST_DEVICE_RARE float far_forward(Far evaluate, float x) {
  return evaluate.forward(x);
}
template <class Far>
ACTIVATIONS_CUDA_HOST_DEVICE_RARE float far_backward(Far evaluate, float dy, float x) {
  return evaluate.backward(dy, x);
}
}  // namespace detail

/// Near where it says that it holds, which is for almost every x that there is in practice; else
/// Far, float32's evaluation, behind a branch.
template <class Near, class Far>
struct with_detour : Near {
  Far far;

  template <class Op>
  ACTIVATIONS_CUDA_HOST_DEVICE explicit with_detour(Op const& op) : Near(op), far(op) {}

  ACTIVATIONS_CUDA_HOST_DEVICE float forward(float x) const {
    float y = Near::forward(x);
    if (!Near::holds(x)) y = detail::far_forward(far, x);
    return y;
  }
  ACTIVATIONS_CUDA_HOST_DEVICE float backward(float dy, float x) const {
    float dx = Near::backward(dy, x);
    if (!Near::holds(x)) dx = detail::far_backward(far, dy, x);
    return dx;
  }
};

/// An op's evaluator: Everywhere<Arithmetic>, but for 16 bits Near with float32's as its detour.
template <class Arithmetic, class Near, template <class> class Everywhere>
struct evaluator_with_detour : Everywhere<Arithmetic> {
  using real = typename Arithmetic::real;
  using Everywhere<Arithmetic>::Everywhere;
};
template <class Near, template <class> class Everywhere>
struct evaluator_with_detour<reduced_arithmetic, Near, Everywhere>
    : with_detour<Near, Everywhere<float32_arithmetic>> {
  using real = float;
  using with_detour<Near, Everywhere<float32_arithmetic>>::with_detour;
};

}  // namespace activations_cuda
