// Writes parsed instructions back as PTX, so that a test can compare a structure with one line of
// text.
#pragma once

#include "ptx/module.hpp"

#include <cstdint>
#include <string>

namespace emulator::ptx {

inline std::string hexadecimal(std::uint64_t bits, int digits) {
  std::string result(static_cast<std::size_t>(digits), '0');
  for (int i = digits; i-- > 0; bits >>= 4) {
    result[static_cast<std::size_t>(i)] = "0123456789ABCDEF"[bits & 15];
  }
  return result;
}

std::string to_text(function const& owner, operand const& value);

inline std::string join(function const& owner, std::vector<operand> const& values,
                        std::string const& separator) {
  std::string result;
  for (auto const& value : values) {
    if (&value != &values.front()) result += separator;
    result += to_text(owner, value);
  }
  return result;
}

/// Integers appear as unsigned 64-bit decimals.
inline std::string to_text(function const& owner, operand const& value) {
  std::string const offset =
      value.offset == 0 ? "" : "+" + std::to_string(static_cast<std::uint64_t>(value.offset));
  switch (value.kind) {
    case operand::kind_t::none:
      return "<none>";
    case operand::kind_t::reg:
      return (value.negated ? "!" : "") + owner.registers.at(value.index).name;
    case operand::kind_t::special:
      return "%" + value.text;
    case operand::kind_t::integer:
      return std::to_string(value.bits);
    case operand::kind_t::float32:
      return "0F" + hexadecimal(value.bits, 8);
    case operand::kind_t::float64:
      return "0D" + hexadecimal(value.bits, 16);
    case operand::kind_t::symbol:
      return value.text + offset;
    case operand::kind_t::label:
      return value.text;
    case operand::kind_t::address: {
      std::string result = "[" + to_text(owner, value.elements.at(0)) + offset;
      for (std::size_t i = 1; i < value.elements.size(); ++i) {
        result += "," + to_text(owner, value.elements[i]);
      }
      return result + "]";
    }
    case operand::kind_t::vector:
      return "{" + join(owner, value.elements, ",") + "}";
    case operand::kind_t::pair:
      return join(owner, value.elements, "|");
    case operand::kind_t::list:
      return "(" + join(owner, value.elements, ",") + ")";
    case operand::kind_t::sink:
      return "_";
  }
  return "<unknown>";
}

inline std::string opcode_text(instruction const& statement) {
  std::string result;
  for (auto const& piece : statement.opcode) result += (result.empty() ? "" : ".") + piece;
  return result;
}

inline std::string to_text(function const& owner, instruction const& statement) {
  std::string result;
  if (statement.guard) {
    result = statement.guard_negated ? "@!" : "@";
    result += owner.registers.at(*statement.guard).name + " ";
  }
  result += opcode_text(statement);
  if (!statement.operands.empty()) result += " " + join(owner, statement.operands, ",");
  return result;
}

inline std::string const module_header = ".version 9.0\n.target sm_80\n.address_size 64\n";

/// The function that a body makes, with a .u64 parameter arg and a module variable v.
inline function parse_kernel(std::string const& body) {
  module const parsed = parse(module_header + ".global .align 4 .b8 v[64];\n" +
                              ".visible .entry k(.param .u64 arg)\n{\n" + body + "\n}\n");
  return parsed.functions.at(0);
}

}  // namespace emulator::ptx
