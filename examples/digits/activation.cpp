#include "activation.hpp"

#include "families.hpp"

namespace digits {
namespace {

template <class Visitor>
void for_each_family(Visitor const& visit) {
  visit(pointwise_family);
  visit(learned_family);
  visit(random_family);
}

template <class Descriptor>
bool has(family_calls<Descriptor> const& family, std::string const& name) {
  for (int i = 0; i < family.count(); ++i)
    if (family.name(i) == name) return true;
  return false;
}

template <class Descriptor>
Descriptor described(family_calls<Descriptor> const& family, activation_choice const& choice) {
  Descriptor op;
  check(family.from_name(choice.name.c_str(), &op));
  for (auto const& [name, value] : choice.parameters) check(family.set(&op, name.c_str(), value));
  check(family.compute_nothing(&op));
  return op;
}

/// Calls use(family, descriptor).
template <class Use>
void with_descriptor_of(activation_choice const& choice, Use const& use) {
  bool found = false;
  for_each_family([&](auto const& family) {
    if (!has(family, choice.name)) return;
    found = true;
    use(family, described(family, choice));
  });
  if (!found) throw std::runtime_error("no activation is called '" + choice.name + "'");
}

}  // namespace

std::vector<activation_family> activation_families() {
  std::vector<activation_family> families;
  for_each_family([&](auto const& family) {
    families.push_back({family.title, {}});
    for (int i = 0; i < family.count(); ++i) {
      known_activation member{family.name(i), {}};
      for (int p = 0; p < family.parameter_count(i); ++p)
        member.parameters.emplace_back(family.parameter_name(i, p));
      families.back().members.push_back(member);
    }
  });
  return families;
}

std::vector<std::string> activation_names() {
  std::vector<std::string> names;
  for (activation_family const& family : activation_families())
    for (known_activation const& member : family.members) names.push_back(member.name);
  return names;
}

void check(activation_choice const& choice) {
  with_descriptor_of(choice, [](auto const&, auto const&) {});
}

std::unique_ptr<activation> make_activation(activation_choice const& choice,
                                            activation_place const& place) {
  std::unique_ptr<activation> made;
  with_descriptor_of(choice,
                     [&](auto const& family, auto const& op) { made = family.make(op, place); });
  return made;
}

}  // namespace digits
