// One pointwise call through the C ABI, device memory included.
#pragma once

#include "support/device_buffer.hpp"
#include "support/runtime_calls.hpp"

#include <activations_cuda/activations.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace support {

enum class direction { forward, backward, backward_from_output };

inline char const* to_string(direction d) {
  switch (d) {
    case direction::forward:
      return "forward";
    case direction::backward:
      return "backward";
    case direction::backward_from_output:
      break;
  }
  return "backward_from_output";
}

inline act_op op_named(std::string const& name) {
  act_op op;
  if (act_op_from_name(name.c_str(), &op) != ACT_OK) throw std::runtime_error(act_last_error());
  return op;
}

/// Where the operands of a call lie: bytes before each first element, and whether the output is an
/// input.
struct placement {
  std::size_t offset[3] = {0, 0, 0};  // (dy,) x or y, then the output
  enum { apart, over_saved, over_dy } output = apart;
};

/// The operands of a call in device memory.
class operands {
 public:
  operands(host_array const* dy, host_array const& saved, placement const& where)
      : type_(saved.type()), saved_(saved, where.offset[1]) {
    if (dy) dy_.emplace(*dy, where.offset[0]);
    if (where.output == placement::apart) own_.emplace(saved.bytes(), where.offset[2]);
    out_ = own_ ? &*own_ : where.output == placement::over_saved ? &saved_ : &*dy_;
  }
  operands(operands const&) = delete;

  /// Others, of the same type and number.
  void upload(host_array const* dy, host_array const& saved) const {
    saved_.upload(saved);
    if (dy) dy_->upload(*dy);
  }
  void* dy() const { return dy_->get(); }
  void* saved() const { return saved_.get(); }
  void* out() const { return out_->get(); }
  host_array download() const { return out_->download(type_); }
  void download_to(host_array& values) const { out_->download_to(values); }
  void fill_output(int byte) const { out_->fill(byte); }

 private:
  storage const& type_;
  device_buffer saved_;
  std::optional<device_buffer> dy_;
  std::optional<device_buffer> own_;
  device_buffer const* out_;
};

inline void require_launches(act_status status, long before, long expected) {
  if (status != ACT_OK) throw std::runtime_error(act_last_error());
  if (calls().launches - before != expected) {
    throw std::runtime_error("the call launched " + std::to_string(calls().launches - before) +
                             " kernels instead of " + std::to_string(expected));
  }
}

/// Asserts that one kernel was launched for n > 0.
inline void launch(act_op const& op, direction d, act_dtype dtype, operands const& at,
                   std::int64_t n) {
  long const before = calls().launches;
  act_status status = ACT_OK;
  switch (d) {
    case direction::forward:
      status = act_forward(&op, dtype, at.saved(), at.out(), n, nullptr);
      break;
    case direction::backward:
      status = act_backward(&op, dtype, at.dy(), at.saved(), at.out(), n, nullptr);
      break;
    case direction::backward_from_output:
      status = act_backward_from_output(&op, dtype, at.dy(), at.saved(), at.out(), n, nullptr);
      break;
  }
  require_launches(status, before, n > 0 ? 1 : 0);
}

/// x (or y) and, for the backward directions, dy go in; y or dx comes out.
inline host_array call(act_op const& op, direction d, host_array const* dy, host_array const& saved,
                       placement const& where = {}) {
  operands const at(dy, saved, where);
  launch(op, d, saved.type().dtype, at, static_cast<std::int64_t>(saved.size()));
  return at.download();
}

/// Calls in which only the elements differ: their memory serves again. What an earlier call left is
/// overwritten with NaN first, so that it cannot pass for a result.
class repeated_call {
 public:
  repeated_call(act_op const& op, direction d) : op_(op), way_(d) {}

  void upload(host_array const* dy, host_array const& saved) {
    if (result_ && result_->size() == saved.size()) return at_->upload(dy, saved);
    at_.emplace(dy, saved, placement{});
    result_.emplace(saved.type(), saved.size());
  }
  host_array const& operator()() {
    at_->fill_output(0xFF);
    launch(op_, way_, result_->type().dtype, *at_, static_cast<std::int64_t>(result_->size()));
    at_->download_to(*result_);
    return *result_;
  }

 private:
  act_op op_;
  direction way_;
  std::optional<operands> at_;
  std::optional<host_array> result_;
};

}  // namespace support
