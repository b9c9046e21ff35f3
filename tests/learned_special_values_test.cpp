// Activations with learned parameters where a formula in real numbers says nothing, or all: NaN,
// infinities, knots; and that sums are added to, hinges that are missing add nothing.
#include "support/learned_evaluation.hpp"
#include "support/learned_reference.hpp"
#include "support/learned_subjects.hpp"
#include "support/samples.hpp"

#include <activations_cuda/traits.hpp>

#include <cmath>
#include <cstddef>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace {

namespace act = activations_cuda;
constexpr double inf = INFINITY;
constexpr double nan = NAN;

struct row {
  char const* op;
  std::vector<double> channel;
  double x, dy, y, dx;
  std::vector<double> terms;
};

std::vector<row> const rows{
    {"prelu", {0.25}, nan, 2, nan, nan, {nan}},
    {"prelu", {0.25}, 1, nan, 1, nan, {nan}},
    {"prelu", {0.25}, -1, nan, -0.25, nan, {nan}},
    {"prelu", {0.25}, inf, 2, inf, 2, {0}},
    {"prelu", {0.25}, -inf, 2, -inf, 0.5, {-inf}},
    {"prelu", {0.25}, 0, 2, 0, 0.5, {0}},
    {"prelu", {0.25}, -0.0, 2, -0.0, 0.5, {0}},
    {"prelu", {0.25}, 1, inf, 1, inf, {0}},
    {"prelu", {0}, -inf, 2, 0, 0, {-inf}},
    {"prelu", {0}, -1, inf, 0, nan, {-inf}},
    {"prelu", {-1.5}, -2, 2, 3, -3, {-4}},
    {"prelu", {3}, -2, 2, -6, 6, {-4}},
    {"prelu", {3}, 2, 2, 2, 2, {0}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, nan, 2, nan, nan, {nan, nan, nan, nan}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, 0, nan, 0, nan, {nan, nan, nan, nan}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, 0.75, 2, 0.75, -1, {3, 0, 0, 0}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, -1.25, 2, -1.25, 5, {0, 0, -3, 0}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, 0.5, 2, 0.5, 2, {0, 0, 0, 0}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, 0.5, inf, 0.5, inf, {0, 0, 0, 0}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, inf, 2, -inf, -1, {3, inf, 0, 0}},
    {"s_shaped_relu", {0.75, -0.5, -1.25, 2.5}, -inf, 2, -inf, 5, {0, 0, -3, -inf}},
    // crossed thresholds: the right side is first
    {"s_shaped_relu", {-1, 0.5, 1, 0.25}, 0, 2, -0.5, 1, {1, 2, 0, 0}},
    {"s_shaped_relu", {-1, 0.5, 1, 0.25}, -1, 2, -1, 1, {1, 0, 0, 0}},
    {"s_shaped_relu", {-1, 0.5, 1, 0.25}, -2, 2, 0.25, 0.5, {0, 0, 1.5, -6}},
    {"s_shaped_relu", {6, 0, 0, 0}, inf, 2, 6, 0, {2, inf, 0, 0}},
    {"s_shaped_relu", {6, 0, 0, 0}, -inf, 2, 0, 0, {0, 0, 2, -inf}},
    {"apl", {-0.5, 1}, nan, 2, nan, nan, {nan, nan}},
    {"apl", {-0.5, 1}, 2, nan, 2, nan, {nan, nan}},
    {"apl", {-0.5, 1}, 1, 2, 1, 2, {0, 0}},
    {"apl", {-0.5, 1}, 0, 2, -0.5, 1, {2, -1}},
    {"apl", {-0.5, 1}, 2, inf, 2, inf, {0, 0}},
    {"apl", {-0.5, 1}, -inf, 2, -inf, 1, {inf, -1}},
    {"apl", {-0.5, 1}, inf, 2, inf, 2, {0, 0}},
    {"apl", {0, 0}, -inf, 2, 0, 0, {inf, 0}},
    {"apl", {0, 0}, 0, 2, 0, 0, {0, 0}},
    {"apl", {0, 0}, -3, 2, 0, 0, {6, 0}},
    {"apl", {0, 1, -inf, 0}, -inf, 2, inf, -2, {0, inf, 0, 2}},
    {"apl", {1, nan}, 3, 2, nan, 0, {nan, 2}},
    {"swish", {1}, nan, 2, nan, nan, {nan}},
    {"swish", {1}, 1000, nan, 1000, nan, {nan}},
    {"swish", {1}, inf, 2, inf, 2, {0}},
    {"swish", {1}, -inf, 2, 0, 0, {0}},
    {"swish", {1}, 0, 2, 0, 1, {0}},
    {"swish", {-1}, inf, 2, 0, 0, {0}},
    {"swish", {-1}, -inf, 2, -inf, 2, {0}},
    {"swish", {0}, inf, 2, inf, 1, {inf}},
    {"swish", {0}, -inf, 2, -inf, 1, {inf}},
    {"swish", {0}, -2, 2, -1, 1, {2}},
    {"swish", {nan}, 1, 2, nan, nan, {nan}},
    {"learned_snake", {1}, nan, 2, nan, nan, {nan}},
    {"learned_snake", {1}, 0, nan, 0, nan, {nan}},
    {"learned_snake", {1}, inf, 2, inf, nan, {nan}},
    {"learned_snake", {-2}, -inf, 2, -inf, nan, {nan}},
    {"learned_snake", {1}, 0, 2, 0, 2, {0}},
    {"learned_snake", {0}, 3, 2, 3, 2, {18}},
    {"learned_snake", {0}, -0x1p60, 2, -0x1p60, 2, {0x1p121}},
    {"learned_snake", {0}, inf, 2, inf, nan, {nan}},
    {"learned_snake", {0}, nan, 2, nan, nan, {nan}},
    {"learned_snake", {nan}, 1, 2, nan, nan, {nan}},
};

void expect_same(double result, double expected, std::string const& what, row const& r) {
  EXPECT_TRUE(result == expected || (std::isnan(result) && std::isnan(expected)))
      << what << " of " << r.op << " with " << testing::PrintToString(r.channel) << " at " << r.x
      << ", dy " << r.dy << ": " << result << " instead of " << expected;
  bool const signs = r.x == 0 && expected == 0 && what == "y";
  EXPECT_TRUE(!signs || std::signbit(result) == std::signbit(expected)) << what << " of " << r.op;
}

template <class Arithmetic>
void expect_rows() {
  using real = typename Arithmetic::real;
  for (row const& r : rows) {
    support::with_evaluator<Arithmetic>(r.op, r.channel.size(), [&](auto t) {
      support::evaluation<typename decltype(t)::type> const evaluate(r.channel);
      auto const x = static_cast<real>(r.x);
      auto const dy = static_cast<real>(r.dy);
      std::vector<real> sums(r.channel.size());
      expect_same(evaluate.forward(x), r.y, "y", r);
      expect_same(evaluate.backward(dy, x), r.dx, "dx", r);
      expect_same(evaluate.backward(dy, x, sums), r.dx, "dx with the sums", r);
      for (std::size_t k = 0; k < sums.size(); ++k) {
        expect_same(sums[k], r.terms[k], "sum " + std::to_string(k), r);
        EXPECT_FALSE(sums[k] == 0 && std::signbit(sums[k])) << r.op << ": a sum of -0";
      }
    });
  }
}

TEST(learned_special_values, FollowTheDefinitionsInFloat32) {
  expect_rows<act::float32_arithmetic>();
}
TEST(learned_special_values, FollowTheDefinitionsInFloat64) {
  expect_rows<act::float64_arithmetic>();
}
TEST(learned_special_values, FollowTheDefinitionsIn16Bits) {
  expect_rows<act::reduced_arithmetic>();
}
TEST(learned_special_values, FollowTheDefinitionsInTheReferences) {
  for (row const& r : rows) {
    support::learned_reference const reference(r.op, r.channel, true);
    expect_same(reference.forward(r.x), r.y, "y", r);
    expect_same(reference.backward(r.dy, r.x), r.dx, "dx", r);
    auto const terms = reference.parameter_terms(r.dy, r.x);
    for (std::size_t k = 0; k < terms.size(); ++k)
      expect_same(terms[k], r.terms[k], "term " + std::to_string(k), r);
  }
}

// Every capacity gives the same bits, and a missing hinge's sums stay what they were.
template <int capacity>
void expect_padding_adds_nothing(std::vector<double> const& channel, support::host_array const& x,
                                 support::host_array const& dy) {
  using exact = act::apl::evaluator_of<act::float32_arithmetic, 1>;
  using padded = act::apl::evaluator_of<act::float32_arithmetic, capacity>;
  support::evaluation<exact> const one(channel);
  float parameters[2 * capacity];
  for (int i = 0; i < 2 * capacity; ++i) parameters[i] = i < capacity ? 0.0F : -INFINITY;
  parameters[0] = static_cast<float>(channel[0]);
  parameters[capacity] = static_cast<float>(channel[1]);
  padded const all(parameters);
  for (std::size_t i = 0; i < x.size(); ++i) {
    auto const at = x.as<float>()[i];
    auto const g = dy.as<float>()[i];
    std::vector<float> expected(2);
    float const dx = one.backward(g, at, expected, 3);
    float sums[2 * capacity];
    for (float& sum : sums) sum = 3;
    ASSERT_EQ(all.forward(at), one.forward(at)) << at;
    ASSERT_EQ(all.backward(g, at, sums), dx) << at;
    for (int k = 0; k < 2 * capacity; ++k)
      ASSERT_EQ(sums[k], k == 0 ? expected[0] : k == capacity ? expected[1] : 3) << k << ": " << at;
  }
}

TEST(learned_special_values, MissingHingesAddNothing) {
  support::storage const& type = support::storages[ACT_FLOAT32];
  std::mt19937_64 random(support::seed());
  std::vector<double> const channel{-0.3, 0.7};
  auto x = support::inputs(type, {0, 0.7}, random);
  x.set(0, inf);
  x.set(1, -inf);
  auto const dy = support::output_gradients(type, x.size(), random);
  expect_padding_adds_nothing<2>(channel, x, dy);
  expect_padding_adds_nothing<4>(channel, x, dy);
  expect_padding_adds_nothing<8>(channel, x, dy);
  expect_padding_adds_nothing<16>(channel, x, dy);
}

// sum + dy * factor, rounded once, or the sum untouched: what a model of the kernels' sums computes.
TEST(learned_special_values, TermsArePlainFusedMultiplyAdds) {
  std::mt19937_64 random(support::seed());
  std::normal_distribution<float> normal;
  for (support::learned_subject const& subject : support::learned_subjects()) {
    std::string const name = subject.name;
    if (name == "swish" || name == "learned_snake") continue;  // their factors are approximations
    for (auto const& channel : subject.channels) {
      auto const [p, exact] =
          support::learned_oracle(subject, channel, support::storages[ACT_FLOAT32]);
      support::with_evaluator<act::float32_arithmetic>(name, channel.size(), [&](auto t) {
        support::evaluation<typename decltype(t)::type> const evaluate(p.values);
        for (int i = 0; i < 1000; ++i) {
          float const x = normal(random);
          float const dy = normal(random);
          float const sum = normal(random);
          std::vector<float> sums(channel.size());
          evaluate.backward(dy, x, sums, sum);
          for (std::size_t k = 0; k < sums.size(); ++k) {
            // Of one operation on floats double is the exact result, or close enough to round as it.
            auto const factor = static_cast<float>(exact.by_parameter[k].value(p, double{x}));
            ASSERT_EQ(sums[k], std::fma(dy, factor, sum)) << name << " " << k << " at " << x;
          }
        }
      });
    }
  }
}

}  // namespace
