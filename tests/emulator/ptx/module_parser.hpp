// The top level of a module: its header, its variables and its functions.
#pragma once

#include "ptx/declaration_parser.hpp"
#include "ptx/module.hpp"
#include "ptx/scope.hpp"
#include "ptx/token_stream.hpp"

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace emulator::ptx {

class module_parser {
 public:
  explicit module_parser(std::string_view text) : tokens_(text), declarations_(tokens_) {}

  module parse();

 private:
  void parse_header();
  void parse_target();
  void parse_item();
  void parse_variables(token const& space_name, bool external);
  void parse_function(bool is_entry);
  void parse_function_directives(function& target);
  void parse_integers(std::vector<std::uint32_t>& values);
  void parse_alias();
  void check_references() const;
  void resolve_aliases();

  struct alias {
    token name;
    token target;
  };

  token_stream tokens_;
  declaration_parser declarations_;
  module result_;
  function_scopes::module_names names_;
  std::unordered_set<std::string_view> defined_functions_;
  std::vector<token> references_;
  std::vector<alias> aliases_;
};

}  // namespace emulator::ptx
