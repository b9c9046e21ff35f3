#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/ops/leaky_relu.cuh>
#include <activations_cuda/parameter.hpp>
#include <activations_cuda/philox.cuh>

#include <cstdio>
#include <stdexcept>

namespace activations_cuda {

/// Which mean of the slopes stands for them at inference.
enum class slope_mean {
  arithmetic,  // (lower + upper) / 2: PyTorch's
  harmonic     // 2 / (1 / lower + 1 / upper): the paper's, which draws the divisor of x
};

/// Randomised leaky ReLU: in training leaky_relu with a slope of its own for each element, drawn
/// evenly between lower and upper; at inference leaky_relu with their mean. Bing Xu and others 2015;
/// the defaults are PyTorch's. The paper draws a divisor from U(3, 8) and tests with x / 5.5.
///
/// The slope of a number u = value 2^-bits (philox.cuh) is lower + value step with one rounding,
/// step being (upper - lower) 2^-bits, in float32 for 16 bits, where it is not rounded further. It is
/// never outside of lower and upper, unless they are less than 2^-102 apart. For y, the gradient and
/// all special values see leaky_relu, with that slope.
struct rrelu {
  double lower = 1.0 / 8;
  double upper = 1.0 / 3;

  static constexpr parameter<rrelu> parameters[] = {{"lower", &rrelu::lower},
                                                    {"upper", &rrelu::upper}};
  static constexpr double knots[] = {0.0};

  /// What is wrong with the parameters together; nullptr if nothing is.
  char const* parameters_contradict() const {
    return lower > upper ? "lower must be at most upper" : nullptr;
  }

  /// What takes its place at inference.
  /// @throws std::invalid_argument  for the harmonic mean of a lower bound that is not above 0
  leaky_relu inference(slope_mean of = slope_mean::arithmetic) const {
    if (of == slope_mean::arithmetic) return {lower / 2 + upper / 2};
    if (!(lower > 0)) {
      char words[128];
      std::snprintf(words, sizeof(words),
                    "lower is %.17g; for the harmonic mean it must be a finite number above 0",
                    lower);
      throw std::invalid_argument(words);
    }
    return {2 / (1 / lower + 1 / upper)};
  }

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    real lower, step;
    // Scaled before they are subtracted: bounds far apart do not overflow.
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(rrelu const& op)
        : lower(static_cast<real>(op.lower)),
          step(static_cast<real>(scaled(static_cast<real>(op.upper)) - scaled(lower))) {}

    /// The slope of an element's philox_draw<real>::value.
    ACTIVATIONS_CUDA_HOST_DEVICE real slope(real value) const {
      return math::fma(value, step, lower);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE static real forward(real slope, real x) {
      return leaky(slope).forward(x);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE static real backward(real slope, real dy, real x) {
      return leaky(slope).backward(dy, x);
    }

   private:
    using leaky = leaky_relu::evaluator<Arithmetic>;
    ACTIVATIONS_CUDA_HOST_DEVICE static double scaled(double bound) {
      return math::product(bound, 1.0 / static_cast<double>(1ULL << philox_draw<real>::bits));
    }
  };
};

}  // namespace activations_cuda
