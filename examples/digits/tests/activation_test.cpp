// The network with activations that learn, or draw, parameters of their own.
#include "activation.hpp"

#include "host_network.hpp"
#include "training.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

namespace {

using namespace digits;
using namespace digits_test;

std::vector<std::string> members_of(std::string const& title) {
  std::vector<std::string> names;
  for (activation_family const& family : activation_families()) {
    if (family.title != title) continue;
    for (known_activation const& member : family.members) names.push_back(member.name);
  }
  return names;
}

struct learned_subject {
  activation_choice choice;
  double (*f)(double x, values const& parameters);
};

double square(double x) { return x * x; }

learned_subject const learned_subjects[] = {
    {{"prelu"}, [](double x, values const& p) { return x > 0 ? x : p[0] * x; }},
    {{"s_shaped_relu"},
     [](double x, values const& p) {
       double const low = std::min(x, p[2]);
       double const high = std::max(x, p[0]);
       return std::clamp(x, p[2], p[0]) + p[1] * (high - p[0]) + p[3] * (low - p[2]);
     }},
    {{"apl", {{"hinges", 3}}},
     [](double x, values const& p) {
       double y = std::max(x, 0.0);
       for (int s = 0; s < 3; ++s) y += p[s] * std::max(p[3 + s] - x, 0.0);
       return y;
     }},
    {{"swish"}, [](double x, values const& p) { return x / (1 + std::exp(-p[0] * x)); }},
    {{"learned_snake"},
     [](double x, values const& p) { return x + square(std::sin(p[0] * x)) / p[0]; }}};

TEST(digits_activation, EveryLearnedOneIsTested) {
  std::vector<std::string> tested;
  for (learned_subject const& subject : learned_subjects) tested.push_back(subject.choice.name);
  EXPECT_EQ(tested, members_of("learned"));
}

// Scores, and so probabilities p, are off by half of bound; a parameter's gradient is a sum over rows
// of (p - 1 or 0) / rows times weights of up to 0.21 times a derivative of about 1: off by less than
// 0.21 * bound / 2. Four steps at this rate and momentum weigh gradients by up to 3.9 in all.
constexpr double learned_bound = 3.9 * 0.21 * bound / 2;

class digits_learned : public testing::TestWithParam<learned_subject> {};

// With momentum, so that a step is wrong if it or the one before it was. No element of these is so
// near a hinge that float32 or the differences take it for one on the other side.
TEST_P(digits_learned, ParametersStepAgainstTheDifferencesOfTheLoss) {
  learned_subject const& subject = GetParam();
  example shown;
  random_source initial(1, random_source::training);
  network trained(subject.choice, rows, 1, initial, shown.on);
  std::vector<values> learned;
  for (learned_values const& each : trained.learned_parameters())
    learned.emplace_back(each.values.begin(), each.values.end());
  host_network expected(random_source(1, random_source::training), learned);
  auto const f = [&](std::size_t, double x, values const& p) { return subject.f(x, p); };

  for (int step = 0; step < 4; ++step) {
    auto const found = shown.train(trained);
    values const exact = expected.train(f, shown.images_in_double, shown.labels);
    EXPECT_LT(largest_difference(exact, found), bound) << "step " << step;
    auto const parameters = trained.learned_parameters();
    ASSERT_EQ(parameters.size(), learned.size());
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      auto const& now = expected.learned()[p].value;
      EXPECT_LT(largest_difference(now, parameters[p].values), learned_bound)
          << parameters[p].name << ", step " << step;
    }
  }
  auto const parameters = trained.learned_parameters();
  for (std::size_t p = 0; p < parameters.size(); ++p)
    EXPECT_GT(largest_difference(learned[p], parameters[p].values), 5 * learned_bound)
        << parameters[p].name;
}

INSTANTIATE_TEST_SUITE_P(each, digits_learned, testing::ValuesIn(learned_subjects),
                         [](auto const& info) { return info.param.choice.name; });

TEST(digits_activation, HingesStartApart) {
  stream const on;
  auto const learned = make_activation({"apl", {{"hinges", 2}}}, {128, 1, 1, on})->learned();
  ASSERT_EQ(learned.size(), 4u);
  for (std::size_t array : {0, 2}) {
    for (std::size_t unit = 0; unit < 128; ++unit)
      EXPECT_NE(learned[array].values[unit], learned[array + 1].values[unit]) << unit;
  }
}

/// The slopes of a step's elements: step k begins at k times the blocks of one step.
std::vector<float> slopes(std::uint64_t seed, std::uint64_t step, stream const& on) {
  constexpr int n = rows * network::hidden;
  act_random op;
  check(act_random_from_name("rrelu", &op));
  act_random_position position{};
  position.seed = seed;
  position.offset = step * (n / 4);
  device_array<float> drawn(n);
  check(act_random_slopes(&op, ACT_FLOAT32, drawn.data(), n, &position, on));
  return drawn.download(on);
}

TEST(digits_activation, RandomOnesDrawAnewInEachStepAndTestWithTheMean) {
  constexpr std::uint32_t seed = 5;
  example shown;
  host_network expected(random_source(1, random_source::training));
  random_source initial(1, random_source::training);
  network trained({"rrelu"}, rows, seed, initial, shown.on);
  auto const leaky = [](double slope, double x) { return x > 0 ? x : slope * x; };
  auto const mean = [&](std::size_t, double x, values const&) {
    return leaky((1.0 / 8 + 1.0 / 3) / 2, x);
  };

  for (std::uint64_t step = 0; step < 3; ++step) {
    // Tests draw nothing.
    EXPECT_LT(
        largest_difference(expected.forward(mean, shown.images_in_double), shown.forward(trained)),
        bound);
    std::vector<float> const slope = slopes(seed, step, shown.on);
    auto const drawn = [&](std::size_t i, double x, values const&) { return leaky(slope[i], x); };
    std::vector<float> const others = slopes(seed, step + 1, shown.on);
    auto const other = [&](std::size_t i, double x, values const&) { return leaky(others[i], x); };

    auto const found = shown.train(trained);
    EXPECT_GT(largest_difference(expected.forward(other, shown.images_in_double), found),
              10 * bound);
    EXPECT_LT(
        largest_difference(expected.train(drawn, shown.images_in_double, shown.labels), found),
        bound)
        << "step " << step;
  }
}

class digits_trained : public testing::TestWithParam<std::string> {};

TEST_P(digits_trained, IsTheSameBitsAgain) {
  data_set const all = read_file(DIGITS_DATA);
  std::vector<int> indices(180);
  std::iota(indices.begin(), indices.end(), 0);
  data_set const some = all.subset(indices);
  auto const run = [&](std::uint32_t seed) {
    return train({GetParam()}, some, some, 1, seed, [](int, score const&, score const&) {});
  };
  outcome const first = run(2);
  outcome const again = run(2);
  EXPECT_EQ(first.training.loss, again.training.loss);
  EXPECT_EQ(first.held_out.loss, again.held_out.loss);
  EXPECT_NE(first.held_out.loss, run(3).held_out.loss);
  ASSERT_EQ(first.learned_parameters.size(), again.learned_parameters.size());
  for (std::size_t p = 0; p < first.learned_parameters.size(); ++p)
    EXPECT_EQ(first.learned_parameters[p].values, again.learned_parameters[p].values);
}

std::vector<std::string> learned_and_random() {
  auto names = members_of("learned");
  for (std::string const& name : members_of("random")) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(each, digits_trained, testing::ValuesIn(learned_and_random()),
                         [](auto const& info) { return info.param; });

}  // namespace
