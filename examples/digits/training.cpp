#include "training.hpp"

#include "network.hpp"

#include <algorithm>
#include <numeric>

namespace digits {
namespace {

/// A data set in device memory, with room for what a network says about it.
class device_data {
 public:
  device_data(data_set const& data, stream const& on)
      : stream_(on),
        labels_on_host_(data.labels),
        images_(data.images, on),
        labels_(data.labels, on),
        log_probabilities_(data.size() * classes) {}

  score test(network& tested) {
    tested.forward(images_.data(), log_probabilities_.data(), labels_.size());
    return judge(log_probabilities_.download(stream_), labels_on_host_);
  }

  score train_one_epoch(network& trained) {
    for (int first = 0; first < labels_.size(); first += batch_size) {
      int const rows = std::min(batch_size, labels_.size() - first);
      trained.train(images_.data() + first * pixels, labels_.data() + first,
                    log_probabilities_.data() + first * classes, rows, learning_rate, momentum);
    }
    return judge(log_probabilities_.download(stream_), labels_on_host_);
  }

 private:
  stream const& stream_;
  std::vector<int> labels_on_host_;
  device_array<float> images_;
  device_array<std::int32_t> labels_;
  device_array<float> log_probabilities_;
};

}  // namespace

outcome train(activation_choice const& choice, data_set const& training, data_set const& held_out,
              int epochs, std::uint32_t seed, progress const& after_epoch) {
  stream const on;
  random_source random(seed, random_source::training);
  network trained(choice, std::max(batch_size, held_out.size()), seed, random, on);
  device_data test_data(held_out, on);

  std::vector<int> order(training.size());
  std::iota(order.begin(), order.end(), 0);
  outcome result;
  result.activation = choice.name;
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    random.shuffle(order);
    result.training = device_data(training.subset(order), on).train_one_epoch(trained);
    result.held_out = test_data.test(trained);
    after_epoch(epoch, result.training, result.held_out);
  }
  result.hidden_layer_has_learned = trained.hidden_layer_has_learned();
  result.learned_parameters = trained.learned_parameters();
  return result;
}

}  // namespace digits
