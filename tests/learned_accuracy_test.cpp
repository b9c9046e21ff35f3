// The compiled kernels of the activations with learned parameters against the oracle, under every
// error that approximate instructions may have. Each element is a channel of its own, so that a
// gradient is what one element adds to it.
#include "support/approximations.hpp"
#include "support/device_buffer.hpp"
#include "support/learned_judge.hpp"
#include "support/samples.hpp"

#include <activations_cuda/activations.h>

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace {

using support::device_buffer;
using support::host_array;
using support::storage;

void check(act_status status) { ASSERT_EQ(status, ACT_OK) << act_last_error(); }

template <class Number>
class on_device {
 public:
  on_device(support::learned_subject const& subject, std::vector<double> const& channel,
            storage const& type, host_array const& x, host_array const& dy)
      : judge_(subject, channel, type), type_(type), x_(x), dy_(dy), device_x_(x), device_dy_(dy) {
    check(act_learned_from_name(subject.name, &op_));
    arrays_ = static_cast<std::size_t>(act_learned_array_count(static_cast<int>(op_.index)));
    rows_ = channel.size() / arrays_;
    if (act_learned_parameter_count(static_cast<int>(op_.index)) != 0)
      check(act_learned_set(&op_, "hinges", static_cast<double>(rows_)));
    for (std::size_t a = 0; a < arrays_; ++a) {
      host_array values(judge_.sum_type(), rows_ * x.size());
      for (std::size_t row = 0; row < rows_; ++row) {
        for (std::size_t i = 0; i < x.size(); ++i)
          values.set(row * x.size() + i, channel[a * rows_ + row]);
      }
      learned_.emplace_back(values);
      gradients_.emplace_back(values.bytes());
    }
  }

  void run() {
    support::under_each_approximation([&](std::string const& how) {
      SCOPED_TRACE(how);
      compute();
    });
    judge_.record();
  }

 private:
  void compute() {
    act_channel_shape const shape{1, static_cast<std::int64_t>(x_.size()), 1};
    device_buffer const y(x_.bytes()), dx(x_.bytes());
    std::vector<void const*> learned;
    std::vector<void*> gradients;
    for (device_buffer const& a : learned_) learned.push_back(a.get());
    for (device_buffer const& a : gradients_) gradients.push_back(a.get());
    std::size_t bytes = 0;
    check(act_learned_backward_workspace(&op_, type_.dtype, shape, &bytes));
    device_buffer const space(bytes);
    act_dtype const of_learned = judge_.sum_type().dtype;
    check(act_learned_forward(&op_, type_.dtype, shape, device_x_.get(), of_learned, learned.data(),
                              y.get(), nullptr));
    check(act_learned_backward_with_parameters(
        &op_, type_.dtype, shape, device_dy_.get(), device_x_.get(), of_learned, learned.data(),
        dx.get(), gradients.data(), ACT_OVERWRITE, space.get(), bytes, nullptr));
    host_array const y_values = y.download(type_);
    host_array const dx_values = dx.download(type_);
    std::vector<host_array> sums;
    for (device_buffer const& a : gradients_) sums.push_back(a.download(judge_.sum_type()));
    std::vector<double> of_element(arrays_ * rows_);
    for (std::size_t i = 0; i < x_.size() && !judge_.gives_up(); ++i) {
      for (std::size_t k = 0; k < of_element.size(); ++k)
        of_element[k] = sums[k / rows_][k % rows_ * x_.size() + i];
      judge_.results_of(i, x_[i], dy_[i], y_values[i], dx_values[i], of_element);
    }
  }

  support::learned_judge<Number> judge_;
  storage const& type_;
  host_array const& x_;
  host_array const& dy_;
  device_buffer device_x_, device_dy_;
  act_learned op_{};
  std::size_t arrays_ = 0, rows_ = 0;
  std::vector<device_buffer> learned_, gradients_;
};

class learned_accuracy : public testing::TestWithParam<std::size_t> {
 protected:
  template <class Number>
  void run(act_dtype dtype) const {
    support::learned_subject const& subject = support::learned_subjects()[GetParam()];
    storage const& type = support::storages[dtype];
    for (auto const& channel : subject.channels) {
      support::learned_judge<Number> const judge(subject, channel, type);
      std::mt19937_64 random(support::seed());
      host_array const x = support::inputs(type, judge.knots(), random);
      host_array const dy = support::output_gradients(type, x.size(), random);
      on_device<Number>(subject, channel, type, x, dy).run();
    }
  }
};

TEST_P(learned_accuracy, IsWithinTheContractInFloat32) { run<double>(ACT_FLOAT32); }
TEST_P(learned_accuracy, IsWithinTheContractInFloat64) { run<oracle::big>(ACT_FLOAT64); }
TEST_P(learned_accuracy, IsWithinTheContractInFloat16) { run<double>(ACT_FLOAT16); }
TEST_P(learned_accuracy, IsWithinTheContractInBfloat16) { run<double>(ACT_BFLOAT16); }

INSTANTIATE_TEST_SUITE_P(kernels, learned_accuracy,
                         testing::Range(std::size_t{0}, support::learned_subjects().size()),
                         [](auto const& info) {
                           return support::learned_subjects()[info.param].name;
                         });

}  // namespace
