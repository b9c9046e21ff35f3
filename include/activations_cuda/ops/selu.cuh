#pragma once

#include <activations_cuda/exponential.cuh>
#include <activations_cuda/parameter.hpp>

#include <type_traits>

namespace activations_cuda {

/// Scaled exponential linear unit: lambda x for x > 0, else lambda alpha (e^x - 1). Gradient:
/// lambda for x > 0, else lambda alpha e^x, also at 0; from the output y: y + lambda alpha.
/// Klambauer and others 2017; lambda and alpha to 32 digits, as in PyTorch.
///
/// e^x - 1 as in elu: within 1.9 ulp, the gradient 2. Where y has come near -lambda alpha, all
/// digits of the gradient from it are those of that constant, which has a second part for them.
struct selu {
  static constexpr double knots[] = {0.0};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    static constexpr real lambda = real(1.0507009873554804934);
    static constexpr real lambda_alpha = real(1.7580993408473768600);  // and its low part
    static constexpr real low = sizeof(real) == 8
                                    ? real(1.4153519380084477e-17)
                                    : real(1.7580993408473768599402 - double(lambda_alpha));
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(selu const&) {}

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value forward(Value x) const {
      Value e;
      if constexpr (reduced) {
        e = math::minus_one_approximate(x);
      } else {
        e = math::minus_one(x);
      }
      return math::select(x > 0, math::product(lambda, x), math::product(lambda_alpha, e));
    }

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value backward(Value dy, Value x) const {
      if constexpr (reduced) {
        // dy meets each half of the exponent in turn, so nothing underflows before the result.
        Value const h = math::exp2_approximate_subnormal(0.5F * math::log2_e * x);
        Value const root = math::select(x > 0, 1.0F, h);
        return math::product(math::product(dy, root),
                             math::product(math::select(x > 0, lambda, lambda_alpha), root));
      } else {
        auto const split =
            math::exponential(math::at_least(x, math::scaled_exponential_vanishes<real>));
        real const factor = math::fma(lambda_alpha, split.minus_one, lambda_alpha);
        real const negative = math::scaled_product(dy, factor, split.exponent);
        return x > 0 ? math::product(dy, lambda) : negative;
      }
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real backward_from_output(real dy, real y) const {
      return math::product(dy, y > 0 ? lambda : (y + lambda_alpha) + low);
    }
  };
};

}  // namespace activations_cuda
