#pragma once

#include <activations_cuda/learned.cuh>
#include <activations_cuda/learned.hpp>

namespace activations_cuda {

/// S-shaped ReLU, of thresholds tr, tl and slopes ar, al: tr + ar (x - tr) for x >= tr, tl + al (x -
/// tl) for x <= tl, x between them; where thresholds cross (tl > tr), the right side is first. Jin
/// and others 2015 (1512.07030), four parameters for each channel. Gradient: ar, 1, al, the outer
/// slopes at the thresholds themselves; by tr 1 - ar and by ar x - tr on the right side, by tl 1 -
/// al and by al x - tl on the left one.
///
/// The initial values make it leaky_relu with the slope 0.2, for with ar = 1 the right threshold
/// does not matter; the paper sets that to a high quantile of the inputs after some epochs.
///
/// y is within 1.5 ulp of its larger term, dx rounded once, and the parameters' terms within 1.5
/// ulp, for finite x and thresholds of up to 2^100 (float64: 2^960), beyond which x - tr may
/// overflow. -0 is +0 on a side whose threshold is 0. A slope of 0 takes infinity to its threshold,
/// but an infinite dy times it is NaN. A NaN x or dy gives NaN in dx and in every parameter's
/// gradient, whatever the side.
struct s_shaped_relu {
  static constexpr learned_parameter learned[] = {
      {"right_threshold", 1.0}, {"right_slope", 1.0}, {"left_threshold", 0.0}, {"left_slope", 0.2}};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr int count = 4;

    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(real const (&parameters)[count])
        : right_(parameters[0], parameters[1]),
          left_(parameters[2], parameters[3]),
          left_end_(right_.threshold <= left_.threshold ? number_below(right_.threshold)
                                                        : left_.threshold) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      // At a threshold exactly that, which slope x + constant would not be.
      real const right =
          math::fma(right_.slope.value, right_.slope.above(x - right_.threshold), right_.threshold);
      real const left =
          math::fma(left_.slope.value, left_.slope.below(x - left_.threshold), left_.threshold);
      return of_side(x, right, left, x);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      return gradient({dy, x}, x);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x, real (&sums)[count]) const {
      gradient_point<real> const at(dy, x);
      bool const on_right = !(x < right_.threshold);
      bool const on_left = !(x > left_end_);
      sums[0] = at.sum_on(on_right, right_.less, sums[0]);
      sums[1] = at.sum_on(on_right, x - right_.threshold, sums[1]);
      sums[2] = at.sum_on(on_left, left_.less, sums[2]);
      sums[3] = at.sum_on(on_left, x - left_.threshold, sums[3]);
      return gradient(at, x);
    }

   private:
    struct side {
      real threshold;
      learned_slope<real> slope;
      real less;  // the slope than 1
      ACTIVATIONS_CUDA_HOST_DEVICE side(real threshold, real slope)
          : threshold(threshold), slope(slope), less(real(1) - slope) {}
    };

    /// The largest number below a; of -infinity there is none, and NaN.
    ACTIVATIONS_CUDA_HOST_DEVICE static real number_below(real a) {
      using bits = typename math::detail::format<real>::bits;
      auto const of_a = math::detail::bits_as<bits>(a);
      bits const smallest = (bits{1} << (8 * sizeof(real) - 1)) + 1;  // -0 and a step
      bits const nonzero = a > 0 ? of_a - 1 : of_a + 1;
      return math::detail::bits_as<real>(a == 0 ? smallest : nonzero);
    }

    ACTIVATIONS_CUDA_HOST_DEVICE real gradient(gradient_point<real> const& at, real x) const {
      return math::product(of_side(x, right_.slope.value, left_.slope.value, real(1)), at.dy);
    }
    // NaN is between the sides.
    ACTIVATIONS_CUDA_HOST_DEVICE real of_side(real x, real right, real left, real between) const {
      real const not_right = x <= left_end_ ? left : between;
      return x >= right_.threshold ? right : not_right;
    }

    side right_, left_;
    real left_end_;  // of the left side, where the right one does not end it before
  };
};

}  // namespace activations_cuda
