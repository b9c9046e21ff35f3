// The network 64-128-10: a hidden layer with an activation of the library, and log_softmax.
#pragma once

#include "layer.hpp"

#include <cstdint>
#include <string>

namespace digits {

/// The names of the library's pointwise activations.
std::vector<std::string> activation_names();

class network {
 public:
  static constexpr int hidden = 128;

  /// largest_rows: of any call that follows
  /// @throws std::runtime_error  for a name that the library does not know
  network(std::string const& activation, int largest_rows, random_source& random, stream const& on);

  /// images [rows][pixels] to log_probabilities [rows][classes]
  void forward(float const* images, float* log_probabilities, int rows);
  /// One step on the mean negative log-likelihood of the labels; writes the log-probabilities from
  /// before the step.
  void train(float const* images, std::int32_t const* labels, float* log_probabilities, int rows,
             float rate, float momentum);

  bool hidden_layer_has_learned() const { return hidden_layer_.has_learned(); }

 private:
  stream const& stream_;
  act_op activation_;
  act_softmax log_softmax_;
  layer hidden_layer_;
  layer output_layer_;
  // [largest_rows][hidden] and [largest_rows][classes], written anew by each call
  device_array<float> z_, y_, dz_, dy_;
  device_array<float> scores_, d_scores_;
};

}  // namespace digits
