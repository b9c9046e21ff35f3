// Logic, shifts, bit fields, counts and byte permutation, bit by bit as the PTX ISA words them.
#include "one_instruction.hpp"
#include "spelling.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <random>

namespace emulator {
namespace {

using word = std::uint64_t;

bool bit(word value, unsigned index) { return (value >> index & 1U) != 0; }

word from_bits(unsigned width, std::function<bool(unsigned)> const& value) {
  word result = 0;
  for (unsigned i = 0; i < width; ++i) result |= word{value(i)} << i;
  return result;
}

unsigned width_of(spelling const& opcode) {
  for (auto const& piece : opcode.pieces) {
    if (piece == "b16" || piece == "u16" || piece == "s16") return 16;
    if (piece == "b64" || piece == "u64" || piece == "s64") return 64;
  }
  return 32;
}

bool is_signed(spelling const& opcode) { return opcode.type()[0] == 's'; }

// bfe: "sbit = len == 0 or unsigned ? 0 : a[min(pos + len - 1, msb)]"; the bits beyond the field or
// the register are sbit.
word extracted(spelling const& opcode, std::vector<word> const& x) {
  unsigned const width = width_of(opcode);
  unsigned const position = x[1] & 0xFF;
  unsigned const length = x[2] & 0xFF;
  bool const sign = is_signed(opcode) && length != 0 &&
                    bit(x[0], std::min(position + length - 1, width - 1));
  return from_bits(width, [&](unsigned i) {
    return i < length && position + i < width ? bit(x[0], position + i) : sign;
  });
}

word inserted(spelling const& opcode, std::vector<word> const& x) {
  unsigned const width = width_of(opcode);
  unsigned const position = x[2] & 0xFF;
  unsigned const length = x[3] & 0xFF;
  return from_bits(width, [&](unsigned i) {
    return i >= position && i < position + length ? bit(x[0], i - position) : bit(x[1], i);
  });
}

// The highest bit that differs from the sign, or that is set; all ones where there is none.
word found(spelling const& opcode, std::vector<word> const& x) {
  unsigned const width = width_of(opcode);
  bool const sign = is_signed(opcode) && bit(x[0], width - 1);
  for (unsigned i = width; i-- > 0;) {
    if (bit(x[0], i) != sign) return opcode.has("shiftamt") ? width - 1 - i : i;
  }
  return 0xFFFFFFFF;
}

word shifted(spelling const& opcode, std::vector<word> const& x) {
  unsigned const width = width_of(opcode);
  word const n = x[1] & 0xFFFFFFFF;
  bool const fill = opcode.mnemonic() == "shr" && is_signed(opcode) && bit(x[0], width - 1);
  return from_bits(width, [&](unsigned i) {
    if (opcode.mnemonic() == "shl") return i >= n && bit(x[0], static_cast<unsigned>(i - n));
    return i + n < width ? bit(x[0], static_cast<unsigned>(i + n)) : fill;
  });
}

word funnel_shifted(spelling const& opcode, std::vector<word> const& x) {
  unsigned const n = opcode.has("wrap") ? x[2] & 31 : static_cast<unsigned>(std::min<word>(x[2], 32));
  return from_bits(32, [&](unsigned i) {
    // Bit i of the result is bit `from` of b:a.
    unsigned const from = opcode.has("l") ? i + 32 - n : i + n;
    return from < 32 ? bit(x[0], from) : bit(x[1], from - 32);
  });
}

word mask_of(spelling const& opcode, std::vector<word> const& x) {
  word const position = opcode.has("wrap") ? x[0] & 31 : x[0];
  word const length = opcode.has("wrap") ? x[1] & 31 : x[1];
  return from_bits(32, [&](unsigned i) { return i >= position && i - position < length; });
}

// The tables of prmt's modes in the PTX ISA, d.b3 first.
struct permute_mode {
  char const* name;
  char const* selectors[4];
};
constexpr permute_mode permute_modes[] = {
    {"f4e", {"3210", "4321", "5432", "6543"}},  {"b4e", {"5670", "6701", "7012", "0123"}},
    {"rc8", {"0000", "1111", "2222", "3333"}},  {"ecl", {"3210", "3211", "3222", "3333"}},
    {"ecr", {"0000", "1110", "2210", "3210"}},  {"rc16", {"1010", "3232", "1010", "3232"}},
};

word permuted(spelling const& opcode, std::vector<word> const& x) {
  unsigned selectors[4];
  for (unsigned i = 0; i < 4; ++i) selectors[i] = x[2] >> (4 * i) & 0xF;
  for (auto const& mode : permute_modes) {
    if (!opcode.has(mode.name)) continue;
    for (unsigned i = 0; i < 4; ++i)
      selectors[i] = static_cast<unsigned>(mode.selectors[x[2] & 3][3 - i] - '0');
  }
  return from_bits(32, [&](unsigned i) {
    unsigned const selector = selectors[i / 8];
    unsigned const at = 8 * (selector & 7) + ((selector & 8) != 0 ? 7 : i % 8);
    return at < 32 ? bit(x[0], at) : bit(x[1], at - 32);
  });
}

word counted(spelling const& opcode, std::vector<word> const& x) {
  unsigned const width = width_of(opcode);
  word count = 0;
  for (unsigned i = width; i-- > 0;) {
    bool const set = bit(x[0], i);
    if (opcode.mnemonic() == "clz" && set) break;
    count += opcode.mnemonic() == "clz" || set ? 1 : 0;
  }
  return count;
}

struct definition {
  char const* mnemonic;
  std::vector<unsigned> operands;  // their bits; 0: the instruction's type
  unsigned result;
  std::function<word(spelling const&, std::vector<word> const&)> value;
};

std::vector<definition> const definitions{
    {"and", {0, 0}, 0, [](auto&, auto& x) { return x[0] & x[1]; }},
    {"or", {0, 0}, 0, [](auto&, auto& x) { return x[0] | x[1]; }},
    {"xor", {0, 0}, 0, [](auto&, auto& x) { return x[0] ^ x[1]; }},
    {"not", {0}, 0, [](auto&, auto& x) { return ~x[0]; }},
    {"cnot", {0}, 0, [](auto&, auto& x) { return word{x[0] == 0}; }},
    {"shl", {0, 32}, 0, shifted},
    {"shr", {0, 32}, 0, shifted},
    {"shf", {32, 32, 32}, 32, funnel_shifted},
    {"bfe", {0, 32, 32}, 0, extracted},
    {"bfi", {0, 0, 32, 32}, 0, inserted},
    {"bfind", {0}, 32, found},
    {"popc", {0}, 32, counted},
    {"clz", {0}, 32, counted},
    {"brev",
     {0},
     0,
     [](auto& opcode, auto& x) {
       unsigned const width = width_of(opcode);
       return from_bits(width, [&](unsigned i) { return bit(x[0], width - 1 - i); });
     }},
    {"bmsk", {32, 32}, 32, mask_of},
    {"prmt", {32, 32, 32}, 32, permuted},
};

definition const* definition_of(spelling const& opcode) {
  for (auto const& candidate : definitions) {
    if (opcode.mnemonic() == candidate.mnemonic && opcode.type() != "pred") return &candidate;
  }
  return nullptr;
}

word cut(word value, unsigned width) {
  return width == 64 ? value : value & ((word{1} << width) - 1);
}

class Bits : public testing::TestWithParam<std::string> {};

TEST_P(Bits, AreWhereTheDefinitionPutsThem) {
  spelling const opcode(GetParam());
  definition const& define = *definition_of(opcode);
  unsigned const width = width_of(opcode);
  signature types;
  types.to = {register_type(define.result == 0 ? width : define.result)};
  for (unsigned const bits : define.operands)
    types.from.push_back(register_type(bits == 0 ? width : bits));
  // Around every position and length that matters: 0, the register's width, 256 and beyond.
  std::vector<word> const values{0,    1,     2,     3,     7,     8,     15,        16,
                                 17,   28,    31,    32,    33,    48,    63,        64,
                                 65,   255,   256,   257,   0x100, 0x8000, 0x80000000, 0xFFFFFFFF,
                                 0x8000000000000000, 0xFFFFFFFFFFFFFFFF, 0x123456789ABCDEF0};
  std::mt19937_64 random(5);
  auto const any = [&] { return random() % 3 == 0 ? random() : values[random() % values.size()]; };
  std::vector<case_bits> cases;
  for (unsigned n = 0; n < 6000; ++n) {
    case_bits operands;
    for (unsigned const bits : define.operands)
      operands.push_back(cut(any(), bits == 0 ? width : bits));
    cases.push_back(operands);
  }
  auto const results = run_instruction(GetParam(), types, cases);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    ASSERT_EQ(results[i][0],
              cut(define.value(opcode, cases[i]), define.result == 0 ? width : define.result))
        << GetParam() << " of " << hexadecimal(cases[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, Bits, testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return definition_of(opcode) != nullptr;
                         })),
                         test_name);

TEST(Bits, LookUpEveryTable) {
  // The operands 0xF0, 0xCC and 0xAA hold every combination of three bits: the result's low byte is
  // the table itself.
  for (unsigned table = 0; table < 256; ++table) {
    auto const results = run_statements(
        "lop3.b32 %d0, %s0, %s1, %s2, " + std::to_string(table) + ";",
        {{"b32"}, {"b32", "b32", "b32"}}, {{0xF0, 0xCC, 0xAA}});
    EXPECT_EQ(results[0][0], table | ((table & 1) != 0 ? 0xFFFFFF00U : 0U));
  }
}

TEST(Bits, OfALookUpCombineWithAPredicate) {
  // a and b, all of it zero or not, with q.
  std::vector<case_bits> const cases{{0xF0, 0x0F, 0}, {0xF0, 0x0F, 1}, {0xF0, 0x1F, 0},
                                     {0xF0, 0x1F, 1}};
  auto const results = run_statements(
      "lop3.or.b32 %d0|%d1, %s0, %s1, 0, 0xC0, %s2;lop3.and.b32 %d0|%d2, %s0, %s1, 0, 0xC0, %s2;",
      {{"b32", "pred", "pred"}, {"b32", "b32", "pred"}}, cases);
  EXPECT_EQ(results, (std::vector<case_bits>{{0, 0, 0}, {0, 1, 0}, {0x10, 1, 0}, {0x10, 1, 1}}));
}

TEST(Bits, OfPredicates) {
  std::vector<case_bits> const cases{{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  struct row {
    char const* opcode;
    unsigned results;  // bit i: of case i
  };
  for (row const& r : {row{"and.pred", 0b1000}, row{"or.pred", 0b1110}, row{"xor.pred", 0b0110}}) {
    auto const results = run_instruction(r.opcode, {{"pred"}, {"pred", "pred"}}, cases);
    for (unsigned i = 0; i < 4; ++i) EXPECT_EQ(results[i][0], r.results >> i & 1) << r.opcode;
  }
  auto const negated = run_instruction("not.pred", {{"pred"}, {"pred"}}, {{0}, {1}});
  EXPECT_EQ(negated, (std::vector<case_bits>{{1}, {0}}));
  auto const moved = run_instruction("mov.pred", {{"pred"}, {"pred"}}, {{0}, {1}});
  EXPECT_EQ(moved, (std::vector<case_bits>{{0}, {1}}));
}

}  // namespace
}  // namespace emulator
