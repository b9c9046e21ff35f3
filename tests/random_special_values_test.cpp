// NaN, infinities and zeros in every type: docs/definitions.md. As leaky_relu with the element's
// slope.
#include "support/random_call.hpp"
#include "support/special_values.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

namespace {

using support::host_array;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// With both bounds the same, the slope is known.
struct row {
  double slope;
  double x, y;
  double dy, dx;
};

constexpr row rows[] = {
    {0.25, 0, 0, 2, 0.5},        // at 0 the gradient is the slope
    {0.25, -0.0, -0.0, 2, 0.5},  //
    {0.25, 4, 4, 2, 2},
    {0.25, -4, -1, 2, 0.5},
    {0.25, inf, inf, 2, 2},
    {0.25, -inf, -inf, 2, 0.5},
    {0.25, nan, nan, 2, nan},
    {0.25, 4, 4, nan, nan},
    {0.25, -4, -1, nan, nan},
    {0.25, -4, -1, -inf, -inf},
    {0.25, nan, nan, 0, nan},
    {-0.5, 0, -0.0, 2, -1},
    {-0.5, -0.0, 0, 2, -1},
    {-0.5, -4, 2, 2, -1},
    {-0.5, -inf, inf, 2, -1},
    {-0.5, nan, nan, 2, nan},
    // A slope of 0 is relu: the limit at -inf is 0, and dx is +0 whatever dy is.
    {0, -4, 0, -2, 0},
    {0, -0.0, 0, -2, 0},
    {0, 0, 0, nan, 0},
    {0, -inf, 0, nan, 0},
    {0, -inf, 0, inf, 0},
    {0, 4, 4, nan, nan},
    {0, nan, nan, 2, nan},
    {0, inf, inf, -inf, -inf},
};

TEST(random_special_values, FollowTheDefinitions) {
  for (support::storage const& type : support::storages) {
    for (row const& r : rows) {
      act_random const op = support::rrelu_between(r.slope, r.slope);
      auto const position = support::position_at(9, 9);
      auto const all = [&](double value) {
        return host_array::of(type, std::vector<double>(9, value));
      };
      host_array const dy = all(r.dy);
      host_array const y = support::call(op, nullptr, all(r.x), position);
      host_array const dx = support::call(op, &dy, all(r.x), position);
      std::string const where = std::string(type.name) + " of " + std::to_string(r.x) + ", slope " +
                                std::to_string(r.slope);
      for (std::size_t i = 0; i < y.size(); ++i) {
        support::expect_same(y[i], r.y, where);
        support::expect_same(dx[i], r.dx, "dx of " + where + ", dy " + std::to_string(r.dy));
      }
    }
  }
}

}  // namespace
