// The accuracy contract of softmax and its family: docs/definitions.md.
//
// u is 2^-23, for float64 2^-52. Each addition rounds by at most u / 2 of its result, so a sum of
// positive terms is off by u / 2 for each addition on the longest way from a term to the total;
// with what scales it on its way, that is T(columns).
#pragma once

#include "../../kernels/row_shape.hpp"
#include "support/ulp.hpp"

#include <cmath>
#include <cstdint>

namespace support {

namespace kernels = activations_cuda::kernels;

inline kernels::row_shape row_shape_of(storage const& type, std::int64_t columns) {
  int const index = type.bytes == 8   ? kernels::choose_row_shape<double>(columns)
                    : type.bytes == 4 ? kernels::choose_row_shape<float>(columns)
                                      : kernels::choose_row_shape<std::uint16_t>(columns);
  return kernels::row_shapes[index];
}

struct row_bounds {
  storage const& type;
  double u, tree;

  row_bounds(storage const& t, std::int64_t columns)
      : type(t), u(std::ldexp(1.0, t.dtype == ACT_FLOAT64 ? -52 : -23)) {
    kernels::row_shape const shape = row_shape_of(t, columns);
    std::int64_t const at_a_time = shape.packs * (16 / static_cast<std::int64_t>(t.bytes));
    std::int64_t const turns = (columns - 1) / (at_a_time * shape.threads) + 1;
    auto const own = static_cast<double>(turns * at_a_time);  // a thread's elements, one by one
    double const warp = 5;                                    // halving steps over 32 lanes
    int const warps = shape.threads / 32;
    double const block = warps - 1;  // the warps' sums, one by one
    double const maxima = 1;         // added to the sum over the other elements
    // A thread of a row that is not held scales its sum whenever its maximum rises, and once to the
    // row's: an exponential, an addition and a product, 2 u.
    double const rises = shape.held ? 0 : 2 * (static_cast<double>(turns) + 1);
    tree = (own + warp + block + maxima) / 2 + rises;
  }

  /// e^(x - m): the rounding of x - m and, for 16-bit storage, of its product with log2 e.
  double softmax(double y, double difference) const {
    return y == 0 ? rounded(0, 0) : rounded(y, (4 + std::fabs(difference) + tree) * u * y);
  }
  double log_softmax(double y) const { return rounded(y, (4 + tree) * u * (1 + std::fabs(y))); }
  /// For the largest element, whose y is -log1p(sum of the others): relative to y itself. spread is
  /// the mean |x_j - m| of that sum, whose rounding e^(x_j - m) inherits as in softmax.
  double dominant_log_softmax(double y, double spread) const {
    return rounded(y, (4 + tree + spread) * u * std::fabs(y));
  }
  double softmax_gradient(double dx, double y, double dy, double sum_of_magnitudes) const {
    return rounded(dx, (4 + tree) * u * std::fabs(y) * (std::fabs(dy) + sum_of_magnitudes));
  }
  /// e^y has an error of its own: 1 u, and for 16-bit storage that of y log2 e.
  double log_softmax_gradient(double dx, double y, double dy, double sum_of_magnitudes) const {
    double const e = std::exp(y);
    double const exponential = e == 0 ? 0 : 1 + (type.bytes == 2 ? std::fabs(y) : 0);
    return rounded(dx, (4 + tree) * u * (std::fabs(dy) + e * sum_of_magnitudes) +
                           exponential * u * e * sum_of_magnitudes);
  }

 private:
  /// What storing adds: half an ulp for 16 bits; below the normal numbers one step, or all of a
  /// bfloat16, which may be flushed to zero.
  double rounded(double exact, double error) const {
    double const smallest = std::ldexp(1.0, type.smallest_exponent);
    double const magnitude = std::fabs(exact) + error;
    if (magnitude < smallest && type.dtype == ACT_BFLOAT16) error += magnitude;
    if (type.bytes == 2) {
      error += half_ulp(type, magnitude);
    } else if (magnitude < 2 * smallest) {
      error += std::ldexp(1.0, type.smallest_exponent - type.mantissa_bits);
    }
    return error;
  }
};

}  // namespace support
