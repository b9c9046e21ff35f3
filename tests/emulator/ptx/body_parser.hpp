// A function's body: scopes, declarations, labels and instructions.
#pragma once

#include "ptx/declaration_parser.hpp"
#include "ptx/module.hpp"
#include "ptx/operand_parser.hpp"
#include "ptx/scope.hpp"
#include "ptx/token_stream.hpp"

#include <vector>

namespace emulator::ptx {

class body_parser {
 public:
  body_parser(token_stream& tokens, function& target,
              function_scopes::module_names const& module_names);

  /// Parameters and return values are names of the outermost scope.
  void declare(std::vector<declared_variable> const& parameters);

  /// From the opening brace to the closing one.
  void parse();

 private:
  void parse_statement();
  void parse_directive();
  void parse_registers();
  void parse_variables(state_space space, bool external);
  void parse_label_or_instruction();
  void parse_targets(token const& label, std::string_view directive);
  void parse_prototype(token const& label);
  void parse_instruction(token const& mnemonic);
  void parse_guarded_instruction();

  token_stream& tokens_;
  function& target_;
  function_scopes::module_names const& module_names_;
  function_scopes scopes_;
  operand_parser operands_;
  declaration_parser declarations_;
};

/// .loc, .file, .pragma and the like, whose mark has been taken; false if it is none of them.
bool skip_directive_without_effect(token_stream& tokens, token const& directive);

}  // namespace emulator::ptx
