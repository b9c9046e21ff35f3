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

/// The values of the op's parameters as the kernels round them for this type, in the C ABI's order.
inline std::vector<double> rounded_parameters(act_op const& op, storage const& type) {
  std::vector<double> values;
  for (int i = 0; i < act_op_parameter_count(static_cast<int>(op.index)); ++i) {
    values.push_back(type.dtype == ACT_FLOAT64 ? op.parameters[i]
                                               : static_cast<float>(op.parameters[i]));
  }
  return values;
}

/// Where the operands of a call lie: bytes before each first element, and whether the output is an
/// input.
struct placement {
  std::size_t offset[3] = {0, 0, 0};  // (dy,) x or y, then the output
  enum { apart, over_saved, over_dy } output = apart;
};

/// x (or y) and, for the backward directions, dy go in; y or dx comes out. Asserts that one kernel
/// was launched for n > 0.
inline host_array call(act_op const& op, direction d, host_array const* dy, host_array const& saved,
                       placement const& where = {}) {
  storage const& type = saved.type();
  device_buffer saved_buffer(saved, where.offset[1]);
  std::optional<device_buffer> dy_buffer;
  if (dy) dy_buffer.emplace(*dy, where.offset[0]);
  std::optional<device_buffer> own;
  if (where.output == placement::apart) own.emplace(saved.bytes(), where.offset[2]);
  device_buffer const& out = own                                     ? *own
                             : where.output == placement::over_saved ? saved_buffer
                                                                     : *dy_buffer;

  auto const n = static_cast<std::int64_t>(saved.size());
  long const before = calls().launches;
  act_status status = ACT_OK;
  switch (d) {
    case direction::forward:
      status = act_forward(&op, type.dtype, saved_buffer.get(), out.get(), n, nullptr);
      break;
    case direction::backward:
      status = act_backward(&op, type.dtype, dy_buffer->get(), saved_buffer.get(), out.get(), n,
                            nullptr);
      break;
    case direction::backward_from_output:
      status = act_backward_from_output(&op, type.dtype, dy_buffer->get(), saved_buffer.get(),
                                        out.get(), n, nullptr);
      break;
  }
  if (status != ACT_OK) throw std::runtime_error(act_last_error());
  if (calls().launches - before != (n > 0 ? 1 : 0))
    throw std::runtime_error("the call did not launch one kernel");
  return out.download(type);
}

}  // namespace support
