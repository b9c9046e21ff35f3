#include "families.hpp"

namespace digits {
namespace {

class pointwise_activation final : public activation {
 public:
  pointwise_activation(act_op const& op, activation_place const& place)
      : op_(op), units_(place.units), stream_(place.on) {}

  void forward(float const* x, float* y, int rows) override {
    check(act_forward(&op_, ACT_FLOAT32, x, y, std::int64_t{rows} * units_, stream_));
  }
  void backward(float const* dy, float const* x, float* dx, int rows) override {
    check(act_backward(&op_, ACT_FLOAT32, dy, x, dx, std::int64_t{rows} * units_, stream_));
  }

 private:
  act_op op_;
  std::int64_t units_;
  stream const& stream_;
};

act_status compute_nothing(act_op const* op) {
  return act_forward(op, ACT_FLOAT32, nullptr, nullptr, 0, nullptr);
}

std::unique_ptr<activation> make(act_op const& op, activation_place const& place) {
  return std::make_unique<pointwise_activation>(op, place);
}

}  // namespace

family_calls<act_op> const pointwise_family{"pointwise",
                                            act_op_count,
                                            act_op_name,
                                            act_op_parameter_count,
                                            act_op_parameter_name,
                                            act_op_from_name,
                                            act_op_set,
                                            compute_nothing,
                                            make};

}  // namespace digits
