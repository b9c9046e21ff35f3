// What the tests by table run: every gated linear unit and type, and what parameters it takes.
#pragma once

#include "support/glu_call.hpp"
#include "support/pointwise_subjects.hpp"

#include <iterator>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace support {

struct glu_subject {
  act_glu op;
  storage const* type;
  std::string name;        // of the unit
  std::string parameters;  // "beta=-2"; "" for the defaults
};

inline std::string to_string(glu_subject const& s) {
  return s.name + "_" + s.type->name + as_test_name(s.parameters);
}
inline void PrintTo(glu_subject const& s, std::ostream* out) { *out << to_string(s); }

/// Every unit with its default parameters, in every type.
inline std::vector<glu_subject> glu_subjects() {
  std::vector<glu_subject> all;
  for (int i = 0; i < act_glu_count(); ++i) {
    for (storage const& type : storages)
      all.push_back({glu_named(act_glu_name(i)), &type, act_glu_name(i), ""});
  }
  return all;
}

/// The same, and where there are parameters, others.
inline std::vector<glu_subject> glu_subjects_and_parameters() {
  std::vector<glu_subject> all = glu_subjects();
  for (int i = 0; i < act_glu_count(); ++i) {
    for (std::size_t turn = 0; turn < std::size(other_parameter_values); ++turn) {
      act_glu op = glu_named(act_glu_name(i));
      std::string const taken = set_other_parameters(
          turn, act_glu_parameter_count(i), [&](int p) { return act_glu_parameter_name(i, p); },
          [&](char const* name, double value) { return act_glu_set(&op, name, value); });
      if (taken.empty()) continue;
      for (storage const& type : storages) all.push_back({op, &type, act_glu_name(i), taken});
    }
  }
  return all;
}

inline host_array normal_noise(storage const& type, std::size_t n, std::mt19937_64& random) {
  std::normal_distribution<double> normal(0, 3);
  host_array result(type, n);
  for (std::size_t i = 0; i < n; ++i) result.set(i, normal(random));
  return result;
}

inline glu_inputs noisy_inputs(storage const& type, std::int64_t rows, std::int64_t columns) {
  std::mt19937_64 random(static_cast<std::uint64_t>(rows * 1'000'003 + columns));
  auto const n = static_cast<std::size_t>(rows * columns);
  return {rows, columns, normal_noise(type, n, random), normal_noise(type, n, random),
          normal_noise(type, n, random)};
}

}  // namespace support
