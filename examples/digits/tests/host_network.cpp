#include "host_network.hpp"

#include "data_set.hpp"

#include <algorithm>
#include <cmath>

namespace digits_test {
namespace {

using digits::classes;
using digits::network;
using digits::pixels;
using digits::random_source;

constexpr int hidden = network::hidden;

values glorot(int inputs, int outputs, random_source& random) {
  float const limit = std::sqrt(6.0f / static_cast<float>(inputs + outputs));
  values result(static_cast<std::size_t>(inputs) * outputs);
  for (double& weight : result) weight = random.uniform(limit);
  return result;
}

values log_softmax(values const& scores) {
  values result = scores;
  for (int r = 0; r < rows; ++r) {
    double sum = 0;
    for (int c = 0; c < classes; ++c) sum += std::exp(scores[r * classes + c]);
    for (int c = 0; c < classes; ++c) result[r * classes + c] -= std::log(sum);
  }
  return result;
}

/// The mean of -log p[label]
double loss(values const& log_probabilities, std::vector<std::int32_t> const& labels) {
  double sum = 0;
  for (int r = 0; r < rows; ++r) sum -= log_probabilities[r * classes + labels[r]];
  return sum / rows;
}

// Of central differences: the third derivatives' part is about its square, 1e-12, that of roundings
// 2^-53 over it, about 1e-10.
constexpr double difference = 1e-6;

std::vector<float> random_images() {
  random_source random(11, random_source::splitting);
  std::vector<float> images(rows * pixels);
  for (float& pixel : images) pixel = std::abs(random.uniform(1.0f));
  return images;
}

}  // namespace

void host_parameter::step(values const& gradient) {
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    velocity[i] = momentum * velocity[i] + gradient[i];
    value[i] -= rate * velocity[i];
  }
}

host_layer::host_layer(int inputs, int outputs, random_source& random)
    : inputs(inputs), outputs(outputs), w{glorot(inputs, outputs, random)}, b{values(outputs)} {}

values host_layer::forward(values const& x) const {
  values z(rows * outputs);
  for (int r = 0; r < rows; ++r) {
    for (int o = 0; o < outputs; ++o) z[r * outputs + o] = b.value[o];
    for (int i = 0; i < inputs; ++i) {
      for (int o = 0; o < outputs; ++o)
        z[r * outputs + o] += x[r * inputs + i] * w.value[i * outputs + o];
    }
  }
  return z;
}

values host_layer::train(values const& x, values const& dz) {
  values dx(rows * inputs);
  values dw(w.value.size());
  values db(b.value.size());
  for (int r = 0; r < rows; ++r) {
    for (int o = 0; o < outputs; ++o) {
      double const d = dz[r * outputs + o];
      db[o] += d;
      for (int i = 0; i < inputs; ++i) {
        dx[r * inputs + i] += d * w.value[i * outputs + o];
        dw[i * outputs + o] += d * x[r * inputs + i];
      }
    }
  }
  w.step(dw);
  b.step(db);
  return dx;
}

host_network::host_network(random_source random, std::vector<values> const& learned)
    : first_(pixels, hidden, random), second_(hidden, classes, random) {
  for (values const& each : learned) learned_.push_back({each});
}

values host_network::activated(host_activation const& f, values const& z, double shift) const {
  values y(z.size());
  values parameters(learned_.size());
  for (std::size_t i = 0; i < z.size(); ++i) {
    for (std::size_t p = 0; p < parameters.size(); ++p)
      parameters[p] = learned_[p].value[i % hidden];
    y[i] = f(i, z[i] + shift, parameters);
  }
  return y;
}

values host_network::learned_gradient(host_activation const& f, values const& z,
                                      std::vector<std::int32_t> const& labels, values& of) {
  values gradient(of.size());
  for (std::size_t unit = 0; unit < of.size(); ++unit) {
    double const value = of[unit];
    auto const loss_at = [&](double moved) {
      of[unit] = moved;
      return loss(log_softmax(second_.forward(activated(f, z))), labels);
    };
    gradient[unit] = (loss_at(value + difference) - loss_at(value - difference)) / (2 * difference);
    of[unit] = value;
  }
  return gradient;
}

values host_network::forward(host_activation const& f, values const& images) const {
  return log_softmax(second_.forward(activated(f, first_.forward(images))));
}

values host_network::train(host_activation const& f, values const& images,
                           std::vector<std::int32_t> const& labels) {
  values const z = first_.forward(images);
  values const y = activated(f, z);
  values const log_probabilities = log_softmax(second_.forward(y));
  std::vector<values> gradients;
  for (host_parameter& each : learned_)
    gradients.push_back(learned_gradient(f, z, labels, each.value));

  // Of the loss: (p - one at the label) / rows.
  values d_scores = log_probabilities;
  for (double& value : d_scores) value = std::exp(value) / rows;
  for (int r = 0; r < rows; ++r) d_scores[r * classes + labels[r]] -= 1.0 / rows;
  values const above = activated(f, z, difference);
  values const below = activated(f, z, -difference);
  values dz = second_.train(y, d_scores);
  for (std::size_t i = 0; i < dz.size(); ++i) dz[i] *= (above[i] - below[i]) / (2 * difference);
  first_.train(images, dz);
  for (std::size_t p = 0; p < gradients.size(); ++p) learned_[p].step(gradients[p]);
  return log_probabilities;
}

double largest_difference(values const& expected, std::vector<float> const& found) {
  double largest = expected.size() == found.size() ? 0 : INFINITY;
  for (std::size_t i = 0; i < std::min(expected.size(), found.size()); ++i) {
    double const distance = std::abs(expected[i] - found[i]);
    if (!(distance <= largest)) largest = std::isnan(distance) ? INFINITY : distance;
  }
  return largest;
}

example::example() : images(random_images()) {}

std::vector<float> example::train(network& trained) {
  trained.train(images_on_device.data(), labels_on_device.data(), log_probabilities.data(), rows,
                static_cast<float>(rate), static_cast<float>(momentum));
  return log_probabilities.download(on);
}

std::vector<float> example::forward(network& tested) {
  tested.forward(images_on_device.data(), log_probabilities.data(), rows);
  return log_probabilities.download(on);
}

}  // namespace digits_test
