// Operands: registers, constants, addresses, vectors, pairs and call lists.
#pragma once

#include "ptx/module.hpp"
#include "ptx/scope.hpp"
#include "ptx/token_stream.hpp"

#include <cstddef>

namespace emulator::ptx {

class operand_parser {
 public:
  operand_parser(token_stream& tokens, function_scopes& scopes,
                 function_scopes::module_names const& module_names)
      : tokens_(tokens), scopes_(scopes), module_names_(module_names) {}

  /// One operand of the instruction that will be statement number `instruction`, in position
  /// `index`: a name that is neither register nor symbol must be a label, which may stand further
  /// down.
  operand parse(std::size_t instruction, std::size_t index, std::string_view mnemonic);

 private:
  operand parse_value();
  operand parse_name();
  operand parse_special(token const& name);
  operand parse_negated();
  operand parse_constant_operand();
  operand parse_vector();
  operand parse_list();
  operand parse_address();
  operand parse_pair(operand first);
  std::int64_t parse_offset();

  token_stream& tokens_;
  function_scopes& scopes_;
  function_scopes::module_names const& module_names_;
};

}  // namespace emulator::ptx
