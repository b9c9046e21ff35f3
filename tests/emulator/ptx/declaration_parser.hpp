// Variables and parameters: types, alignment, array extents and initialisers.
#pragma once

#include "ptx/constant_expression.hpp"
#include "ptx/module.hpp"
#include "ptx/token_stream.hpp"

#include <string>
#include <vector>

namespace emulator::ptx {

/// What stands between the state space and the first name of a declaration.
struct declared_type {
  scalar_type type = scalar_type::none;
  unsigned vector_width = 1;
  std::uint32_t alignment = 0;  // 0: natural
};

struct declared_variable {
  token name;
  variable value;
  std::vector<token> references;  // names that the initialiser uses
};

class declaration_parser {
 public:
  explicit declaration_parser(token_stream& tokens) : tokens_(tokens) {}

  /// .align, .v2, .v4, the type and, for parameters, .ptr with its own space and alignment.
  declared_type parse_type();

  /// A name with its array extents; with its initialiser where one is allowed.
  declared_variable parse_variable(state_space space, declared_type const& type,
                                   bool initializer_allowed);

  /// (.param .b32 a, .param .align 8 .b8 b[16]): the parameters of a function or prototype.
  std::vector<declared_variable> parse_parameters();

  /// .attribute(...): nothing in it changes execution here.
  void skip_attribute();

 private:
  std::uint32_t parse_alignment();
  void parse_pointer_attribute();
  std::vector<std::uint64_t> parse_extents(variable& target);

  token_stream& tokens_;
};

/// The bits of a constant as a value of the type: integers truncate, floating-point numbers round
/// to nearest.
std::uint64_t constant_as(constant const& value, scalar_type type, token const& place);

}  // namespace emulator::ptx
