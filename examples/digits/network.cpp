#include "network.hpp"

#include "data_set.hpp"
#include "kernels.hpp"

namespace digits {
namespace {

act_softmax softmax_named(char const* name) {
  act_softmax op;
  check(act_softmax_from_name(name, &op));
  return op;
}

}  // namespace

network::network(activation_choice const& choice, int largest_rows, std::uint32_t seed,
                 random_source& random, stream const& on)
    : stream_(on),
      activation_(make_activation(choice, {hidden, largest_rows, seed, on})),
      log_softmax_(softmax_named("log_softmax")),
      hidden_layer_(pixels, hidden, random, on),
      output_layer_(hidden, classes, random, on),
      z_(largest_rows * hidden),
      y_(largest_rows * hidden),
      dz_(largest_rows * hidden),
      dy_(largest_rows * hidden),
      scores_(largest_rows * classes),
      d_scores_(largest_rows * classes) {}

void network::forward(float const* images, float* log_probabilities, int rows) {
  hidden_layer_.forward(images, z_.data(), rows);
  activation_->forward(z_.data(), y_.data(), rows);
  finish_forward(log_probabilities, rows);
}

void network::finish_forward(float* log_probabilities, int rows) {
  output_layer_.forward(y_.data(), scores_.data(), rows);
  check(act_softmax_forward(&log_softmax_, ACT_FLOAT32, scores_.data(), log_probabilities, rows,
                            classes, stream_));
}

void network::train(float const* images, std::int32_t const* labels, float* log_probabilities,
                    int rows, float rate, float momentum) {
  hidden_layer_.forward(images, z_.data(), rows);
  activation_->forward_in_training(z_.data(), y_.data(), rows);
  finish_forward(log_probabilities, rows);

  likelihood_gradient(labels, d_scores_.data(), rows, classes, stream_);
  check(act_softmax_backward(&log_softmax_, ACT_FLOAT32, d_scores_.data(), log_probabilities,
                             d_scores_.data(), rows, classes, stream_));
  output_layer_.backward(y_.data(), d_scores_.data(), dy_.data(), rows);
  activation_->backward(dy_.data(), z_.data(), dz_.data(), rows);
  hidden_layer_.backward(images, dz_.data(), nullptr, rows);

  output_layer_.step(rate, momentum);
  activation_->step(rate, momentum);
  hidden_layer_.step(rate, momentum);
}

}  // namespace digits
