// The compiled kernels against the public reference and the guide: gradients are slopes, values are
// the published ones.
#include "support/pointwise_oracle.hpp"
#include "support/slope.hpp"

#include <activations_cuda/reference.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

namespace {

namespace act = activations_cuda;
using support::direction;
using support::host_array;

// Of the reference in float64, away from knots, to 1e-8; a type adds 8 of its ulps (of the
// gradient's largest term, where that sets the unit) and, where it has no more digits, a step of its
// subnormal numbers.
TEST(pointwise_gradient, IsTheSlopeOfTheReference) {
  int index = 0;  // the type list and the C ABI follow the same table
  act::for_each(act::pointwise_ops{}, [&](auto tag) {
    typename decltype(tag)::type const op;
    std::string const name = act_op_name(index++);
    oracle::formula const& term = oracle::find(name).gradient_term;
    for (support::storage const& type : support::storages) {
      auto const parameters = support::rounded_parameters(support::op_named(name), type);
      std::vector<double> points;
      for (double x = -6.03125; x < 6.1; x += 0.28125) {  // exact in every type
        if (!support::near_knot(support::op_named(name), x, 3 * support::slope_step))
          points.push_back(x);
      }
      host_array const x = host_array::of(type, points);
      host_array const dy = host_array::of(type, std::vector<double>(points.size(), 1.0));
      host_array const dx = support::call(support::op_named(name), direction::backward, &dy, x);
      for (std::size_t i = 0; i < x.size(); ++i) {
        double const slope = support::slope(
            [&](double at) {
              double y = NAN;
              act::reference::forward(op, &at, &y, 1);
              return y;
            },
            x[i]);
        double const unit = std::fmax(std::fabs(slope), term ? term(parameters, x[i]) : 0.0);
        ASSERT_NEAR(dx[i], slope,
                    1e-8 + std::ldexp(8 * unit, -type.mantissa_bits) +
                        std::ldexp(1.0, type.smallest_exponent - type.mantissa_bits))
            << name << " " << type.name << " at " << x[i];
      }
    }
  });
}

// docs/definitions.md: to 1e-4, some being truncated, and half an ulp of 16-bit x and y.
TEST(pointwise_gradient, PublishedValuesComeBack) {
  struct {
    char const* op;
    double x, y;
  } const values[] = {{"heaviside", 2, 1},    {"heaviside", -4, 0},    {"heaviside", 0, 1},
                      {"heaviside", 1, 1},    {"sigmoid", 4, .982},    {"sigmoid", -3, .0474},
                      {"sigmoid", -5, .0067}, {"tanh", 2, .9640},      {"tanh", -.567, -.5131},
                      {"tanh", 0, 0},         {"relu", -5, 0},         {"relu", 0, 0},
                      {"relu", 5, 5},         {"identity", 2, 2},      {"identity", -4, -4},
                      {"leaky_relu", 3, 3},   {"leaky_relu", -5, -.05}};
  for (support::storage const& type : support::storages) {
    double const precision = std::ldexp(1.0, -type.mantissa_bits);
    for (auto const& v : values) {
      host_array const y = support::call(support::op_named(v.op), direction::forward, nullptr,
                                         host_array::of(type, {v.x}));
      EXPECT_NEAR(y[0], v.y, 1e-4 + precision * std::fabs(v.y)) << v.op << " " << type.name;
    }
  }
}

}  // namespace
