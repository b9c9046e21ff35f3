// NaN, infinities and zeros in every type: docs/definitions.md. Results follow the products, but a
// gradient that is 0 on an interval stays +0.
#include "support/glu_call.hpp"
#include "support/special_values.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

namespace {

using support::glu_inputs;
using support::host_array;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// An infinite dy up meets a gradient that has vanished: of the activation alone neither is said.
constexpr double unsaid = -12345;

struct row {
  char const* op;
  double gate, up, y;
  double dy, dgate, dup;
};

constexpr row rows[] = {
    {"glu", 0, 4, 2, 2, 2, 1},
    {"glu", 0, -4, -2, -2, 2, -1},
    {"glu", inf, 4, 4, 2, 0, 2},
    {"glu", inf, inf, inf, 2, unsaid, 2},
    {"glu", -inf, 4, 0, 2, 0, 0},
    {"glu", -inf, -4, -0.0, 2, -0.0, 0},
    {"glu", -inf, inf, nan, 2, unsaid, 0},
    {"glu", -inf, 4, 0, inf, unsaid, nan},
    {"glu", 0, inf, inf, 2, inf, 1},
    {"glu", 0, inf, inf, 0, nan, 0},
    {"glu", 0, -0.0, -0.0, 2, -0.0, 1},
    {"glu", 0, 0, 0, -2, -0.0, -1},
    {"glu", nan, 4, nan, 2, nan, nan},
    {"glu", 0, nan, nan, 2, nan, 1},
    {"glu", 0, 4, 2, nan, nan, nan},
    {"reglu", 3, 4, 12, 2, 8, 6},
    {"reglu", 3, -0.0, -0.0, 2, -0.0, 6},
    {"reglu", 0, 4, 0, 2, 0, 0},
    {"reglu", -0.0, -4, -0.0, 2, 0, 0},
    {"reglu", -3, 4, 0, -2, 0, -0.0},
    {"reglu", -3, inf, nan, 2, 0, 0},
    {"reglu", -3, 4, 0, inf, 0, nan},
    {"reglu", -3, nan, nan, nan, 0, nan},
    {"reglu", inf, 4, inf, 2, 8, inf},
    {"reglu", inf, 0, nan, 2, 0, inf},
    {"reglu", -inf, -4, -0.0, 2, 0, 0},
    {"reglu", nan, 4, nan, 2, nan, nan},
    {"reglu", 3, nan, nan, 2, nan, 6},
    {"reglu", 3, 4, 12, nan, nan, nan},
    {"geglu", 0, 4, 0, 2, 4, 0},
    {"geglu", -0.0, 4, -0.0, 2, 4, -0.0},
    {"geglu", 0, inf, nan, 2, inf, 0},
    {"geglu", inf, 4, inf, 2, 8, inf},
    {"geglu", inf, 0, nan, 2, 0, inf},
    {"geglu", -inf, 4, 0, 2, -0.0, 0},
    {"geglu", -inf, inf, nan, 2, unsaid, 0},
    {"geglu", nan, 4, nan, 2, nan, nan},
    {"geglu", 0, nan, nan, 2, nan, 0},
    {"geglu", 0, 4, 0, nan, nan, nan},
    {"geglu_tanh", 0, 4, 0, 2, 4, 0},
    {"geglu_tanh", -0.0, 4, -0.0, 2, 4, -0.0},
    {"geglu_tanh", 0, inf, nan, 2, inf, 0},
    {"geglu_tanh", inf, 4, inf, 2, 8, inf},
    {"geglu_tanh", inf, 0, nan, 2, 0, inf},
    {"geglu_tanh", -inf, 4, 0, 2, -0.0, 0},
    {"geglu_tanh", -inf, inf, nan, 2, unsaid, 0},
    {"geglu_tanh", nan, 4, nan, 2, nan, nan},
    {"geglu_tanh", 0, nan, nan, 2, nan, 0},
    {"geglu_tanh", 0, 4, 0, nan, nan, nan},
    {"swiglu", 0, 4, 0, 2, 4, 0},
    {"swiglu", -0.0, 4, -0.0, 2, 4, -0.0},
    {"swiglu", 0, inf, nan, 2, inf, 0},
    {"swiglu", inf, 4, inf, 2, 8, inf},
    {"swiglu", inf, 0, nan, 2, 0, inf},
    {"swiglu", -inf, 4, 0, 2, -0.0, 0},
    {"swiglu", -inf, inf, nan, 2, unsaid, 0},
    {"swiglu", nan, 4, nan, 2, nan, nan},
    {"swiglu", 0, nan, nan, 2, nan, 0},
    {"swiglu", 0, 4, 0, nan, nan, nan},
};

TEST(glu_special_values, FollowTheDefinitions) {
  for (support::storage const& type : support::storages) {
    for (row const& r : rows) {
      auto const all = [&](double value) {
        return host_array::of(type, std::vector<double>(9, value));
      };
      glu_inputs const in{1, 9, all(r.gate), all(r.up), all(r.dy)};
      act_glu const op = support::glu_named(r.op);
      host_array const y = support::forward(op, in);
      support::glu_gradients const gradients = support::backward(op, in);
      std::string const where = std::string(r.op) + " " + type.name + " of " +
                                std::to_string(r.gate) + " and " + std::to_string(r.up);
      std::string const with_dy = ", dy " + std::to_string(r.dy);
      for (std::size_t i = 0; i < 9; ++i) {
        support::expect_same(y[i], r.y, where);
        if (r.dgate != unsaid)
          support::expect_same(gradients.gate[i], r.dgate, "dgate of " + where + with_dy);
        support::expect_same(gradients.up[i], r.dup, "dup of " + where + with_dy);
      }
    }
  }
}

TEST(glu_special_values, AreSaidForEveryUnit) {
  for (int i = 0; i < act_glu_count(); ++i) {
    std::string const name = act_glu_name(i);
    for (double row::*const input : {&row::gate, &row::up, &row::dy}) {
      EXPECT_TRUE(std::any_of(std::begin(rows), std::end(rows),
                              [&](row const& r) { return name == r.op && std::isnan(r.*input); }))
          << name << " has no row here for a NaN of each input";
    }
  }
}

// dy up is out of range where dgate is not: once as an infinity, once as a zero with a sign.
TEST(glu_special_values, TheGradientOfTheGateOutlivesTheProduct) {
  struct {
    char const* op;
    double dy, gate, up, dgate;
  } const cases[] = {{"reglu", 1e30, -3, -1e30, 0},
                     {"reglu", 1e-30, -3, -1e-30, 0},
                     {"reglu", -1e-30, 3, 1e-30, -0.0},
                     {"reglu", -1e30, 3, 1e30, -inf}};
  for (support::storage const& type :
       {support::storages[ACT_FLOAT32], support::storages[ACT_BFLOAT16]}) {
    for (auto const& c : cases) {
      glu_inputs const in{1, 1, host_array::of(type, {c.gate}), host_array::of(type, {c.up}),
                          host_array::of(type, {c.dy})};
      support::expect_same(support::backward(support::glu_named(c.op), in).gate[0], c.dgate,
                           std::string(type.name) + " dgate of dy " + std::to_string(c.dy));
    }
  }
  // s(-70) s(70) is 3.98e-31, to 4 digits.
  auto const& type = support::storages[ACT_FLOAT32];
  glu_inputs const in{1, 1, host_array::of(type, {-70}), host_array::of(type, {1e25}),
                      host_array::of(type, {-1e25})};
  EXPECT_NEAR(support::backward(support::glu_named("glu"), in).gate[0], -3.975e19, 1e16);
}

}  // namespace
