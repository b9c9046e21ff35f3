// PTX text to tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace emulator::ptx {

enum class token_kind : std::uint8_t {
  end,
  identifier,  // mov, %r1, $L__BB0_2, _Z3foov
  dotted,      // .global, .L2::cache_hint, .2d: the text without its dot
  integer,     // value holds the bits
  float32,     // 0f3F800000
  float64,     // 0d..., and decimal fractions such as 1.5
  string,      // the text without its quotes
  symbol,      // punctuation, up to two characters
};

struct token {
  token_kind kind = token_kind::end;
  std::string_view text;  // points into the module's text
  std::uint64_t value = 0;
  bool is_unsigned = false;  // an integer with a U, or too large for s64
  int line = 1;
  int column = 1;

  bool is(std::string_view symbol) const { return kind == token_kind::symbol && text == symbol; }
  bool is_dotted(std::string_view name) const { return kind == token_kind::dotted && text == name; }
};

/// "'foo'", "end of text": a token as an error message names it.
std::string describe(token const& subject);

class lexer {
 public:
  explicit lexer(std::string_view text) : text_(text) {}

  token next();

 private:
  char peek(std::size_t ahead = 0) const;
  void skip_blanks();
  void skip_comment();
  token start(token_kind kind) const;
  void finish(token& result, std::size_t begin);
  token lex_identifier();
  token lex_dotted();
  token lex_number();
  token lex_bit_pattern(token result, unsigned digits);
  token lex_integer(token result, unsigned base, std::size_t prefix);
  token lex_decimal_fraction(token result);
  token lex_string();
  token lex_symbol();
  [[noreturn]] void fail(token const& place, std::string const& what) const;

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

}  // namespace emulator::ptx
