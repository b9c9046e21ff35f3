// The spelling of an opcode, taken apart.
#pragma once

#include <algorithm>
#include <gtest/gtest.h>
#include <initializer_list>
#include <sstream>
#include <string>
#include <vector>

#include "core/opcode.hpp"

namespace emulator {

struct spelling {
  std::string text;
  std::vector<std::string> pieces;

  explicit spelling(std::string const& opcode) : text(opcode) {
    std::istringstream stream(opcode);
    for (std::string piece; std::getline(stream, piece, '.');) pieces.push_back(piece);
  }
  std::string const& mnemonic() const { return pieces.front(); }
  std::string const& type() const { return pieces.back(); }
  bool has(std::string const& piece) const {
    return std::find(pieces.begin(), pieces.end(), piece) != pieces.end();
  }
  /// The first of the pieces that the opcode has, or "".
  std::string one_of(std::initializer_list<char const*> choices) const {
    for (char const* const choice : choices) {
      if (has(choice)) return choice;
    }
    return "";
  }
};

/// The opcodes of the emulator's table for which the condition holds.
template <class Condition>
std::vector<std::string> opcodes_where(Condition const& condition) {
  std::vector<std::string> result;
  for (auto const& opcode : known_opcodes()) {
    if (condition(spelling(opcode))) result.push_back(opcode);
  }
  return result;
}

/// "add.rn.f32" as a test's name.
inline std::string test_name(testing::TestParamInfo<std::string> const& info) {
  std::string result = info.param;
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c == '.' || c == ':'; }, '_');
  return result;
}

}  // namespace emulator
