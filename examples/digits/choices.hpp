// The activations that there are, for the command line: looked up and put into words.
#pragma once

#include "activation.hpp"

namespace digits {

bool is_one_of(std::vector<std::string> const& names, std::string const& name);

/// The activations that have a parameter of that name.
std::vector<std::string> owners_of(std::string const& parameter);

/// "apl --hinges 3"
std::string in_words(activation_choice const& choice);
/// "--hinges of apl"
std::string parameter_in_words(std::string const& parameter);

/// "pointwise: identity, heaviside, ...", and so on for each family.
std::string families_in_words(std::string const& separator);
/// "--hinges of apl", and so on for each parameter.
std::string parameters_in_words(std::string const& separator);

}  // namespace digits
