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
/// y is within 1.5 ulp of its larger term, gradients within 1 ulp, for finite x and thresholds of up
/// to 2^100 (float64: 2^960), beyond which x - tr may overflow. -0 is +0 on a side whose threshold
/// is 0. A slope of 0 takes infinity to its threshold, but an infinite dy times it is NaN. A NaN x
/// or dy gives NaN in dx and in every parameter's gradient, whatever the side.
struct s_shaped_relu {
  static constexpr learned_parameter learned[] = {
      {"right_threshold", 1.0}, {"right_slope", 1.0}, {"left_threshold", 0.0}, {"left_slope", 0.2}};

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    static constexpr int count = 4;

    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(real const (&parameters)[count])
        : right_(parameters[0], parameters[1]), left_(parameters[2], parameters[3]) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real x) const {
      return of_side(x, right_.value(x), left_.value(x), x);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x) const {
      real const g = nan_with(dy, x);
      return of_side(x, math::product(right_.slope.value, g), math::product(left_.slope.value, g),
                     g);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE real backward(real dy, real x, real (&sums)[count]) const {
      gradient_point<real> const at(dy, x);
      bool const on_right = !(at.x < right_.threshold);
      bool const on_left = !(at.x > left_.threshold) & !(at.x >= right_.threshold);
      sums[0] = at.sum_on(on_right, right_.less, sums[0]);
      sums[1] = at.sum_on(on_right, x - right_.threshold, sums[1]);
      sums[2] = at.sum_on(on_left, left_.less, sums[2]);
      sums[3] = at.sum_on(on_left, x - left_.threshold, sums[3]);
      return backward(dy, x);
    }

   private:
    struct side {
      real threshold;
      learned_slope<real> slope;
      real less;  // the slope than 1
      ACTIVATIONS_CUDA_HOST_DEVICE side(real threshold, real slope)
          : threshold(threshold), slope(slope), less(real(1) - slope) {}
      // At the threshold exactly that, which slope x + constant would not be.
      ACTIVATIONS_CUDA_HOST_DEVICE real value(real x) const {
        return math::fma(slope.value, slope.relevant(x - threshold), threshold);
      }
    };

    // NaN is between the sides.
    ACTIVATIONS_CUDA_HOST_DEVICE real of_side(real x, real right, real left, real between) const {
      real const not_right = x <= left_.threshold ? left : between;
      return x >= right_.threshold ? right : not_right;
    }

    side right_, left_;
  };
};

}  // namespace activations_cuda
