// Integer arithmetic in 128 bits: what PTX defines, before the cut to the register.
#include "one_instruction.hpp"
#include "spelling.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <random>

namespace emulator {
namespace {

using wide = __int128;

struct integer_type {
  unsigned bits;
  bool is_signed;

  wide modulus() const { return wide{1} << bits; }
  wide lowest() const { return is_signed ? -(modulus() >> 1) : 0; }
  wide highest() const { return is_signed ? (modulus() >> 1) - 1 : modulus() - 1; }
  wide decode(std::uint64_t value) const {
    wide const field = static_cast<wide>(value) & (modulus() - 1);
    return is_signed && field > highest() ? field - modulus() : field;
  }
  std::uint64_t encode(wide value) const {
    return static_cast<std::uint64_t>(value & (modulus() - 1));
  }
  wide clamp(wide value) const { return std::max(lowest(), std::min(highest(), value)); }
};

integer_type type_of(std::string const& name) {
  return {static_cast<unsigned>(std::stoul(name.substr(1))), name[0] == 's'};
}

// The upper half of a product that may not fit 128 signed bits.
wide upper_half(wide a, wide b, unsigned bits) {
  if (a >= 0 && b >= 0) {
    return static_cast<wide>(static_cast<unsigned __int128>(a) * static_cast<unsigned __int128>(b) >>
                             bits);
  }
  return (a * b) >> bits;
}

wide low_24(wide value, bool is_signed) {
  wide const field = value & 0xFFFFFF;
  return is_signed && field >= 0x800000 ? field - 0x1000000 : field;
}

wide product_24(integer_type const& type, std::vector<wide> const& x) {
  return low_24(x[0], type.is_signed) * low_24(x[1], type.is_signed);
}

wide absolute(wide value) { return value < 0 ? -value : value; }

struct definition {
  unsigned operands;
  // Of the type and the operands; the result is cut to the register.
  std::function<wide(integer_type const&, std::vector<wide> const&)> result;
};

// Division by zero is unspecified in PTX; GPUs give all ones, and the dividend as remainder.
std::map<std::string, definition> const definitions{
    {"add", {2, [](auto&, auto& x) { return x[0] + x[1]; }}},
    {"sub", {2, [](auto&, auto& x) { return x[0] - x[1]; }}},
    {"add.sat", {2, [](auto& t, auto& x) { return t.clamp(x[0] + x[1]); }}},
    {"sub.sat", {2, [](auto& t, auto& x) { return t.clamp(x[0] - x[1]); }}},
    {"mul.lo", {2, [](auto&, auto& x) { return static_cast<wide>(static_cast<unsigned __int128>(x[0]) * static_cast<unsigned __int128>(x[1])); }}},
    {"mul.hi", {2, [](auto& t, auto& x) { return upper_half(x[0], x[1], t.bits); }}},
    {"mul.wide", {2, [](auto&, auto& x) { return x[0] * x[1]; }}},
    {"mad.lo", {3, [](auto&, auto& x) { return static_cast<wide>(static_cast<unsigned __int128>(x[0]) * static_cast<unsigned __int128>(x[1]) + static_cast<unsigned __int128>(x[2])); }}},
    {"mad.hi", {3, [](auto& t, auto& x) { return upper_half(x[0], x[1], t.bits) + x[2]; }}},
    {"mad.hi.sat", {3, [](auto& t, auto& x) { return t.clamp(upper_half(x[0], x[1], t.bits) + x[2]); }}},
    {"mad.wide", {3, [](auto&, auto& x) { return x[0] * x[1] + x[2]; }}},
    {"mul24.lo", {2, [](auto& t, auto& x) { return product_24(t, x); }}},
    {"mul24.hi", {2, [](auto& t, auto& x) { return product_24(t, x) >> 16; }}},
    {"mad24.lo", {3, [](auto& t, auto& x) { return product_24(t, x) + x[2]; }}},
    {"mad24.hi", {3, [](auto& t, auto& x) { return (product_24(t, x) >> 16) + x[2]; }}},
    {"sad", {3, [](auto&, auto& x) { return x[2] + absolute(x[0] - x[1]); }}},
    {"div", {2, [](auto&, auto& x) { return x[1] == 0 ? wide{-1} : x[0] / x[1]; }}},
    {"rem", {2, [](auto&, auto& x) { return x[1] == 0 ? x[0] : x[0] % x[1]; }}},
    {"min", {2, [](auto&, auto& x) { return std::min(x[0], x[1]); }}},
    {"max", {2, [](auto&, auto& x) { return std::max(x[0], x[1]); }}},
    {"min.relu", {2, [](auto&, auto& x) { return std::max<wide>(0, std::min(x[0], x[1])); }}},
    {"max.relu", {2, [](auto&, auto& x) { return std::max<wide>(0, std::max(x[0], x[1])); }}},
    {"abs", {1, [](auto&, auto& x) { return absolute(x[0]); }}},
    {"neg", {1, [](auto&, auto& x) { return -x[0]; }}},
};

std::string without_type(std::string const& opcode) { return opcode.substr(0, opcode.rfind('.')); }

/// "s32" -> one number; "s16x2" -> two.
struct packed_type {
  integer_type type;
  unsigned count;
};

packed_type packed_type_of(std::string const& name) {
  bool const is_pair = name.find("x2") != std::string::npos;
  return {type_of(is_pair ? name.substr(0, 3) : name), is_pair ? 2U : 1U};
}

std::vector<std::uint64_t> interesting(unsigned bits, std::mt19937_64& random) {
  std::uint64_t const top = std::uint64_t{1} << (bits - 1);
  std::vector<std::uint64_t> result{0,   1,       2,       3,       7,           10,        0xFF,
                                    top, top + 1, top - 1, 2 * top - 1, 2 * top - 2};
  for (unsigned n = 0; n < 8; ++n) result.push_back(random() >> (64 - bits));
  return result;
}

std::vector<std::vector<std::uint64_t>> operand_sets(unsigned bits, unsigned count) {
  std::mt19937_64 random(99);
  auto const values = interesting(bits, random);
  std::vector<std::vector<std::uint64_t>> result;
  for (auto const a : values) {
    for (auto const b : values) {
      result.push_back({a, b, values[random() % values.size()]});
      result.push_back({a, b, random()});
    }
  }
  for (auto& set : result) set.resize(count);
  return result;
}

class IntegerArithmetic : public testing::TestWithParam<std::string> {};

TEST_P(IntegerArithmetic, IsExactAndThenCut) {
  spelling const opcode(GetParam());
  definition const& define = definitions.at(without_type(GetParam()));
  packed_type const packed = packed_type_of(opcode.type());
  integer_type const& type = packed.type;
  // The third operand and the result of .wide are twice as wide.
  integer_type const result_type{opcode.has("wide") ? 2 * type.bits : type.bits, type.is_signed};
  unsigned const shift = packed.count == 2 ? 16 : 0;
  signature types;
  types.to = {register_type(result_type.bits * packed.count)};
  types.from.assign(define.operands, register_type(type.bits * packed.count));
  if (define.operands == 3) types.from[2] = types.to[0];
  auto const cases = operand_sets(type.bits * packed.count, define.operands);
  auto const results = run_instruction(GetParam(), types, cases);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (unsigned k = 0; k < packed.count; ++k) {
      std::vector<wide> x;
      for (unsigned j = 0; j < define.operands; ++j)
        x.push_back((j == 2 ? result_type : type).decode(cases[i][j] >> (shift * k)));
      ASSERT_EQ(result_type.encode(results[i][0] >> (shift * k)),
                result_type.encode(define.result(type, x)))
          << GetParam() << " of " << hexadecimal(cases[i]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, IntegerArithmetic,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           char const kind = opcode.type()[0];
                           return definitions.count(without_type(opcode.text)) != 0 &&
                                  (kind == 'u' || kind == 's') && opcode.type() != "sat" &&
                                  !opcode.has("cc");
                         })),
                         test_name);

// ---- dp4a, dp2a -------------------------------------------------------------------------------

class DotProduct : public testing::TestWithParam<std::string> {};

TEST_P(DotProduct, SumsExactly) {
  spelling const opcode(GetParam());
  std::size_t const first = opcode.pieces.size() - 2;
  bool const four = opcode.mnemonic() == "dp4a";
  integer_type const a{four ? 8U : 16U, opcode.pieces[first][0] == 's'};
  integer_type const b{8, opcode.type()[0] == 's'};
  auto const cases = operand_sets(32, 3);
  auto const results = run_instruction(GetParam(), {{"b32"}, {"b32", "b32", "b32"}}, cases);
  for (std::size_t n = 0; n < cases.size(); ++n) {
    wide sum = cases[n][2];
    for (unsigned i = 0; i < (four ? 4U : 2U); ++i) {
      sum += a.decode(cases[n][0] >> (a.bits * i)) *
             b.decode(cases[n][1] >> (8 * i + (opcode.has("hi") ? 16 : 0)));
    }
    ASSERT_EQ(results[n][0], integer_type({32, false}).encode(sum))
        << GetParam() << " of " << hexadecimal(cases[n]);
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, DotProduct,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.mnemonic() == "dp4a" || opcode.mnemonic() == "dp2a";
                         })),
                         test_name);

// ---- carries: each instruction between one that sets the flag and one that reads it -----------

class Carry : public testing::TestWithParam<std::string> {};

TEST_P(Carry, PassesThroughTheFlag) {
  spelling const opcode(GetParam());
  std::string const& name = opcode.mnemonic();
  integer_type const type = type_of(opcode.type());
  integer_type const field{type.bits, false};
  bool const multiplies = name == "mad" || name == "madc";
  bool const subtracts = name == "sub" || name == "subc";
  bool const reads = name == "addc" || name == "subc" || name == "madc";
  std::string const word = register_type(type.bits);
  std::string const suffix = ".u" + std::to_string(type.bits);
  // The flag before: a carry (or borrow) where operand 3 is not 0; after: 1 more in %d1.
  std::string const before = subtracts ? "sub.cc" + suffix + " %d1, 0, %s3;"
                                       : "add.cc" + suffix + " %d1, %s3, -1;";
  std::string const operands = multiplies ? " %d0, %s0, %s1, %s2;" : " %d0, %s0, %s1;";
  std::string const after = subtracts ? "subc" + suffix + " %d1, 0, 0;"
                                      : "addc" + suffix + " %d1, 0, 0;";
  auto cases = operand_sets(type.bits, 3);
  for (std::size_t i = 0; i < cases.size(); ++i) cases[i].push_back(i % 2);
  auto const results = run_statements(before + GetParam() + operands + after,
                                      {{word, word}, {word, word, word, word}}, cases);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    wide const flag = static_cast<wide>(cases[i][3]);
    wide const a = type.decode(cases[i][0]);
    wide const b = type.decode(cases[i][1]);
    wide left = field.decode(cases[i][0]);
    wide right = field.decode(cases[i][1]);
    if (multiplies) {
      auto const low = static_cast<unsigned __int128>(a) * static_cast<unsigned __int128>(b);
      left = opcode.has("hi") ? upper_half(a, b, type.bits) : static_cast<wide>(low);
      left = static_cast<wide>(field.encode(left));
      right = field.decode(cases[i][2]);
    }
    wide const carry_in = reads ? flag : 0;
    wide const exact = subtracts ? left - right - carry_in : left + right + carry_in;
    ASSERT_EQ(results[i][0], field.encode(exact)) << GetParam() << " of " << hexadecimal(cases[i]);
    // Without .cc the flag stays as it was.
    bool const carried = opcode.has("cc") ? exact < 0 || exact >= field.modulus() : flag != 0;
    ASSERT_EQ(results[i][1], field.encode(carried ? (subtracts ? -1 : 1) : 0))
        << GetParam() << " of " << hexadecimal(cases[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, Carry,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           std::string const& name = opcode.mnemonic();
                           return opcode.has("cc") || name == "addc" || name == "subc" ||
                                  name == "madc";
                         })),
                         test_name);

}  // namespace
}  // namespace emulator
