// Runs the trainer as a user does: the program itself, its output and its exit status.
#pragma once

#include <string>

namespace digits_test {

struct command_result {
  int status;
  std::string out;
  std::string err;
};

/// arguments: as typed in a shell
command_result run_digits(std::string const& arguments);

}  // namespace digits_test
