// What the tests by table run: every pointwise op, type and direction, and what parameters it
// takes.
#pragma once

#include "support/pointwise_call.hpp"

#include <cstddef>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

namespace support {

struct pointwise_subject {
  act_op op;
  storage const* type;
  direction way;
  std::string name;        // of the activation
  std::string parameters;  // "slope=-2"; "" for the defaults
};

/// "_slope_m2" of "slope=-2", and "" of "".
inline std::string as_test_name(std::string const& parameters) {
  std::string result;
  for (char const c : parameters.empty() ? "" : "_" + parameters) {
    result += c == '-' ? 'm' : c == '=' || c == '.' || c == ' ' ? '_' : c;
  }
  return result;
}

inline std::string to_string(pointwise_subject const& s) {
  return s.name + "_" + s.type->name + "_" + to_string(s.way) + as_test_name(s.parameters);
}
inline void PrintTo(pointwise_subject const& s, std::ostream* out) { *out << to_string(s); }

/// Where the op has no such direction, or not with these parameters, the call says so for any n.
inline bool has_direction(act_op const& op, storage const& type, direction way) {
  return way != direction::backward_from_output ||
         act_backward_from_output(&op, type.dtype, nullptr, nullptr, nullptr, 0, nullptr) == ACT_OK;
}

/// Parameters that contradict each other are refused for any n.
inline bool goes_together(act_op const& op) {
  return act_forward(&op, ACT_FLOAT32, nullptr, nullptr, 0, nullptr) == ACT_OK;
}

inline void add_subjects(std::vector<pointwise_subject>& all, act_op const& op,
                         std::string const& parameters) {
  for (storage const& type : storages) {
    for (direction const way :
         {direction::forward, direction::backward, direction::backward_from_output}) {
      if (has_direction(op, type, way))
        all.push_back({op, &type, way, act_op_name(static_cast<int>(op.index)), parameters});
    }
  }
}

/// Every op with its default parameters, in every type and direction.
inline std::vector<pointwise_subject> pointwise_subjects() {
  std::vector<pointwise_subject> all;
  for (int i = 0; i < act_op_count(); ++i) add_subjects(all, op_named(act_op_name(i)), "");
  return all;
}

/// For each parameter another value in every turn: below 0, below 1 and above, where it allows them.
inline constexpr char const* other_parameter_values[] = {"-2", "0.3", "3"};

/// What the parameters, by their numbers, have been set to: "slope=-2 threshold=0.3".
template <class Name, class Set>
std::string set_other_parameters(std::size_t turn, int count, Name const& name, Set const& set) {
  std::string taken;
  for (int p = 0; p < count; ++p) {
    std::size_t const which =
        (turn + static_cast<std::size_t>(p)) % std::size(other_parameter_values);
    char const* const value = other_parameter_values[which];
    if (set(name(p), std::stod(value)) == ACT_OK)
      taken += (taken.empty() ? "" : " ") + std::string(name(p)) + "=" + value;
  }
  return taken;
}

/// The same, and for each op with parameters others.
inline std::vector<pointwise_subject> pointwise_subjects_and_parameters() {
  std::vector<pointwise_subject> all = pointwise_subjects();
  for (int i = 0; i < act_op_count(); ++i) {
    for (std::size_t turn = 0; turn < std::size(other_parameter_values); ++turn) {
      act_op op = op_named(act_op_name(i));
      std::string const taken = set_other_parameters(
          turn, act_op_parameter_count(i), [&](int p) { return act_op_parameter_name(i, p); },
          [&](char const* name, double value) { return act_op_set(&op, name, value); });
      if (!taken.empty() && goes_together(op)) add_subjects(all, op, taken);
    }
  }
  return all;
}

}  // namespace support
