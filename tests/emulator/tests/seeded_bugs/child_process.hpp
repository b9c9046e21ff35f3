// A program of this executable in a process of its own.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace seeded {

struct outcome {
  std::string status;  // "exit 0", "signal 11"
  std::string errors;  // what it wrote to stderr
};

/// Runs this executable with the arguments and with these variables set.
outcome run_this_executable(std::vector<std::string> const& arguments,
                            std::vector<std::pair<std::string, std::string>> const& variables);

}  // namespace seeded
