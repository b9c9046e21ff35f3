#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/parameter.hpp>

namespace activations_cuda {

/// x for x > threshold, else value. Gradient: 1 for x > threshold, else 0; where it is 0, dx is +0
/// whatever dy is. Exact. NaN stays NaN. FATReLU is a threshold above 0 with a value of 0.
///
/// backward_from_output needs value <= threshold, also as y stores it: above, y does not tell the
/// side.
struct threshold {
  double level = 0.0;  ///< called "threshold" in the C ABI; a struct's own name is no member's
  double value = 0.0;

  static constexpr parameter<activations_cuda::threshold> parameters[] = {
      {"threshold", &activations_cuda::threshold::level},
      {"value", &activations_cuda::threshold::value}};

  /// Why backward_from_output cannot work with these parameters; nullptr if it can.
  char const* output_hides_gradient() const {
    return value > level ? "value must be at most threshold: above, y does not tell whether x was "
                           "beyond the threshold"
                         : nullptr;
  }
  /// The same where y is stored like this.
  template <class Stored>
  char const* storage_hides_gradient(Stored const& stored) const {
    return stored(value) > static_cast<decltype(stored(value))>(level)
               ? "value must be at most threshold when it is rounded to the type of y, too: above, "
                 "y does not tell whether x was beyond the threshold"
               : nullptr;
  }

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    real level, value;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(threshold const& op)
        : level(static_cast<real>(op.level)), value(static_cast<real>(op.value)) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const { return x <= level ? value : x; }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      return x > level ? dy : math::zero_or_nan(x);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      return backward(dy, y);
    }
  };
};

}  // namespace activations_cuda
