#include "table.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace mathematics {

void record(measurement const& m) {
  char const* const path = std::getenv("EMULATOR_MATHEMATICS_TABLE");
  if (path == nullptr) return;
  std::string approximate;
  for (std::string const& function : m.approximate_functions)
    approximate += (approximate.empty() ? "" : ", ") + function;
  std::ofstream file(path, std::ios::app);
  file << m.name << '\t' << m.type << '\t' << m.documented << '\t' << m.exact.from_rounded << '\t'
       << m.exact.from_exact << '\t' << m.exact.where << '\t' << approximate << '\t'
       << m.moved.from_rounded << '\t' << m.moved.where << '\t' << m.points << '\n';
  if (!file.flush())
    throw std::runtime_error(std::string("EMULATOR_MATHEMATICS_TABLE is ") + path +
                             ", which cannot be written");
}

}  // namespace mathematics
