// The activations with learned parameters and, for each, channels to test them with.
#pragma once

#include "oracle/learned.hpp"
#include "support/storage.hpp"

#include <string>
#include <utility>
#include <vector>

namespace support {

struct learned_subject {
  char const* name;
  std::vector<std::vector<double>> channels;  // parameters, flat
};

inline std::vector<learned_subject> const& learned_subjects() {
  double const huge = 0x1p100;
  static std::vector<learned_subject> const subjects{
      {"prelu", {{0.25}, {1.0}, {3.0}, {-1.5}, {0.0}, {1e-30}, {-huge}}},
      // the initial ones, slopes of every kind, crossed and equal thresholds, large and tiny ones
      {"s_shaped_relu",
       {{1.0, 1.0, 0.0, 0.2},
        {0.7, -0.5, -1.3, 2.5},
        {-1.0, 0.5, 1.0, 0.25},
        {0.0, 0.3, 0.0, 0.0},
        {6.0, 0.0, 0.0, 0.0},
        {huge, 1e10, -huge, -1e-10},
        {1e-30, 1e10, -1e-38, 0.999999}}},
      {"apl",
       {{0.0, 0.0},
        {-0.3, 0.7},
        {0.2, -0.4, 1.0, -0.5},
        {2.0, -1.0, 0.0, 1.0, 1.0, -huge},
        {0.15, -0.2, 0.05, 1.7, -0.3, 1e-30, -1.25, 0.5, 3.0, -0.5},
        {0.11, -0.19, 0.07, 0.2,   -0.13, -0.02, 0.3,  1.9,   -2.2, 0.17, 0.01,
         -0.4, 0.6,   0.0,  -0.08, 0.21,  0.31,  -0.6, -0.11, 0.9,  1.3,  -1.7,
         0.02, -0.03, 0.44, -0.5,  0.71,  0.71,  -2.0, 2.5,   -0.9, 0.13}}},
      {"swish", {{1.0}, {-0.7}, {1.702}, {30.0}, {0.0}, {1e-3}, {-1e-30}, {1e30}, {1e-36}}},
      {"learned_snake", {{1.0}, {0.3}, {-2.0}, {30.0}, {0.0}, {1e-3}, {-1e-30}, {1e-40}, {1e25}}},
  };
  return subjects;
}

/// The parameters as the kernels read them for this type, and the oracle of an activation with so
/// many.
inline std::pair<oracle::parameters, oracle::learned_activation> learned_oracle(
    learned_subject const& subject, std::vector<double> const& channel, storage const& type) {
  oracle::parameters p{{}, type.dtype == ACT_FLOAT64};
  for (double const value : channel) p.values.push_back(p.rounded(value));
  return {p, oracle::find_learned(subject.name, channel.size() / 2)};
}

}  // namespace support
