#include "ptx/module_parser.hpp"

#include "ptx/body_parser.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace emulator::ptx {

namespace {

constexpr std::uint64_t max_directive_value = std::numeric_limits<std::uint32_t>::max();

enum class arguments { none, integers };

struct directive_row {
  std::string_view name;
  arguments takes;
};

constexpr std::array function_directives{
    directive_row{"maxntid", arguments::integers},
    directive_row{"reqntid", arguments::integers},
    directive_row{"minnctapersm", arguments::integers},
    directive_row{"maxnctapersm", arguments::integers},
    directive_row{"maxnreg", arguments::integers},
    directive_row{"reqnctapercluster", arguments::integers},
    directive_row{"maxclusterrank", arguments::integers},
    directive_row{"abi_preserve", arguments::integers},
    directive_row{"abi_preserve_control", arguments::integers},
    directive_row{"explicitcluster", arguments::none},
    directive_row{"blocksareclusters", arguments::none},
    directive_row{"noreturn", arguments::none},
};

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    std::size_t const end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

module parse(std::string_view text) {
  module result = module_parser(text).parse();
  result.source_lines = split_lines(text);
  return result;
}

module module_parser::parse() {
  parse_header();
  while (!tokens_.at_end()) parse_item();
  check_references();
  resolve_aliases();
  return std::move(result_);
}

void module_parser::parse_header() {
  if (!tokens_.accept_dotted("version")) tokens_.fail_expected("'.version'");
  if (tokens_.peek().kind != token_kind::float64) tokens_.fail_expected("a version such as 9.0");
  result_.version = std::string(tokens_.take().text);
  if (!tokens_.accept_dotted("target")) tokens_.fail_expected("'.target'");
  parse_target();
}

void module_parser::parse_target() {
  result_.target = std::string(tokens_.expect_identifier("a target such as sm_80").text);
  while (tokens_.accept(",")) tokens_.expect_identifier("a target option");
}

void module_parser::parse_item() {
  if (tokens_.accept(";")) return;
  bool external = false;
  while (tokens_.peek().is_dotted("visible") || tokens_.peek().is_dotted("weak") ||
         tokens_.peek().is_dotted("extern") || tokens_.peek().is_dotted("common")) {
    external = tokens_.take().text == "extern" || external;
  }
  if (tokens_.peek().kind != token_kind::dotted) tokens_.fail_expected("a directive");
  token const directive = tokens_.take();
  if (directive.text == "entry" || directive.text == "func") {
    parse_function(directive.text == "entry");
  } else if (directive.text == "global" || directive.text == "const" ||
             directive.text == "shared") {
    parse_variables(directive, external);
  } else if (directive.text == "address_size") {
    std::uint64_t const bits = tokens_.expect_integer("an address size", 64);
    if (bits != 64) fail_at(directive, "only 64-bit addresses are supported");
  } else if (directive.text == "alias") {
    parse_alias();
  } else if (!skip_directive_without_effect(tokens_, directive)) {
    fail_at(directive, "unknown directive " + describe(directive));
  }
}

void module_parser::parse_variables(token const& space_name, bool external) {
  state_space const space = space_name.text == "global"  ? state_space::global
                            : space_name.text == "const" ? state_space::constant
                                                         : state_space::shared;
  declared_type const type = declarations_.parse_type();
  do {
    declared_variable declared =
        declarations_.parse_variable(space, type, space != state_space::shared);
    declared.value.external = external;
    if (!names_.emplace(declared.name.text, declared.name.line).second) {
      // A declaration may be followed by its definition.
      auto const earlier =
          std::find_if(result_.variables.begin(), result_.variables.end(),
                       [&](variable const& other) { return other.name == declared.value.name; });
      if (earlier == result_.variables.end() || (!earlier->external && !external)) {
        fail_at(declared.name, describe(declared.name) + " is already declared");
      }
      if (!external) *earlier = std::move(declared.value);
    } else {
      result_.variables.push_back(std::move(declared.value));
    }
    references_.insert(references_.end(), declared.references.begin(), declared.references.end());
  } while (tokens_.accept(","));
  tokens_.expect(";");
}

void module_parser::parse_integers(std::vector<std::uint32_t>& values) {
  values.clear();
  do {
    values.push_back(static_cast<std::uint32_t>(
        tokens_.expect_integer("a directive's value", max_directive_value)));
  } while (tokens_.accept(","));
}

void module_parser::parse_function_directives(function& target) {
  while (tokens_.peek().kind == token_kind::dotted) {
    token const directive = tokens_.take();
    if (directive.text == "attribute") {
      declarations_.skip_attribute();
      continue;
    }
    if (skip_directive_without_effect(tokens_, directive)) continue;
    auto const row =
        std::find_if(function_directives.begin(), function_directives.end(),
                     [&](directive_row const& known) { return known.name == directive.text; });
    if (row == function_directives.end()) {
      fail_at(directive, "unknown directive " + describe(directive) + " of a function");
    }
    auto& values = target.directives[std::string(directive.text)];
    if (row->takes == arguments::integers) parse_integers(values);
  }
}

void module_parser::parse_function(bool is_entry) {
  function target;
  target.is_entry = is_entry;
  if (tokens_.accept_dotted("attribute")) declarations_.skip_attribute();
  std::vector<declared_variable> results;
  if (!is_entry && tokens_.peek().is("(")) results = declarations_.parse_parameters();
  token const name = tokens_.expect_identifier("a function's name");
  std::vector<declared_variable> parameters;
  if (tokens_.peek().is("(")) parameters = declarations_.parse_parameters();
  target.name = std::string(name.text);
  target.line = name.line;
  for (auto const& value : results) target.return_values.push_back(value.value);
  for (auto const& value : parameters) target.parameters.push_back(value.value);
  parse_function_directives(target);
  target.is_declaration = tokens_.accept(";");
  names_.emplace(name.text, name.line);
  if (!target.is_declaration) {
    if (!defined_functions_.insert(name.text).second) {
      fail_at(name, describe(name) + " is already defined");
    }
    body_parser body(tokens_, target, names_);
    body.declare(results);
    body.declare(parameters);
    body.parse();
  }
  result_.functions.push_back(std::move(target));
}

void module_parser::parse_alias() {
  alias added;
  added.name = tokens_.expect_identifier("an alias");
  tokens_.expect(",");
  added.target = tokens_.expect_identifier("a function's name");
  tokens_.expect(";");
  aliases_.push_back(added);
}

void module_parser::check_references() const {
  for (auto const& name : references_) {
    if (names_.count(name.text) == 0) fail_at(name, describe(name) + " is not declared");
  }
}

void module_parser::resolve_aliases() {
  for (auto const& entry : aliases_) {
    auto const target = std::find_if(
        result_.functions.begin(), result_.functions.end(), [&](function const& candidate) {
          return !candidate.is_declaration && candidate.name == entry.target.text;
        });
    if (target == result_.functions.end()) {
      fail_at(entry.target, describe(entry.target) + " is not defined");
    }
    function copy = *target;
    copy.name = std::string(entry.name.text);
    result_.functions.push_back(std::move(copy));
  }
}

}  // namespace emulator::ptx
