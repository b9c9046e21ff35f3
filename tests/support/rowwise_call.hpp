// One row-wise call through the C ABI, device memory included.
#pragma once

#include "support/device_buffer.hpp"
#include "support/pointwise_call.hpp"
#include "support/runtime_calls.hpp"

#include <activations_cuda/activations.h>

#include <optional>
#include <stdexcept>
#include <string>

namespace support {

inline act_softmax softmax_named(std::string const& name) {
  act_softmax op;
  if (act_softmax_from_name(name.c_str(), &op) != ACT_OK)
    throw std::runtime_error(act_last_error());
  return op;
}

/// A row after row matrix on the host.
struct matrix {
  host_array values;
  std::int64_t rows, columns;
};

/// x goes in and y comes out; or, with dy, y goes in and dx comes out. Asserts that one kernel was
/// launched where there are elements.
inline host_array call(act_softmax const& op, host_array const* dy, matrix const& saved,
                       placement const& where = {}) {
  storage const& type = saved.values.type();
  operands const at(dy, saved.values, where);
  long const before = calls().launches;
  act_status const status =
      dy == nullptr ? act_softmax_forward(&op, type.dtype, at.saved(), at.out(), saved.rows,
                                          saved.columns, nullptr)
                    : act_softmax_backward(&op, type.dtype, at.dy(), at.saved(), at.out(),
                                           saved.rows, saved.columns, nullptr);
  require_launches(status, before, saved.values.size() > 0 ? 1 : 0);
  return at.download();
}

}  // namespace support
