// Steps of the whole network against the same steps in double on the host, derived on paper: this
// is where a tensor saved for the wrong layer or a forgotten transposition shows.
#include "network.hpp"

#include "data_set.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace digits;

constexpr int rows = 7;
constexpr double rate = 0.5;
constexpr double momentum = 0.75;

using values = std::vector<double>;  // a row-major matrix

struct host_layer {
  host_layer(int in, int out, random_source& random)
      : inputs(in), outputs(out), w(in * out), vw(in * out), b(out), vb(out) {
    float const limit = std::sqrt(6.0f / static_cast<float>(in + out));
    for (double& weight : w) weight = random.uniform(limit);
  }

  values forward(values const& x) const {
    values z(rows * outputs);
    for (int r = 0; r < rows; ++r) {
      for (int o = 0; o < outputs; ++o) {
        z[r * outputs + o] = b[o];
        for (int i = 0; i < inputs; ++i)
          z[r * outputs + o] += x[r * inputs + i] * w[i * outputs + o];
      }
    }
    return z;
  }

  /// dx, and a step
  values train(values const& x, values const& dz) {
    values dx(rows * inputs);
    values dw(w.size());
    values db(b.size());
    for (int r = 0; r < rows; ++r) {
      for (int o = 0; o < outputs; ++o) {
        double const d = dz[r * outputs + o];
        db[o] += d;
        for (int i = 0; i < inputs; ++i) {
          dx[r * inputs + i] += d * w[i * outputs + o];
          dw[i * outputs + o] += d * x[r * inputs + i];
        }
      }
    }
    step(dw, vw, w);
    step(db, vb, b);
    return dx;
  }

  static void step(values const& gradient, values& velocity, values& parameter) {
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      velocity[i] = momentum * velocity[i] + gradient[i];
      parameter[i] -= rate * velocity[i];
    }
  }

  int inputs, outputs;
  values w, vw, b, vb;
};

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

values log_softmax(values const& scores) {
  values result = scores;
  for (int r = 0; r < rows; ++r) {
    double sum = 0;
    for (int c = 0; c < classes; ++c) sum += std::exp(scores[r * classes + c]);
    for (int c = 0; c < classes; ++c) result[r * classes + c] -= std::log(sum);
  }
  return result;
}

/// 64-128-10 with sigmoid: its log-probabilities before each step
class host_network {
 public:
  explicit host_network(random_source random)
      : first_(pixels, network::hidden, random), second_(network::hidden, classes, random) {}

  values train(values const& x, std::vector<std::int32_t> const& labels) {
    values const z = first_.forward(x);
    values y = z;
    for (double& value : y) value = sigmoid(value);
    values const log_probabilities = log_softmax(second_.forward(y));

    // Of the mean of -log p[label]: (p - one at the label) / rows.
    values d_scores = log_probabilities;
    for (double& value : d_scores) value = std::exp(value) / rows;
    for (int r = 0; r < rows; ++r) d_scores[r * classes + labels[r]] -= 1.0 / rows;
    values dz = second_.train(y, d_scores);
    for (std::size_t i = 0; i < dz.size(); ++i) dz[i] *= sigmoid(z[i]) * sigmoid(-z[i]);
    first_.train(x, dz);
    return log_probabilities;
  }

 private:
  host_layer first_, second_;
};

double largest_difference(values const& expected, std::vector<float> const& found) {
  double largest = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    double const difference = std::abs(expected[i] - found[i]);
    if (!(difference <= largest)) largest = std::isnan(difference) ? INFINITY : difference;
  }
  return largest;
}

// Sums of up to 128 products in float32 lose 128 * 2^-24 < 1e-5 of the sum of magnitudes, which is
// below 8 in each layer here; log-probabilities follow a score one to one, and steps hand on less
// than they are given. A step itself moves the log-probabilities by a hundred times the bound.
constexpr double bound = 2 * 8 * 1e-5;

TEST(digits_network, StepsAsDerivedOnPaper) {
  stream const on;
  random_source random(11, random_source::splitting);
  std::vector<float> images(rows * pixels);
  for (float& pixel : images) pixel = std::abs(random.uniform(1.0f));
  std::vector<std::int32_t> const labels = {3, 0, 9, 3, 5, 1, 7};
  values const images_in_double(images.begin(), images.end());

  host_network expected(random_source(1, random_source::training));
  random_source initial(1, random_source::training);
  network trained("sigmoid", rows, initial, on);
  device_array<float> images_on_device(images, on);
  device_array<std::int32_t> labels_on_device(labels, on);
  device_array<float> log_probabilities(rows * classes);

  std::vector<float> before(rows * classes);
  for (int step = 0; step < 4; ++step) {
    trained.train(images_on_device.data(), labels_on_device.data(), log_probabilities.data(), rows,
                  static_cast<float>(rate), static_cast<float>(momentum));
    auto const found = log_probabilities.download(on);
    values const exact = expected.train(images_in_double, labels);
    EXPECT_LT(largest_difference(exact, found), bound) << "step " << step;
    EXPECT_GT(largest_difference(exact, before), 100 * bound) << "step " << step;
    before = found;
  }
}

TEST(digits_network, KnowsWhetherItsHiddenLayerHasLearned) {
  stream const on;
  std::vector<float> const images(rows * pixels, 0.5f);
  std::vector<std::int32_t> const labels(rows, 4);
  device_array<float> images_on_device(images, on);
  device_array<std::int32_t> labels_on_device(labels, on);
  device_array<float> log_probabilities(rows * classes);
  for (std::string const name : {"heaviside", "relu"}) {
    random_source initial(1, random_source::training);
    network trained(name, rows, initial, on);
    EXPECT_FALSE(trained.hidden_layer_has_learned()) << name;
    trained.train(images_on_device.data(), labels_on_device.data(), log_probabilities.data(), rows,
                  0.1f, 0.9f);
    EXPECT_EQ(trained.hidden_layer_has_learned(), name == "relu") << name;
  }
}

TEST(digits_network, RefusesAnUnknownActivation) {
  stream const on;
  random_source initial(1, random_source::training);
  EXPECT_THROW(network("rellu", rows, initial, on), std::runtime_error);
}

}  // namespace
