// setp, set, selp and slct: every comparison of every type, with and without a predicate combined
// in.
#include "float_format.hpp"
#include "one_instruction.hpp"
#include "spelling.hpp"

#include <gtest/gtest.h>
#include <map>

namespace emulator {
namespace {

enum class order { less, equal, greater, unordered };

order compared(spelling const& opcode, std::string const& type, std::uint64_t a, std::uint64_t b) {
  if (float_format const* const format = float_format_of(type)) {
    if (opcode.has("ftz")) {
      a = format->flushed(a);
      b = format->flushed(b);
    }
    double const x = format->decode(a);
    double const y = format->decode(b);
    return x < y ? order::less : x > y ? order::greater : x == y ? order::equal : order::unordered;
  }
  // Signed numbers compare as unsigned ones once their sign bits are turned over.
  unsigned const bits = static_cast<unsigned>(std::stoul(type.substr(1)));
  std::uint64_t const flip = type[0] == 's' ? std::uint64_t{1} << (bits - 1) : 0;
  a ^= flip;
  b ^= flip;
  return a < b ? order::less : a > b ? order::greater : order::equal;
}

/// When a comparison holds: for less, equal, greater, unordered.
struct comparison {
  bool less, equal, greater, unordered;
  bool of(order o) const {
    return o == order::less      ? less
           : o == order::equal   ? equal
           : o == order::greater ? greater
                                 : unordered;
  }
};

std::map<std::string, comparison> const comparisons{
    {"eq", {false, true, false, false}},  {"ne", {true, false, true, false}},
    {"lt", {true, false, false, false}},  {"le", {true, true, false, false}},
    {"gt", {false, false, true, false}},  {"ge", {false, true, true, false}},
    {"lo", {true, false, false, false}},  {"ls", {true, true, false, false}},
    {"hi", {false, false, true, false}},  {"hs", {false, true, true, false}},
    {"equ", {false, true, false, true}},  {"neu", {true, false, true, true}},
    {"ltu", {true, false, false, true}},  {"leu", {true, true, false, true}},
    {"gtu", {false, false, true, true}},  {"geu", {false, true, true, true}},
    {"num", {true, true, true, false}},   {"nan", {false, false, false, true}},
};

bool combined(spelling const& opcode, bool holds, bool c) {
  if (opcode.has("and")) return holds && c;
  if (opcode.has("or")) return holds || c;
  if (opcode.has("xor")) return holds != c;
  return holds;
}

bool combines(spelling const& opcode) {
  return !opcode.one_of({"and", "or", "xor"}).empty();
}

std::vector<std::uint64_t> values_of(std::string const& type) {
  if (float_format const* const format = float_format_of(type)) return special_values(*format);
  unsigned const bits = static_cast<unsigned>(std::stoul(type.substr(1)));
  std::uint64_t const top = std::uint64_t{1} << (bits - 1);
  return {0, 1, 2, top - 1, top, top + 1, 2 * top - 1, 2 * top - 2};
}

unsigned bits_of(std::string const& type) {
  float_format const* const format = float_format_of(type);
  return format != nullptr ? format->bits : static_cast<unsigned>(std::stoul(type.substr(1)));
}

bool is_packed(std::string const& type) { return type == "f16x2" || type == "bf16x2"; }
std::string half_of(std::string const& type) { return type.substr(0, type.size() - 2); }

std::vector<case_bits> pairs_of(std::string const& type) {
  std::vector<case_bits> result;
  for (auto const a : values_of(type)) {
    for (auto const b : values_of(type)) {
      for (std::uint64_t const c : {0, 1}) result.push_back({a, b, c});
    }
  }
  return result;
}

class Comparison : public testing::TestWithParam<std::string> {};

TEST_P(Comparison, SetsBothPredicates) {
  spelling const opcode(GetParam());
  std::string const& type = opcode.type();
  auto const cases = pairs_of(type);
  std::string const word = register_type(bits_of(type));
  std::string const c = combines(opcode) ? ", %s2;" : ";";
  // Once with the complement in a second predicate, once alone, once with the predicate negated.
  signature const types{{"pred", "pred", "pred", "pred"}, {word, word, "pred"}};
  auto const results = run_statements(
      GetParam() + " %d0|%d1, %s0, %s1" + c + GetParam() + " %d2, %s0, %s1" + c + GetParam() +
          " %d3, %s0, %s1" + (combines(opcode) ? ", !%s2;" : ";"),
      types, cases);
  comparison const& holds = comparisons.at(opcode.pieces[1]);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    bool const result = holds.of(compared(opcode, type, cases[i][0], cases[i][1]));
    bool const with = cases[i][2] != 0;
    case_bits const wanted{combined(opcode, result, with), combined(opcode, !result, with),
                           combined(opcode, result, with), combined(opcode, result, !with)};
    ASSERT_EQ(results[i], wanted) << GetParam() << " of " << hexadecimal(cases[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, Comparison,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.mnemonic() == "setp" && !is_packed(opcode.type());
                         })),
                         test_name);

/// What set writes where the comparison holds.
std::uint64_t truth(std::string const& to) {
  if (float_format const* const format = float_format_of(to)) return format->encode(1.0);
  return (std::uint64_t{1} << bits_of(to)) - 1;
}

class ComparisonValue : public testing::TestWithParam<std::string> {};

TEST_P(ComparisonValue, IsOneOrAllOnes) {
  spelling const opcode(GetParam());
  std::string const& from = opcode.type();
  std::string const& to = opcode.pieces[opcode.pieces.size() - 2];
  auto cases = pairs_of(from);
  for (auto& operands : cases) operands.resize(2);
  std::string const word = register_type(bits_of(from));
  auto const results =
      run_instruction(GetParam(), {{register_type(bits_of(to))}, {word, word}}, cases);
  comparison const& holds = comparisons.at(opcode.pieces[1]);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    bool const result = holds.of(compared(opcode, from, cases[i][0], cases[i][1]));
    ASSERT_EQ(results[i][0], result ? truth(to) : 0)
        << GetParam() << " of " << hexadecimal(cases[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, ComparisonValue,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.mnemonic() == "set" && !is_packed(opcode.type());
                         })),
                         test_name);

/// Both halves of packed operands, compared: the second case of a pair in the upper half.
struct packed_cases {
  std::vector<case_bits> operands;
  std::vector<std::pair<bool, bool>> holds;  // in the lower and the upper half
};

packed_cases packed_cases_of(spelling const& opcode) {
  std::string const half = half_of(opcode.type());
  comparison const& compare = comparisons.at(opcode.pieces[1]);
  packed_cases result;
  for (auto const& x : pairs_of(half)) {
    result.operands.push_back({x[0] | x[1] << 16, x[1] | x[0] << 16, x[2]});
    result.holds.emplace_back(compare.of(compared(opcode, half, x[0], x[1])),
                              compare.of(compared(opcode, half, x[1], x[0])));
  }
  return result;
}

class PackedComparison : public testing::TestWithParam<std::string> {};

TEST_P(PackedComparison, SetsAPredicateForEachHalf) {
  spelling const opcode(GetParam());
  packed_cases const cases = packed_cases_of(opcode);
  auto const results = run_statements(
      GetParam() + " %d0|%d1, %s0, %s1" + (combines(opcode) ? ", %s2;" : ";"),
      {{"pred", "pred"}, {"b32", "b32", "pred"}}, cases.operands);
  for (std::size_t i = 0; i < results.size(); ++i) {
    bool const with = cases.operands[i][2] != 0;
    auto const [low, high] = cases.holds[i];
    ASSERT_EQ(results[i], (case_bits{combined(opcode, low, with), combined(opcode, high, with)}))
        << GetParam() << " of " << hexadecimal(cases.operands[i]);
  }
}

class PackedComparisonValue : public testing::TestWithParam<std::string> {};

TEST_P(PackedComparisonValue, IsOneOrAllOnesInEachHalf) {
  spelling const opcode(GetParam());
  std::string const& to = opcode.pieces[opcode.pieces.size() - 2];
  std::uint64_t const yes = is_packed(to) ? truth(half_of(to)) : 0xFFFF;
  packed_cases cases = packed_cases_of(opcode);
  for (auto& operands : cases.operands) operands.resize(2);
  auto const results = run_instruction(GetParam(), {{"b32"}, {"b32", "b32"}}, cases.operands);
  for (std::size_t i = 0; i < results.size(); ++i) {
    auto const [low, high] = cases.holds[i];
    ASSERT_EQ(results[i][0], (low ? yes : 0) | (high ? yes << 16 : 0))
        << GetParam() << " of " << hexadecimal(cases.operands[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, PackedComparison,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.mnemonic() == "setp" && is_packed(opcode.type());
                         })),
                         test_name);
INSTANTIATE_TEST_SUITE_P(Opcodes, PackedComparisonValue,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.mnemonic() == "set" && is_packed(opcode.type());
                         })),
                         test_name);

// ---- choices ----------------------------------------------------------------------------------

class Choice : public testing::TestWithParam<std::string> {};

TEST_P(Choice, TakesOneOperand) {
  spelling const opcode(GetParam());
  bool const by_predicate = opcode.mnemonic() == "selp";
  std::string const& type = by_predicate ? opcode.type() : opcode.pieces[opcode.pieces.size() - 2];
  std::string const word = register_type(bits_of(type));
  std::uint64_t const a = values_of(type).back();
  std::vector<std::uint64_t> deciding{0, 1};
  bool const by_float = opcode.type() == "f32" && !by_predicate;
  if (!by_predicate)
    deciding = by_float ? special_values(binary32)
                        : std::vector<std::uint64_t>{0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
  std::vector<case_bits> cases;
  for (auto const c : deciding) cases.push_back({a, 3, c});
  auto const results = run_instruction(
      GetParam(), {{word}, {word, word, by_predicate ? "pred" : "b32"}}, cases);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    std::uint64_t const c = deciding[i];
    // slct: a where c >= 0; -0 is, NaN is not.
    bool const is_a =
        by_predicate ? c != 0
        : by_float   ? binary32.decode(opcode.has("ftz") ? binary32.flushed(c) : c) >= 0
                     : c < 0x80000000;
    ASSERT_EQ(results[i][0], is_a ? a : 3) << GetParam() << " of " << hexadecimal(cases[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, Choice,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.mnemonic() == "selp" || opcode.mnemonic() == "slct";
                         })),
                         test_name);

}  // namespace
}  // namespace emulator
