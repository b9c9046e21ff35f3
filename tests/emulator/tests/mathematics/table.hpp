// What was measured, for docs/emulator_mathematics.md: the script `page` collects it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mathematics {

struct worst_error {
  double from_rounded = 0;
  double from_exact = 0;
  std::string where;
  std::string detail;
};

struct measurement {
  std::string name;
  std::string type;
  int documented;
  std::size_t points;
  worst_error exact{};
  std::vector<std::string> approximate_functions{};
  worst_error moved{};
};

/// Appends a line to the file that EMULATOR_MATHEMATICS_TABLE names, if it names one.
void record(measurement const& m);

}  // namespace mathematics
