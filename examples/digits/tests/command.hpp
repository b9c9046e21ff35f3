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

/// The percentage in the last line, `held-out accuracy: 97.31 %`; -1 if the output ends otherwise.
double held_out_accuracy(std::string const& output);

}  // namespace digits_test
