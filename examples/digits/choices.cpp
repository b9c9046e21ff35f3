#include "choices.hpp"

#include <algorithm>
#include <sstream>

namespace digits {
namespace {

std::string joined(std::vector<std::string> const& words, std::string const& separator) {
  std::string text;
  for (std::string const& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

std::vector<known_activation> known_activations() {
  std::vector<known_activation> all;
  for (activation_family const& family : activation_families())
    all.insert(all.end(), family.members.begin(), family.members.end());
  return all;
}

}  // namespace

bool is_one_of(std::vector<std::string> const& names, std::string const& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> owners_of(std::string const& parameter) {
  std::vector<std::string> owners;
  for (known_activation const& known : known_activations())
    if (is_one_of(known.parameters, parameter)) owners.push_back(known.name);
  return owners;
}

std::string in_words(activation_choice const& choice) {
  std::ostringstream text;
  text << choice.name;
  for (auto const& [parameter, value] : choice.parameters)
    text << " --" << parameter << ' ' << value;
  return text.str();
}

std::string parameter_in_words(std::string const& parameter) {
  return "--" + parameter + " of " + joined(owners_of(parameter), ", ");
}

std::string families_in_words(std::string const& separator) {
  std::vector<std::string> families;
  for (activation_family const& family : activation_families()) {
    std::vector<std::string> names;
    for (known_activation const& member : family.members) names.push_back(member.name);
    families.push_back(family.title + ": " + joined(names, ", "));
  }
  return joined(families, separator);
}

std::string parameters_in_words(std::string const& separator) {
  std::vector<std::string> parameters;
  for (known_activation const& known : known_activations()) {
    for (std::string const& parameter : known.parameters) {
      std::string const words = parameter_in_words(parameter);
      if (!is_one_of(parameters, words)) parameters.push_back(words);
    }
  }
  return joined(parameters, separator);
}

}  // namespace digits
