// Trains a network and measures it.
#pragma once

#include "activation.hpp"
#include "data_set.hpp"
#include "device.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string>

namespace digits {

constexpr int batch_size = 60;
constexpr float learning_rate = 0.15f;
constexpr float momentum = 0.9f;

/// What a network said about images whose labels are known.
struct score {
  double loss = 0;  // mean negative log-likelihood
  int right = 0;
  int total = 0;
  std::array<std::array<int, classes>, classes> confusion{};  // [label][answer]

  double accuracy() const { return 100.0 * right / total; }  // per cent
};

struct outcome {
  std::string activation;
  score training;  // during the last epoch, each batch before its step
  score held_out;
  bool hidden_layer_has_learned = true;
  std::vector<learned_values> learned_parameters = {};  // of the hidden layer's activation
};

/// log_probabilities [labels.size()][classes]; the answer is the first of the most likely classes.
score judge(std::vector<float> const& log_probabilities, std::vector<int> const& labels);

using progress = std::function<void(int epoch, score const& training, score const& held_out)>;

/// The same data, seed and epochs start from the same weights and see the same batches, whatever
/// the activation.
outcome train(activation_choice const& choice, data_set const& training, data_set const& held_out,
              int epochs, std::uint32_t seed, progress const& after_epoch);

}  // namespace digits
