#include "ptx/lexer.hpp"

#include "ptx/module.hpp"

#include <array>
#include <bit>
#include <charconv>

namespace emulator::ptx {

namespace {

// The text is ASCII by definition; <cctype> would ask the locale.
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_digit(c) || is_letter(c) || c == '_' || c == '$'; }
bool begins_identifier(char c) { return is_letter(c) || c == '_' || c == '$' || c == '%'; }

int digit_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

}  // namespace

std::string describe(token const& subject) {
  if (subject.kind == token_kind::end) return "end of text";
  if (subject.kind == token_kind::string) return "a string";
  std::string const dot = subject.kind == token_kind::dotted ? "." : "";
  return "'" + dot + std::string(subject.text.substr(0, 80)) + "'";
}

char lexer::peek(std::size_t ahead) const {
  std::size_t const at = position_ + ahead;
  return at < text_.size() ? text_[at] : '\0';
}

void lexer::fail(token const& place, std::string const& what) const {
  throw parse_error(place.line, place.column, what);
}

token lexer::start(token_kind kind) const {
  token result;
  result.kind = kind;
  result.line = line_;
  result.column = static_cast<int>(position_ - line_start_) + 1;
  return result;
}

void lexer::finish(token& result, std::size_t begin) {
  result.text = text_.substr(begin, position_ - begin);
}

void lexer::skip_comment() {
  token const opening = start(token_kind::symbol);
  position_ += 2;
  while (position_ < text_.size()) {
    if (peek() == '*' && peek(1) == '/') {
      position_ += 2;
      return;
    }
    if (text_[position_++] == '\n') {
      ++line_;
      line_start_ = position_;
    }
  }
  fail(opening, "comment without an end");
}

void lexer::skip_blanks() {
  while (position_ < text_.size()) {
    char const c = text_[position_];
    if (c == '\n') {
      ++position_;
      ++line_;
      line_start_ = position_;
    } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v') {
      ++position_;
    } else if (c == '/' && peek(1) == '/') {
      while (position_ < text_.size() && text_[position_] != '\n') ++position_;
    } else if (c == '/' && peek(1) == '*') {
      skip_comment();
    } else {
      return;
    }
  }
}

token lexer::next() {
  skip_blanks();
  if (position_ >= text_.size()) return start(token_kind::end);
  char const c = text_[position_];
  if (begins_identifier(c)) return lex_identifier();
  if (is_digit(c)) return lex_number();
  if (c == '.' && is_word(peek(1))) return lex_dotted();
  if (c == '"') return lex_string();
  return lex_symbol();
}

token lexer::lex_identifier() {
  token result = start(token_kind::identifier);
  std::size_t const begin = position_++;
  // A lone percent sign is the remainder operator of a constant expression.
  if (text_[begin] == '%' && !is_word(peek())) result.kind = token_kind::symbol;
  while (is_word(peek())) ++position_;
  finish(result, begin);
  return result;
}

token lexer::lex_dotted() {
  token result = start(token_kind::dotted);
  ++position_;
  std::size_t const begin = position_;
  for (;;) {
    if (is_word(peek())) {
      ++position_;
    } else if (peek() == ':' && peek(1) == ':' && is_word(peek(2))) {
      position_ += 2;  // .L1::no_allocate is one piece
    } else {
      break;
    }
  }
  finish(result, begin);
  return result;
}

token lexer::lex_bit_pattern(token result, unsigned digits) {
  std::size_t const begin = position_;
  position_ += 2;
  for (unsigned i = 0; i < digits; ++i) {
    int const digit = digit_value(peek());
    if (digit > 15) {
      fail(result, "a floating-point bit pattern needs " + std::to_string(digits) + " hex digits");
    }
    result.value = result.value << 4 | static_cast<unsigned>(digit);
    ++position_;
  }
  finish(result, begin);
  return result;
}

token lexer::lex_integer(token result, unsigned base, std::size_t prefix) {
  std::size_t const begin = position_;
  position_ += prefix;
  std::size_t const first_digit = position_;
  for (;; ++position_) {
    int const digit = digit_value(peek());
    if (digit >= static_cast<int>(base)) break;
    std::uint64_t scaled;
    if (__builtin_mul_overflow(result.value, std::uint64_t{base}, &scaled) ||
        __builtin_add_overflow(scaled, static_cast<std::uint64_t>(digit), &result.value)) {
      fail(result, "integer does not fit in 64 bits");
    }
  }
  if (position_ == first_digit) fail(result, "number without digits");
  if (peek() == 'U') {
    result.is_unsigned = true;
    ++position_;
  }
  if (result.value >> 63 != 0) result.is_unsigned = true;
  finish(result, begin);
  return result;
}

token lexer::lex_decimal_fraction(token result) {
  std::size_t const begin = position_;
  double value = 0;
  char const* const first = text_.data() + position_;
  auto const [end, error] = std::from_chars(first, text_.data() + text_.size(), value);
  if (error != std::errc{}) fail(result, "floating-point number out of range");
  position_ += static_cast<std::size_t>(end - first);
  result.kind = token_kind::float64;
  result.value = std::bit_cast<std::uint64_t>(value);
  finish(result, begin);
  return result;
}

token lexer::lex_number() {
  token result = start(token_kind::integer);
  bool const has_prefix = peek() == '0';
  char const marker = has_prefix ? peek(1) : '\0';
  if (marker == 'f' || marker == 'F') {
    result.kind = token_kind::float32;
    result = lex_bit_pattern(result, 8);
  } else if (marker == 'd' || marker == 'D') {
    result.kind = token_kind::float64;
    result = lex_bit_pattern(result, 16);
  } else if (marker == 'x' || marker == 'X') {
    result = lex_integer(result, 16, 2);
  } else if (marker == 'b' || marker == 'B') {
    result = lex_integer(result, 2, 2);
  } else {
    std::size_t digits = 0;
    while (is_digit(peek(digits))) ++digits;
    char const after = peek(digits);
    bool const fraction = after == '.' && is_digit(peek(digits + 1));
    if (fraction || after == 'e' || after == 'E') {
      result = lex_decimal_fraction(result);
    } else {
      result = lex_integer(result, has_prefix && digits > 1 ? 8 : 10, 0);
    }
  }
  if (is_word(peek())) fail(result, "malformed number");
  return result;
}

token lexer::lex_string() {
  token result = start(token_kind::string);
  std::size_t const begin = ++position_;
  while (position_ < text_.size() && text_[position_] != '"' && text_[position_] != '\n') {
    position_ +=
        text_[position_] == '\\' && position_ + 1 < text_.size() && text_[position_ + 1] != '\n'
            ? 2
            : 1;
  }
  if (peek() != '"') fail(result, "string without an end");
  finish(result, begin);
  ++position_;
  return result;
}

token lexer::lex_symbol() {
  constexpr std::array<std::string_view, 8> pairs{"<<", ">>", "<=", ">=", "==", "!=", "&&", "||"};
  constexpr std::string_view single = "{}()[]<>,;:+-*/&|^~!?=@.";
  token result = start(token_kind::symbol);
  std::string_view const two = text_.substr(position_, 2);
  for (auto const pair : pairs) {
    if (two == pair) {
      position_ += 2;
      result.text = two;
      return result;
    }
  }
  if (single.find(text_[position_]) == std::string_view::npos) {
    auto const code = static_cast<unsigned char>(text_[position_]);
    fail(result, "unexpected character with code " + std::to_string(code));
  }
  result.text = text_.substr(position_++, 1);
  return result;
}

}  // namespace emulator::ptx
