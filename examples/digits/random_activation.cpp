#include "families.hpp"

#include <activations_cuda/random_position.hpp>

namespace digits {
namespace {

/// In training each element of each step draws a number of its own; at inference their mean takes
/// its place.
class random_activation final : public activation {
 public:
  random_activation(act_random const& op, activation_place const& place)
      : op_(op), units_(place.units), stream_(place.on) {
    check(act_random_inference(&op_, ACT_SLOPE_MEAN_ARITHMETIC, &inference_));
    position_.seed = place.seed;
  }

  void forward(float const* x, float* y, int rows) override {
    check(act_forward(&inference_, ACT_FLOAT32, x, y, elements(rows), stream_));
  }
  void forward_in_training(float const* x, float* y, int rows) override {
    position_.offset = next_offset_;
    next_offset_ += activations_cuda::random_blocks<float>(elements(rows));
    check(act_random_forward(&op_, ACT_FLOAT32, x, y, elements(rows), &position_, stream_));
  }
  void backward(float const* dy, float const* x, float* dx, int rows) override {
    check(act_random_backward(&op_, ACT_FLOAT32, dy, x, dx, elements(rows), &position_, stream_));
  }

 private:
  std::int64_t elements(int rows) const { return rows * units_; }

  act_random op_;
  act_op inference_;
  std::int64_t units_;
  stream const& stream_;
  act_random_position position_{};  // of the last step
  std::uint64_t next_offset_ = 0;
};

act_status compute_nothing(act_random const* op) {
  act_random_position const anywhere{};
  return act_random_forward(op, ACT_FLOAT32, nullptr, nullptr, 0, &anywhere, nullptr);
}

std::unique_ptr<activation> make(act_random const& op, activation_place const& place) {
  return std::make_unique<random_activation>(op, place);
}

}  // namespace

family_calls<act_random> const random_family{"random",
                                             act_random_count,
                                             act_random_name,
                                             act_random_parameter_count,
                                             act_random_parameter_name,
                                             act_random_from_name,
                                             act_random_set,
                                             compute_nothing,
                                             make};

}  // namespace digits
