// What an element adds to the sums of an activation's parameters: one fused multiply-add, and nothing
// for the hinges that a kernel has room for beyond an apl's own.
#include "support/learned_evaluation.hpp"
#include "support/learned_subjects.hpp"
#include "support/samples.hpp"

#include <activations_cuda/arithmetic.cuh>

#include <cmath>
#include <cstddef>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace {

namespace act = activations_cuda;

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

TEST(learned_sums, MissingHingesAddNothing) {
  support::storage const& type = support::storages[ACT_FLOAT32];
  std::mt19937_64 random(support::seed());
  std::vector<double> const channel{-0.3, 0.7};
  auto x = support::inputs(type, {0, 0.7}, random);
  x.set(0, INFINITY);
  x.set(1, -INFINITY);
  auto const dy = support::output_gradients(type, x.size(), random);
  expect_padding_adds_nothing<2>(channel, x, dy);
  expect_padding_adds_nothing<4>(channel, x, dy);
  expect_padding_adds_nothing<8>(channel, x, dy);
  expect_padding_adds_nothing<16>(channel, x, dy);
}

// sum + dy * factor, rounded once, or the sum untouched: what a model of the kernels' sums computes.
TEST(learned_sums, TermsArePlainFusedMultiplyAdds) {
  std::mt19937_64 random(support::seed());
  std::normal_distribution<float> normal;
  for (support::learned_subject const& subject : support::learned_subjects()) {
    std::string const name = subject.name;
    if (name == "swish" || name == "learned_snake") continue;  // their factors are approximations
    for (auto const& channel : subject.channels) {
      auto const known = support::learned_oracle(subject, channel, support::storages[ACT_FLOAT32]);
      auto const& p = known.first;
      auto const& exact = known.second;
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
