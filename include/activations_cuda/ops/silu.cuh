#pragma once

#include <activations_cuda/gate.cuh>
#include <activations_cuda/parameter.hpp>

#include <limits>

namespace activations_cuda {

/// SiLU or swish: x s(beta x). Gradient: s(beta x) (1 + beta x s(-beta x)), with a root at
/// beta x = -1.278. Elfwing 2017, Ramachandran 2017; PyTorch's has no beta.
///
/// The product beta x enters the exponential with its low part: its rounding would cost |beta x| /
/// 2 ulp. float32 and float64 are within 2 ulp forward and 4 ulp backward. A beta of 0 is x / 2, at
/// infinities too; a negative one closes the gate above 0.
struct silu {
  double beta = 1.0;

  static constexpr parameter<silu> parameters[] = {{"beta", &silu::beta}};

  template <class Real>
  struct argument {
    static constexpr Real largest = std::numeric_limits<Real>::max();
    Real beta, reach;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit argument(silu const& op)
        : beta(static_cast<Real>(op.beta)), reach(gate_saturates<Real> / math::absolute(beta)) {
      reach = math::at_most(reach, largest);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE two_part<Real> of(Real x) const {
      math::exact_product<Real> const v(beta, x);
      return {v.value, v.low};
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE static Value growth(Value, Value half_exponent, float bias,
                                                     float unit) {
      return linear_growth(half_exponent, bias, unit);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE static two_part<Real> growth(Real, two_part<Real> const& v) {
      return v;
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value half_exponent(Value x, float bias) const {
      return math::fma(half_log2_e<Real> * beta, x, bias);
    }
  };

  template <class Arithmetic>
  using evaluator = logistic_gate<Arithmetic, argument>;
};

}  // namespace activations_cuda
