#include "families.hpp"
#include "parameter.hpp"
#include "random.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace digits {
namespace {

struct spread {
  char const* array;
  float limit;
};
// Hinges that start equal would stay equal. Uniform with the standard deviations of apl's authors,
// 0.2 and 0.5.
constexpr spread spreads[] = {{"a", 0.34641016f}, {"b", 0.8660254f}};

float spread_of(std::string const& array) {
  for (spread const& of : spreads)
    if (of.array == array) return of.limit;
  return 0.0f;
}

/// Arrays are [rows][units].
int rows_of_arrays(act_learned const& op) {
  std::int64_t rows = 0;
  check(act_learned_array_rows(&op, &rows));
  return static_cast<int>(rows);
}

/// Each unit is a channel.
class learned_activation final : public activation {
 public:
  learned_activation(act_learned const& op, activation_place const& place)
      : op_(op),
        index_(static_cast<int>(op.index)),
        units_(place.units),
        array_rows_(rows_of_arrays(op)),
        stream_(place.on),
        workspace_(largest_workspace(place.largest_rows)) {
    random_source random(place.seed, random_source::activation);
    for (int array = 0; array < act_learned_array_count(index_); ++array) {
      parameters_.push_back(std::make_unique<parameter>(initial_values(array, random), stream_));
      values_.push_back(parameters_.back()->value.data());
      gradients_.push_back(parameters_.back()->gradient.data());
    }
  }

  void forward(float const* x, float* y, int rows) override {
    check(act_learned_forward(&op_, ACT_FLOAT32, shape(rows), x, ACT_FLOAT32, values_.data(), y,
                              stream_));
  }
  void backward(float const* dy, float const* x, float* dx, int rows) override {
    check(act_learned_backward_with_parameters(
        &op_, ACT_FLOAT32, shape(rows), dy, x, ACT_FLOAT32, values_.data(), dx, gradients_.data(),
        ACT_OVERWRITE, workspace_.data(), static_cast<std::size_t>(workspace_.size()), stream_));
  }
  void step(float rate, float momentum) override {
    for (auto const& each : parameters_) each->step(rate, momentum, stream_);
  }

  std::vector<learned_values> learned() const override {
    std::vector<learned_values> result;
    for (int array = 0; array < act_learned_array_count(index_); ++array) {
      std::vector<float> const all = parameters_[array]->value.download(stream_);
      for (int row = 0; row < array_rows_; ++row) {
        std::string const number = array_rows_ > 1 ? " " + std::to_string(row + 1) : "";
        auto const first = all.begin() + row * units_;
        result.push_back({act_learned_array_name(index_, array) + number,
                          act_learned_array_initial(index_, array),
                          std::vector<float>(first, first + units_)});
      }
    }
    return result;
  }

 private:
  act_channel_shape shape(int rows) const { return {rows, units_, 1}; }

  /// More rows do not always need more.
  int largest_workspace(int largest_rows) const {
    std::size_t largest = 0;
    for (int rows = 1; rows <= largest_rows; ++rows) {
      std::size_t bytes = 0;
      check(act_learned_backward_workspace(&op_, ACT_FLOAT32, shape(rows), &bytes));
      largest = std::max(largest, bytes);
    }
    return static_cast<int>(largest);
  }

  std::vector<float> initial_values(int array, random_source& random) const {
    auto const initial = static_cast<float>(act_learned_array_initial(index_, array));
    float const limit = spread_of(act_learned_array_name(index_, array));
    std::vector<float> values(static_cast<std::size_t>(array_rows_) * units_);
    for (float& value : values) value = initial + random.uniform(limit);
    return values;
  }

  act_learned op_;
  int index_;
  int units_;
  int array_rows_;
  stream const& stream_;
  device_array<std::byte> workspace_;
  std::vector<std::unique_ptr<parameter>> parameters_;
  std::vector<void const*> values_;
  std::vector<void*> gradients_;
};

act_status compute_nothing(act_learned const* op) {
  void const* const unread = nullptr;
  return act_learned_forward(op, ACT_FLOAT32, {0, 1, 1}, nullptr, ACT_FLOAT32, &unread, nullptr,
                             nullptr);
}

std::unique_ptr<activation> make(act_learned const& op, activation_place const& place) {
  return std::make_unique<learned_activation>(op, place);
}

}  // namespace

family_calls<act_learned> const learned_family{"learned",
                                               act_learned_count,
                                               act_learned_name,
                                               act_learned_parameter_count,
                                               act_learned_parameter_name,
                                               act_learned_from_name,
                                               act_learned_set,
                                               compute_nothing,
                                               make};

}  // namespace digits
