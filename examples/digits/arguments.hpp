// The command line of the digits trainer.
#pragma once

#include "activation.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace digits {

struct arguments {
  activation_choice activation{"relu"};  // of the library, or "all"
  int epochs = 15;
  std::uint32_t seed = 1;
  bool help = false;

  bool compares_all() const { return activation.name == "all"; }
};

/// A command line that cannot be followed; what() names the argument, its value and what is
/// allowed.
struct bad_argument : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// words: the command line without the program's name. Of an argument given twice the last counts.
/// @throws bad_argument
arguments parse(std::vector<std::string> const& words);

std::string help_text();

}  // namespace digits
