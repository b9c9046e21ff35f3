// Evaluations for 16 bits that do not hold for every x.
#pragma once

#include <activations_cuda/float_pair.cuh>

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

/// Near, but where x is beyond it, which it is almost never, Far: float32's evaluation, behind a
/// branch, one for both of a pair. Near says if its forward needs none.
template <class Near, class Far>
struct with_detour : Near {
  Far far;

  template <class Op>
  ACTIVATIONS_CUDA_HOST_DEVICE explicit with_detour(Op const& op) : Near(op), far(op) {}

  ACTIVATIONS_CUDA_HOST_DEVICE float forward(float x) const {
    float y = Near::forward(x);
    if constexpr (!Near::forward_holds_everywhere) {
      if (Near::beyond(x)) y = detail::far_forward(far, x);
    }
    return y;
  }
  ACTIVATIONS_CUDA_HOST_DEVICE float backward(float dy, float x) const {
    float dx = Near::backward(dy, x);
    if (Near::beyond(x)) dx = detail::far_backward(far, dy, x);
    return dx;
  }
  ACTIVATIONS_CUDA_HOST_DEVICE math::float_pair forward(math::float_pair x) const {
    math::float_pair y = Near::forward(x);
    if constexpr (!Near::forward_holds_everywhere) {
      math::condition_pair const beyond = Near::beyond(x);
      if (beyond.first | beyond.second) {
        if (beyond.first) y.first = detail::far_forward(far, x.first);
        if (beyond.second) y.second = detail::far_forward(far, x.second);
      }
    }
    return y;
  }
  ACTIVATIONS_CUDA_HOST_DEVICE math::float_pair backward(math::float_pair dy,
                                                         math::float_pair x) const {
    math::float_pair dx = Near::backward(dy, x);
    math::condition_pair const beyond = Near::beyond(x);
    if (beyond.first | beyond.second) {
      if (beyond.first) dx.first = detail::far_backward(far, dy.first, x.first);
      if (beyond.second) dx.second = detail::far_backward(far, dy.second, x.second);
    }
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
