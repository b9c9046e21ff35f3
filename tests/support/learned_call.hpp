// One call of an activation with learned parameters through the C ABI, device memory included.
#pragma once

#include "support/device_buffer.hpp"
#include "support/runtime_calls.hpp"
#include "support/storage.hpp"

#include <activations_cuda/activations.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace support {

inline act_learned learned_named(std::string const& name) {
  act_learned op;
  if (act_learned_from_name(name.c_str(), &op) != ACT_OK)
    throw std::runtime_error(act_last_error());
  return op;
}

inline act_learned apl_of(int hinges) {
  act_learned op = learned_named("apl");
  if (act_learned_set(&op, "hinges", hinges) != ACT_OK) throw std::runtime_error(act_last_error());
  return op;
}

/// Rows of each of its arrays.
inline std::size_t learned_rows(act_learned const& op) {
  std::int64_t rows = 0;
  if (act_learned_array_rows(&op, &rows) != ACT_OK) throw std::runtime_error(act_last_error());
  return static_cast<std::size_t>(rows);
}

/// The device memory of a call: x, dy, y, dx, parameters, their gradients, workspace. All arrays are
/// of the types given.
class learned_operands {
 public:
  learned_operands(act_learned const& op, storage const& type, storage const& learned_type,
                   act_channel_shape const& shape, host_array const& x, host_array const& dy,
                   std::vector<host_array> const& learned)
      : op_(op),
        type_(&type),
        learned_type_(&learned_type),
        shape_(shape),
        x_(x),
        dy_(dy),
        y_(x.bytes()),
        dx_(x.bytes()),
        scratch_(workspace_bytes()) {
    for (host_array const& array : learned) {
      learned_.emplace_back(array);
      gradients_.emplace_back(host_array(learned_type, array.size()));
      pointers_.push_back(learned_.back().get());
      of_gradients_.push_back(gradients_.back().get());
    }
  }

  void forward(cudaStream_t stream = nullptr) const {
    require(act_learned_forward(&op_, type_->dtype, shape_, x_.get(), learned_type_->dtype,
                                pointers_.data(), y_.get(), stream));
  }
  void backward(cudaStream_t stream = nullptr) const {
    require(act_learned_backward(&op_, type_->dtype, shape_, dy_.get(), x_.get(),
                                 learned_type_->dtype, pointers_.data(), dx_.get(), stream));
  }
  void backward_with_parameters(act_gradient_update update, cudaStream_t stream = nullptr) const {
    require(act_learned_backward_with_parameters(
        &op_, type_->dtype, shape_, dy_.get(), x_.get(), learned_type_->dtype, pointers_.data(),
        dx_.get(), of_gradients_.data(), update, scratch_.get(), workspace_bytes(), stream));
  }
  void backward_parameters(act_gradient_update update, cudaStream_t stream = nullptr) const {
    require(act_learned_backward_parameters(
        &op_, type_->dtype, shape_, dy_.get(), x_.get(), learned_type_->dtype, pointers_.data(),
        of_gradients_.data(), update, scratch_.get(), workspace_bytes(), stream));
  }

  std::size_t workspace_bytes() const {
    std::size_t bytes = 0;
    require(act_learned_backward_workspace(&op_, type_->dtype, shape_, &bytes));
    return bytes;
  }
  void set_x(host_array const& x) const { x_.upload(x); }
  host_array y() const { return y_.download(*type_); }
  host_array dx() const { return dx_.download(*type_); }
  host_array gradient(std::size_t array) const {
    return gradients_[array].download(*learned_type_);
  }
  std::size_t arrays() const { return gradients_.size(); }

 private:
  static void require(act_status status) {
    if (status != ACT_OK) throw std::runtime_error(act_last_error());
  }

  act_learned op_;
  storage const *type_, *learned_type_;
  act_channel_shape shape_;
  device_buffer x_, dy_, y_, dx_, scratch_;
  std::vector<device_buffer> learned_, gradients_;
  std::vector<void const*> pointers_;
  std::vector<void*> of_gradients_;
};

}  // namespace support
