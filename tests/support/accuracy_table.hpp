// What the accuracy tests measured, for docs/accuracy.md: tests/accuracy/page collects it.
#pragma once

#include "support/storage.hpp"

#include <cstddef>
#include <string>

namespace support {

struct measurement {
  char const* family;  // "pointwise", "exhaustive", "rowwise"
  std::string op;
  std::string type;
  std::string direction;
  double allowed;
  char const* unit;  // "" where the worst is a part of a bound
  double worst;
  std::string where;
  std::size_t elements;  // judged, under each way of the approximate instructions to err
};

/// Appends a line to the file that ACTIVATIONS_CUDA_ACCURACY_TABLE names, if it names one.
void record(measurement const& m);

}  // namespace support
