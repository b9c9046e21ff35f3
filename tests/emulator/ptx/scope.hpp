// Names inside one function: nested scopes, flattened to registers, variables and statements.
#pragma once

#include "ptx/module.hpp"
#include "ptx/token_stream.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace emulator::ptx {

/// What a name stands for where it is used.
struct resolved_name {
  operand::kind_t kind = operand::kind_t::none;  // reg, symbol
  std::uint32_t index = 0;                       // of the register
  std::string text;                              // of the symbol, unique in the function
};

class function_scopes {
 public:
  /// Names of the module that a local variable must not be confused with.
  using module_names = std::unordered_map<std::string_view, int>;

  function_scopes(function& target, module_names const& outer);

  void open(token const& brace);
  void close();
  bool at_outermost() const { return current_ == 0; }
  token const& innermost_brace() const { return scopes_[current_].brace; }

  void declare_register(token const& name, scalar_type type);
  void declare_registers(token const& prefix, std::uint64_t count, scalar_type type);
  /// Returns the name to give the variable: its own or, if the function has one of that name,
  /// name#2 and so on.
  std::string declare_variable(token const& name);
  void declare_label(token const& name);
  /// Returns the key of the list in function::target_lists.
  std::string declare_target_list(token const& name);

  std::optional<resolved_name> find(std::string_view name) const;

  /// A label may be used before it stands: the operand is filled in by resolve_labels.
  void use_label(token const& name, std::size_t instruction, std::size_t operand_index);
  void use_label(token const& name, std::string list, std::size_t entry);
  void resolve_labels();

 private:
  struct register_range {
    std::string_view prefix;
    std::uint64_t count;
    std::uint32_t first;
  };
  struct label {
    std::uint32_t statement;
    std::string key;
  };
  struct scope {
    std::size_t parent = 0;
    token brace;
    std::unordered_map<std::string_view, resolved_name> names;
    std::vector<register_range> ranges;
    std::unordered_map<std::string_view, label> labels;
  };
  struct label_use {
    token name;
    std::size_t scope;
    std::size_t instruction;
    std::size_t operand_index;
    std::string list;  // not empty: an entry of a target list instead of an operand
  };

  static std::optional<resolved_name> find_in(scope const& place, std::string_view name);
  void require_new(token const& name) const;
  std::string unique(std::string_view name);
  label const& find_label(token const& name, std::size_t scope) const;

  function& target_;
  module_names const& outer_;
  std::vector<scope> scopes_{1};
  std::size_t current_ = 0;
  std::unordered_map<std::string, unsigned> uses_of_name_;
  std::vector<label_use> label_uses_;
};

}  // namespace emulator::ptx
