#include "choices.hpp"

#include <algorithm>
#include <sstream>

namespace digits {
namespace {

template <class Visitor>
void for_each_activation(Visitor const& visit) {
  for (activation_family const& family : activation_families())
    for (known_activation const& member : family.members) visit(member);
}

/// Names, and what to print behind each group's.
class groups {
 public:
  void add(std::string const& group, std::string const& member) {
    auto const found = std::find_if(groups_.begin(), groups_.end(),
                                    [&](auto const& known) { return known.first == group; });
    if (found == groups_.end()) {
      groups_.emplace_back(group, member);
    } else {
      found->second += ", " + member;
    }
  }
  std::string in_words(std::string const& between, std::string const& separator) const {
    std::string text;
    for (auto const& [group, members] : groups_)
      text += (text.empty() ? "" : separator) + group + between + members;
    return text;
  }

 private:
  std::vector<std::pair<std::string, std::string>> groups_;  // in the order of their first members
};

}  // namespace

bool is_activation(std::string const& name) {
  auto const names = activation_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_parameter(std::string const& name) {
  auto const names = activation_names();
  return std::any_of(names.begin(), names.end(), [&](auto const& activation) {
    return has_parameter(activation, name);
  });
}

bool has_parameter(std::string const& activation, std::string const& parameter) {
  bool found = false;
  for_each_activation([&](known_activation const& member) {
    auto const& all = member.parameters;
    if (member.name == activation)
      found = std::find(all.begin(), all.end(), parameter) != all.end();
  });
  return found;
}

std::string in_words(activation_choice const& choice) {
  std::ostringstream text;
  text << choice.name;
  for (auto const& [parameter, value] : choice.parameters)
    text << " --" << parameter << ' ' << value;
  return text.str();
}

std::string families_in_words(std::string const& separator) {
  groups families;
  for (activation_family const& family : activation_families())
    for (known_activation const& member : family.members) families.add(family.title, member.name);
  return families.in_words(": ", separator);
}

std::string parameters_in_words(std::string const& separator) {
  groups parameters;
  for_each_activation([&](known_activation const& member) {
    for (std::string const& parameter : member.parameters)
      parameters.add("--" + parameter, member.name);
  });
  return parameters.in_words(" of ", separator);
}

}  // namespace digits
