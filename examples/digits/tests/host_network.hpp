// The network 64-128-10 in double on the host, derived on paper; its activation is any function,
// whose derivatives are finite differences.
#pragma once

#include "network.hpp"

#include <cstddef>
#include <functional>

namespace digits_test {

constexpr int rows = 7;
constexpr double rate = 0.5;
constexpr double momentum = 0.75;

using values = std::vector<double>;  // a row-major matrix

struct host_parameter {
  values value;
  values velocity = values(value.size());

  void step(values const& gradient);
};

struct host_layer {
  host_layer(int inputs, int outputs, digits::random_source& random);

  values forward(values const& x) const;
  /// dx, and a step
  values train(values const& x, values const& dz);

  int inputs, outputs;
  host_parameter w, b;
};

/// y of one element, [row][unit], whose unit has these parameters
using host_activation =
    std::function<double(std::size_t element, double x, values const& parameters)>;

class host_network {
 public:
  /// learned: the activation's parameters, each [units]
  explicit host_network(digits::random_source random, std::vector<values> const& learned = {});

  /// The log-probabilities
  values forward(host_activation const& f, values const& images) const;
  /// Those from before a step
  values train(host_activation const& f, values const& images,
               std::vector<std::int32_t> const& labels);

  std::vector<host_parameter> const& learned() const { return learned_; }

 private:
  values activated(host_activation const& f, values const& z, double shift = 0) const;
  values learned_gradient(host_activation const& f, values const& z,
                          std::vector<std::int32_t> const& labels, values& of);

  host_layer first_, second_;
  std::vector<host_parameter> learned_;
};

double largest_difference(values const& expected, std::vector<float> const& found);

// Sums of up to 128 products in float32 lose 128 * 2^-24 < 1e-5 of the sum of magnitudes, which is
// below 8 in each layer here; log-probabilities follow a score one to one, and steps hand on less
// than they are given.
constexpr double bound = 2 * 8 * 1e-5;

/// What a network of the library's is trained on here.
struct example {
  digits::stream const on;
  std::vector<float> const images;
  std::vector<std::int32_t> const labels = {3, 0, 9, 3, 5, 1, 7};
  values const images_in_double{images.begin(), images.end()};
  digits::device_array<float> const images_on_device{images, on};
  digits::device_array<std::int32_t> const labels_on_device{labels, on};
  digits::device_array<float> log_probabilities{rows * 10};

  example();
  std::vector<float> train(digits::network& trained);
  std::vector<float> forward(digits::network& tested);
};

}  // namespace digits_test
