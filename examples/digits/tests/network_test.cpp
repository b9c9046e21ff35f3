// Steps of the whole network against the same steps in double on the host: this is where a tensor
// saved for the wrong layer or a forgotten transposition shows.
#include "network.hpp"

#include "host_network.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace digits;
using namespace digits_test;

double sigmoid(std::size_t, double x, values const&) { return 1 / (1 + std::exp(-x)); }

TEST(digits_network, StepsAsDerivedOnPaper) {
  example shown;
  host_network expected(random_source(1, random_source::training));
  random_source initial(1, random_source::training);
  network trained({"sigmoid"}, rows, 1, initial, shown.on);

  std::vector<float> before(shown.log_probabilities.size());
  for (int step = 0; step < 4; ++step) {
    auto const found = shown.train(trained);
    values const exact = expected.train(sigmoid, shown.images_in_double, shown.labels);
    EXPECT_LT(largest_difference(exact, found), bound) << "step " << step;
    EXPECT_GT(largest_difference(exact, before), 100 * bound) << "step " << step;
    before = found;
  }
}

TEST(digits_network, KnowsWhetherItsHiddenLayerHasLearned) {
  example shown;
  for (std::string const name : {"heaviside", "relu"}) {
    random_source initial(1, random_source::training);
    network trained({name}, rows, 1, initial, shown.on);
    EXPECT_FALSE(trained.hidden_layer_has_learned()) << name;
    shown.train(trained);
    EXPECT_EQ(trained.hidden_layer_has_learned(), name == "relu") << name;
  }
}

TEST(digits_network, RefusesAnUnknownActivation) {
  stream const on;
  random_source initial(1, random_source::training);
  EXPECT_THROW(network({"rellu"}, rows, 1, initial, on), std::runtime_error);
}

}  // namespace
