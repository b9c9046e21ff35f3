#include "ptx/body_parser.hpp"

#include <limits>
#include <utility>

namespace emulator::ptx {

namespace {

constexpr std::uint64_t any_integer = std::numeric_limits<std::uint64_t>::max();

// .loc 1 2 8, function_name $L__info_string0+4, inlined_at 1 10 3
void skip_location(token_stream& tokens) {
  auto const skip_place = [&tokens] {
    for (int i = 0; i < 3; ++i) tokens.expect_integer("a source location", any_integer);
  };
  skip_place();
  while (tokens.accept(",")) {
    token const attribute = tokens.expect_identifier("'function_name' or 'inlined_at'");
    if (attribute.text == "inlined_at") {
      skip_place();
    } else if (attribute.text == "function_name") {
      tokens.take();
      if (tokens.accept("+")) tokens.expect_integer("an offset", any_integer);
    } else {
      fail_at(attribute, "unknown attribute " + describe(attribute) + " of .loc");
    }
  }
}

void skip_file(token_stream& tokens) {
  tokens.expect_integer("a file number", any_integer);
  tokens.expect_string("a file name");
  while (tokens.accept(",")) tokens.expect_integer("a file attribute", any_integer);
}

void skip_pragma(token_stream& tokens) {
  do {
    tokens.expect_string("a pragma in quotes");
  } while (tokens.accept(","));
  tokens.expect(";");
}

void skip_section(token_stream& tokens) {
  if (tokens.peek().kind != token_kind::dotted && tokens.peek().kind != token_kind::identifier) {
    tokens.fail_expected("a section's name");
  }
  tokens.take();
  tokens.expect("{");
  tokens.skip_balanced("{", "}");
}

std::string describe_parameter(variable const& parameter) {
  std::string result = ".align " + std::to_string(parameter.alignment) + " ." +
                       std::string(to_string(parameter.type));
  if (parameter.is_array) result += "[" + std::to_string(parameter.count) + "]";
  return result;
}

}  // namespace

bool skip_directive_without_effect(token_stream& tokens, token const& directive) {
  if (directive.text == "loc") {
    skip_location(tokens);
  } else if (directive.text == "file") {
    skip_file(tokens);
  } else if (directive.text == "pragma") {
    skip_pragma(tokens);
  } else if (directive.text == "section") {
    skip_section(tokens);
  } else {
    return false;
  }
  return true;
}

body_parser::body_parser(token_stream& tokens, function& target,
                         function_scopes::module_names const& module_names)
    : tokens_(tokens),
      target_(target),
      module_names_(module_names),
      scopes_(target, module_names),
      operands_(tokens, scopes_, module_names),
      declarations_(tokens) {}

void body_parser::declare(std::vector<declared_variable> const& parameters) {
  for (auto const& parameter : parameters) {
    if (parameter.name.text != "_") scopes_.declare_variable(parameter.name);
  }
}

void body_parser::parse() {
  tokens_.expect("{");
  for (;;) {
    if (tokens_.at_end()) tokens_.fail_expected("'}'");
    if (tokens_.peek().is("}")) {
      tokens_.take();
      if (scopes_.at_outermost()) break;
      scopes_.close();
    } else if (tokens_.peek().is("{")) {
      scopes_.open(tokens_.take());
    } else {
      parse_statement();
    }
  }
  scopes_.resolve_labels();
}

void body_parser::parse_statement() {
  token const& first = tokens_.peek();
  if (first.kind == token_kind::dotted) {
    parse_directive();
  } else if (first.is("@")) {
    parse_guarded_instruction();
  } else if (first.kind == token_kind::identifier) {
    parse_label_or_instruction();
  } else if (!tokens_.accept(";")) {  // inline assembly leaves empty statements
    tokens_.fail_expected("a statement");
  }
}

void body_parser::parse_directive() {
  token const directive = tokens_.take();
  if (directive.text == "reg") return parse_registers();
  bool const external = directive.text == "extern";
  token const space = external ? tokens_.take() : directive;
  if (space.is_dotted("shared")) return parse_variables(state_space::shared, external);
  if (space.is_dotted("local")) return parse_variables(state_space::local, external);
  if (space.is_dotted("param")) return parse_variables(state_space::param, external);
  if (!skip_directive_without_effect(tokens_, directive)) {
    fail_at(directive, "unknown directive " + describe(directive) + " in a function");
  }
}

void body_parser::parse_registers() {
  token const place = tokens_.peek();
  declared_type const type = declarations_.parse_type();
  if (type.vector_width != 1) fail_at(place, "vector registers are not supported");
  do {
    token const name = tokens_.expect_identifier("a register's name");
    if (tokens_.accept("<")) {
      std::uint64_t const count = tokens_.expect_integer("a register count", any_integer);
      tokens_.expect(">");
      scopes_.declare_registers(name, count, type.type);
    } else {
      scopes_.declare_register(name, type.type);
    }
  } while (tokens_.accept(","));
  tokens_.expect(";");
}

void body_parser::parse_variables(state_space space, bool external) {
  declared_type const type = declarations_.parse_type();
  do {
    declared_variable declared = declarations_.parse_variable(space, type, false);
    declared.value.external = external;
    declared.value.name = scopes_.declare_variable(declared.name);
    target_.variables.push_back(std::move(declared.value));
  } while (tokens_.accept(","));
  tokens_.expect(";");
}

void body_parser::parse_label_or_instruction() {
  token const name = tokens_.take();
  if (!tokens_.accept(":")) return parse_instruction(name);
  token const next = tokens_.peek();
  if (next.is_dotted("branchtargets") || next.is_dotted("calltargets")) {
    tokens_.take();
    parse_targets(name, next.text);
  } else if (next.is_dotted("callprototype")) {
    tokens_.take();
    parse_prototype(name);
  } else {
    scopes_.declare_label(name);
  }
}

void body_parser::parse_targets(token const& label, std::string_view directive) {
  std::string const key = scopes_.declare_target_list(label);
  auto& list = target_.target_lists[key];
  do {
    token const name = tokens_.expect_identifier("a label or function");
    if (directive == "branchtargets") {
      scopes_.use_label(name, key, list.size());
    } else if (module_names_.count(name.text) == 0) {
      fail_at(name, describe(name) + " is not declared");
    }
    list.emplace_back(name.text);
  } while (tokens_.accept(","));
  tokens_.expect(";");
}

void body_parser::parse_prototype(token const& label) {
  auto& list = target_.target_lists[scopes_.declare_target_list(label)];
  if (tokens_.peek().is("(")) {
    for (auto const& value : declarations_.parse_parameters()) {
      list.push_back("return " + describe_parameter(value.value));
    }
  }
  tokens_.expect_identifier("'_'");
  if (tokens_.peek().is("(")) {
    for (auto const& value : declarations_.parse_parameters()) {
      list.push_back("parameter " + describe_parameter(value.value));
    }
  }
  for (;;) {
    if (tokens_.accept_dotted("noreturn")) continue;
    if (tokens_.accept_dotted("abi_preserve") || tokens_.accept_dotted("abi_preserve_control")) {
      tokens_.expect_integer("a register count", any_integer);
      continue;
    }
    break;
  }
  tokens_.expect(";");
}

void body_parser::parse_guarded_instruction() {
  tokens_.expect("@");
  bool const negated = tokens_.accept("!");
  token const name = tokens_.expect_identifier("a predicate register");
  auto const found = scopes_.find(name.text);
  if (!found || found->kind != operand::kind_t::reg) {
    fail_at(name, describe(name) + " is not declared as a register");
  }
  if (target_.registers[found->index].type != scalar_type::pred) {
    fail_at(name, describe(name) + " is not a predicate");
  }
  parse_instruction(tokens_.expect_identifier("an instruction"));
  target_.body.back().guard = found->index;
  target_.body.back().guard_negated = negated;
}

void body_parser::parse_instruction(token const& mnemonic) {
  instruction result;
  result.line = mnemonic.line;
  result.opcode.emplace_back(mnemonic.text);
  while (tokens_.peek().kind == token_kind::dotted) {
    result.opcode.emplace_back(tokens_.take().text);
  }
  if (!tokens_.peek().is(";")) {
    do {
      result.operands.push_back(
          operands_.parse(target_.body.size(), result.operands.size(), mnemonic.text));
    } while (tokens_.accept(","));
  }
  tokens_.expect(";");
  target_.body.push_back(std::move(result));
}

}  // namespace emulator::ptx
