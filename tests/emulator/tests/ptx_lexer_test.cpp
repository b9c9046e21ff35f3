#include "ptx/lexer.hpp"
#include "ptx/module.hpp"

#include <bit>
#include <gtest/gtest.h>
#include <vector>

namespace emulator::ptx {
namespace {

std::vector<token> lex(std::string_view text) {
  lexer source(text);
  std::vector<token> result;
  for (token next = source.next(); next.kind != token_kind::end; next = source.next()) {
    result.push_back(next);
  }
  return result;
}

struct integer_case {
  std::string_view text;
  std::uint64_t value;
  bool is_unsigned;
};

TEST(Lexer, ReadsIntegersOfEveryBase) {
  for (auto const& [text, value, is_unsigned] : {
           integer_case{"0", 0, false},
           {"42", 42, false},
           {"42U", 42, true},
           {"0x1F", 31, false},
           {"0XFF00000000000000", 0xFF00000000000000, true},
           {"0xabcdefU", 0xabcdef, true},
           {"017", 15, false},
           {"0b1011", 11, false},
           {"9223372036854775807", 0x7fffffffffffffff, false},
           {"9223372036854775808", 0x8000000000000000, true},
           {"18446744073709551615", 0xffffffffffffffff, true},
       }) {
    auto const tokens = lex(text);
    ASSERT_EQ(tokens.size(), 1u) << text;
    EXPECT_EQ(tokens[0].kind, token_kind::integer) << text;
    EXPECT_EQ(tokens[0].value, value) << text;
    EXPECT_EQ(tokens[0].is_unsigned, is_unsigned) << text;
    EXPECT_EQ(tokens[0].text, text);
  }
}

TEST(Lexer, ReadsBitPatternsAndFractions) {
  auto const tokens =
      lex("0f3F800000 0F7fc00001 0d3FF0000000000000 0DFFF8000000000000 1.5 2e3 1.25e-2");
  ASSERT_EQ(tokens.size(), 7u);
  EXPECT_EQ(tokens[0].kind, token_kind::float32);
  EXPECT_EQ(tokens[0].value, 0x3F800000u);
  EXPECT_EQ(tokens[1].value, 0x7fc00001u);
  EXPECT_EQ(tokens[2].kind, token_kind::float64);
  EXPECT_EQ(tokens[2].value, 0x3FF0000000000000u);
  EXPECT_EQ(tokens[3].value, 0xFFF8000000000000u);
  EXPECT_EQ(tokens[4].kind, token_kind::float64);
  EXPECT_EQ(std::bit_cast<double>(tokens[4].value), 1.5);
  EXPECT_EQ(std::bit_cast<double>(tokens[5].value), 2000.0);
  EXPECT_EQ(std::bit_cast<double>(tokens[6].value), 0.0125);
}

TEST(Lexer, KeepsQualifiedPiecesTogether) {
  auto const tokens = lex("ld.global.nc.L1::no_allocate.L2::128B.v4.f32 label: .2d");
  std::vector<std::string_view> texts;
  for (auto const& piece : tokens) texts.push_back(piece.text);
  EXPECT_EQ(texts, (std::vector<std::string_view>{"ld", "global", "nc", "L1::no_allocate",
                                                  "L2::128B", "v4", "f32", "label", ":", "2d"}));
  EXPECT_EQ(tokens[3].kind, token_kind::dotted);
  EXPECT_EQ(tokens[7].kind, token_kind::identifier);
  EXPECT_EQ(tokens[9].kind, token_kind::dotted);
}

TEST(Lexer, ReadsNamesOfRegistersLabelsAndStrings) {
  auto const tokens = lex("%r12 %SP $L__BB0_2 $str$1 _Z3foov \"a \\\" b\" %p1|%p2 !%p");
  std::vector<std::string_view> texts;
  for (auto const& piece : tokens) texts.push_back(piece.text);
  EXPECT_EQ(texts, (std::vector<std::string_view>{"%r12", "%SP", "$L__BB0_2", "$str$1", "_Z3foov",
                                                  "a \\\" b", "%p1", "|", "%p2", "!", "%p"}));
  EXPECT_EQ(tokens[5].kind, token_kind::string);
}

TEST(Lexer, DropsCommentsAndCountsLinesAndColumns) {
  auto const tokens = lex("a // ; { b\n  /* one\n two */ c\n\td\r\n e");
  ASSERT_EQ(tokens.size(), 4u);
  EXPECT_EQ(tokens[0].line, 1);
  EXPECT_EQ(tokens[0].column, 1);
  EXPECT_EQ(tokens[1].text, "c");
  EXPECT_EQ(tokens[1].line, 3);
  EXPECT_EQ(tokens[1].column, 9);
  EXPECT_EQ(tokens[2].line, 4);
  EXPECT_EQ(tokens[2].column, 2);
  EXPECT_EQ(tokens[3].line, 5);
}

TEST(Lexer, TakesTheLongestSymbol) {
  auto const tokens = lex("<<>>==!=<=>=&&||<>|&");
  std::vector<std::string_view> texts;
  for (auto const& piece : tokens) texts.push_back(piece.text);
  EXPECT_EQ(texts, (std::vector<std::string_view>{"<<", ">>", "==", "!=", "<=", ">=", "&&", "||",
                                                  "<", ">", "|", "&"}));
}

TEST(Lexer, ReturnsTheEndAgainAndAgain) {
  lexer source("x");
  source.next();
  EXPECT_EQ(source.next().kind, token_kind::end);
  EXPECT_EQ(source.next().kind, token_kind::end);
}

struct error_case {
  std::string_view text;
  int line;
  int column;
  std::string_view message;
};

TEST(Lexer, RefusesMalformedText) {
  using namespace std::string_view_literals;
  for (auto const& [text, line, column, message] : {
           error_case{"0f3F8", 1, 1, "needs 8 hex digits"},
           {"0f3F80000G", 1, 1, "needs 8 hex digits"},
           {"0d3F800000", 1, 1, "needs 16 hex digits"},
           {"0f3F8000000", 1, 1, "malformed number"},
           {"a 12ab", 1, 3, "malformed number"},
           {"08", 1, 1, "malformed number"},
           {"0x", 1, 1, "number without digits"},
           {"18446744073709551616", 1, 1, "does not fit in 64 bits"},
           {"1e999", 1, 1, "out of range"},
           {"a\n /* b", 2, 2, "comment without an end"},
           {"\"abc\n\"", 1, 1, "string without an end"},
           {"\"abc", 1, 1, "string without an end"},
           {"\"abc\\", 1, 1, "string without an end"},
           {"a `", 1, 3, "unexpected character with code 96"},
           {"a\0b"sv, 1, 2, "unexpected character with code 0"},
           {"\xff", 1, 1, "unexpected character with code 255"},
       }) {
    try {
      lex(text);
      ADD_FAILURE() << "no error for " << text;
    } catch (parse_error const& error) {
      EXPECT_EQ(error.line(), line) << text;
      EXPECT_EQ(error.column(), column) << text;
      EXPECT_NE(std::string_view(error.what()).find(message), std::string_view::npos)
          << text << ": " << error.what();
    }
  }
}

}  // namespace
}  // namespace emulator::ptx
