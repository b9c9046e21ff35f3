#pragma once

#include <activations_cuda/learned.cuh>
#include <activations_cuda/learned.hpp>
#include <activations_cuda/parameter.hpp>

#include <cmath>

namespace activations_cuda {

/// Adaptive piecewise linear unit: max(x, 0) + sum a_s max(b_s - x, 0) over the hinges s, with a_s
/// and b_s learned for each channel. Agostinelli and others 2014 (1412.6830). Gradient: H(x) - sum
/// a_s H(b_s - x); by a_s max(b_s - x, 0), by b_s a_s H(b_s - x); with H(0) = 0, as in the authors'
/// code.
///
/// The initial values make it relu. Hinges that start equal stay equal: with more than one, spread
/// the b_s (the authors draw them with a standard deviation of 0.5, and the a_s with 0.2).
///
/// With u half an ulp of 1, y is within (hinges + 1) u of the sum of its terms' magnitudes, dx within
/// the same of dy times that of the slopes', for finite x and b_s of up to 2^100 (float64: 2^960),
/// beyond which b_s - x may overflow; the parameters' terms within 1.5 ulp. A hinge with a_s = 0 and
/// b_s = -infinity adds exactly nothing; a_s = 0 takes -inf to 0. An infinite dy times a slope of 0
/// is NaN. A NaN x or dy gives NaN in dx and in every parameter's gradient.
struct apl {
  double hinges = 1;  // a whole number from 1 to 16

  constexpr apl() = default;
  constexpr explicit apl(int hinges) : hinges(hinges) {}

  static constexpr parameter<apl> parameters[] = {
      {"hinges", &apl::hinges, constraint::from_1_to_16}};
  static constexpr learned_parameter learned[] = {{"a", 0.0}, {"b", 0.0}};

  /// The rows of each array of learned parameters.
  int rows() const { return static_cast<int>(hinges); }

  /// For up to this many hinges.
  template <class Arithmetic, int capacity>
  struct evaluator_of {
    using real = typename Arithmetic::real;
    static constexpr int count = 2 * capacity;  // every a, then every b

    /// The parameters of a hinge that is not there.
    ACTIVATIONS_CUDA_HOST_DEVICE static real absent(int array) {
      return array == 0 ? real(0) : real(-INFINITY);
    }

    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator_of(real const (&parameters)[count]) {
      for (int s = 0; s < capacity; ++s) {
        a_[s] = parameters[s];
        b_[s] = parameters[capacity + s];
        edge_[s] = a_[s] == 0 ? real(-INFINITY) : b_[s];
      }
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      real y = x <= 0 ? real(0) : x;
      for (int s = 0; s < capacity; ++s) {
        real const raised = math::fma(a_[s], edge_[s] - x, y);
        y = is_below(x, edge_[s]) ? raised : y;
      }
      return y;
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      real slope = slope_without_hinges(x);
      for (int s = 0; s < capacity; ++s) slope = slope_with(s, is_below(x, b_[s]), slope);
      return math::product(gradient_point<real>(dy, x).dy, slope);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x, real (&sums)[count]) const {
      gradient_point<real> const at(dy, x);
      real slope = slope_without_hinges(x);
      for (int s = 0; s < capacity; ++s) {
        bool const below = is_below(x, b_[s]) | at.is_nan;
        slope = slope_with(s, below, slope);
        sums[s] = at.sum_on(below, b_[s] - x, sums[s]);
        sums[capacity + s] = at.sum_on(below, a_[s], sums[capacity + s]);
      }
      return math::product(at.dy, slope);
    }

   private:
    ACTIVATIONS_CUDA_HOST_DEVICE static bool is_below(real x, real hinge) { return !(hinge <= x); }
    ACTIVATIONS_CUDA_HOST_DEVICE static real slope_without_hinges(real x) {
      return x > 0 ? real(1) : real(0);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real slope_with(int s, bool below, real slope) const {
      real const lowered = slope - a_[s];
      return below ? lowered : slope;
    }

    real a_[capacity], b_[capacity];
    real edge_[capacity];  // b, but at a hinge that adds nothing -infinity
  };
};

}  // namespace activations_cuda
