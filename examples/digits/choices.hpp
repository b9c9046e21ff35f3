// The activations that there are, for the command line: looked up and put into words.
#pragma once

#include "activation.hpp"

namespace digits {

bool is_activation(std::string const& name);
/// Of any activation.
bool is_parameter(std::string const& name);
bool has_parameter(std::string const& activation, std::string const& parameter);

/// "apl --hinges 3"
std::string in_words(activation_choice const& choice);

/// "pointwise: identity, heaviside, ...", and so on for each family.
std::string families_in_words(std::string const& separator);
/// "--slope of leaky_relu, hard_sigmoid", and so on for each parameter.
std::string parameters_in_words(std::string const& separator);

}  // namespace digits
