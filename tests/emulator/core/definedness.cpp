#include "core/definedness.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace emulator {

namespace {

using d = definedness;

bool has(std::vector<std::string> const& opcode, std::string_view piece) {
  return std::find(opcode.begin(), opcode.end(), piece) != opcode.end();
}

bool is_integer(std::string const& type) {
  return type.size() > 1 && (type[0] == 'u' || type[0] == 's' || type[0] == 'b') &&
         type[1] >= '0' && type[1] <= '9';
}

// What is not here follows definedness::whole.
std::unordered_map<std::string_view, definedness> const& by_mnemonic() {
  static std::unordered_map<std::string_view, definedness> const table{
      {"and", d::conjunction},   {"or", d::disjunction},  {"xor", d::bitwise},
      {"not", d::bitwise},       {"lop3", d::bitwise},    {"mov", d::moves},
      {"brev", d::moves},        {"copysign", d::moves},  {"shl", d::moves_first},
      {"shr", d::moves_first},   {"bfe", d::moves_first}, {"bfi", d::moves_two},
      {"prmt", d::moves_two},    {"shf", d::moves_two},   {"selp", d::moves_two},
      {"slct", d::moves_two},    {"addc", d::carries},    {"subc", d::carries},
      {"madc", d::carries},      {"shfl", d::shuffle},    {"vote", d::exchange},
      {"match", d::exchange},    {"redux", d::exchange},  {"elect", d::exchange},
      {"ld", d::load},           {"ldu", d::load},        {"st", d::store},
      {"atom", d::required},     {"red", d::required},    {"cp", d::required},
      {"mbarrier", d::required},
  };
  return table;
}

constexpr std::string_view modular[] = {"add", "sub", "mul", "mad", "neg"};

}  // namespace

definedness definedness_of(std::vector<std::string> const& opcode) {
  std::string const& mnemonic = opcode.front();
  if (auto const found = by_mnemonic().find(mnemonic); found != by_mnemonic().end()) {
    bool const has_two_results = mnemonic == "lop3" && opcode.size() > 2;
    return has_two_results ? d::whole : has(opcode, "ballot") ? d::ballot : found->second;
  }
  if (has(opcode, "cc")) return d::carries;
  bool const is_modular =
      std::find(std::begin(modular), std::end(modular), mnemonic) != std::end(modular);
  if (is_modular && is_integer(opcode.back()) && !has(opcode, "hi") && !has(opcode, "sat"))
    return d::upward;
  bool const resizes =
      mnemonic == "cvt" && opcode.size() == 3 && is_integer(opcode[1]) && is_integer(opcode[2]);
  return resizes ? d::moves : d::whole;
}

}  // namespace emulator
