// One call of a random activation through the C ABI, device memory included.
#pragma once

#include "support/pointwise_call.hpp"

#include <activations_cuda/activations.h>

#include <cstdint>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace support {

inline act_random random_named(std::string const& name) {
  act_random op;
  if (act_random_from_name(name.c_str(), &op) != ACT_OK) throw std::runtime_error(act_last_error());
  return op;
}

/// rrelu with these bounds.
inline act_random rrelu_between(double lower, double upper) {
  act_random op = random_named("rrelu");
  if (act_random_set(&op, "lower", lower) != ACT_OK ||
      act_random_set(&op, "upper", upper) != ACT_OK)
    throw std::runtime_error(act_last_error());
  return op;
}

inline act_random_position position_at(std::uint64_t seed, std::uint64_t offset,
                                       std::int64_t first_element = 0) {
  return {seed, offset, first_element, nullptr, nullptr};
}

/// y, or with dy dx. Asserts that one kernel was launched for n > 0.
inline host_array call(act_random const& op, host_array const* dy, host_array const& x,
                       act_random_position const& position, placement const& where = {}) {
  act_dtype const dtype = x.type().dtype;
  operands const at(dy, x, where);
  auto const n = static_cast<std::int64_t>(x.size());
  long const before = calls().launches;
  act_status const status =
      dy != nullptr
          ? act_random_backward(&op, dtype, at.dy(), at.saved(), at.out(), n, &position, nullptr)
          : act_random_forward(&op, dtype, at.saved(), at.out(), n, &position, nullptr);
  require_launches(status, before, n > 0 ? 1 : 0);
  return at.download();
}

/// The slopes of n elements of the type.
inline host_array slopes(act_random const& op, storage const& type, std::size_t n,
                         act_random_position const& position) {
  storage const& computed = storages[type.dtype == ACT_FLOAT64 ? ACT_FLOAT64 : ACT_FLOAT32];
  device_buffer const slope(n * computed.bytes);
  long const before = calls().launches;
  act_status const status = act_random_slopes(&op, type.dtype, slope.get(),
                                              static_cast<std::int64_t>(n), &position, nullptr);
  require_launches(status, before, n > 0 ? 1 : 0);
  return slope.download(computed);
}

/// What the tests run: every type and direction.
struct random_subject {
  storage const* type;
  bool has_dy;
};
inline std::string to_string(random_subject const& s) {
  return std::string(s.type->name) + (s.has_dy ? "_backward" : "_forward");
}
inline void PrintTo(random_subject const& s, std::ostream* out) { *out << to_string(s); }
inline std::vector<random_subject> random_subjects() {
  std::vector<random_subject> all;
  for (storage const& type : storages) {
    for (bool const has_dy : {false, true}) all.push_back({&type, has_dy});
  }
  return all;
}

}  // namespace support
