// The network 64-128-10: a hidden layer with an activation of the library, and log_softmax.
#pragma once

#include "activation.hpp"
#include "layer.hpp"

#include <cstdint>

namespace digits {

class network {
 public:
  static constexpr int hidden = 128;

  /// largest_rows: of any call that follows. random: of the initial weights; what the activation
  /// draws is its own and comes from the seed.
  /// @throws std::runtime_error  for an activation that the library refuses
  network(activation_choice const& choice, int largest_rows, std::uint32_t seed,
          random_source& random, stream const& on);

  /// images [rows][pixels] to log_probabilities [rows][classes]
  void forward(float const* images, float* log_probabilities, int rows);
  /// One step on the mean negative log-likelihood of the labels; writes the log-probabilities from
  /// before the step.
  void train(float const* images, std::int32_t const* labels, float* log_probabilities, int rows,
             float rate, float momentum);

  std::vector<learned_values> learned_parameters() const { return activation_->learned(); }
  bool hidden_layer_has_learned() const { return hidden_layer_.has_learned(); }

 private:
  /// From y_ on.
  void finish_forward(float* log_probabilities, int rows);

  stream const& stream_;
  std::unique_ptr<activation> activation_;
  act_softmax log_softmax_;
  layer hidden_layer_;
  layer output_layer_;
  // [largest_rows][hidden] and [largest_rows][classes], written anew by each call
  device_array<float> z_, y_, dz_, dy_;
  device_array<float> scores_, d_scores_;
};

}  // namespace digits
