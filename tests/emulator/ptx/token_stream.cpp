#include "ptx/token_stream.hpp"

namespace emulator::ptx {

void fail_at(token const& place, std::string const& what) {
  throw parse_error(place.line, place.column, what);
}

void token_stream::fail_expected(std::string_view what) const {
  fail_at(current_, "expected " + std::string(what) + " instead of " + describe(current_));
}

token token_stream::take() {
  token const taken = current_;
  if (taken.kind != token_kind::end) current_ = lexer_.next();
  return taken;
}

bool token_stream::accept(std::string_view symbol) {
  if (!current_.is(symbol)) return false;
  take();
  return true;
}

bool token_stream::accept_dotted(std::string_view name) {
  if (!current_.is_dotted(name)) return false;
  take();
  return true;
}

void token_stream::expect(std::string_view symbol) {
  if (!accept(symbol)) fail_expected("'" + std::string(symbol) + "'");
}

token token_stream::expect_identifier(std::string_view what) {
  if (current_.kind != token_kind::identifier) fail_expected(what);
  return take();
}

std::uint64_t token_stream::expect_integer(std::string_view what, std::uint64_t maximum) {
  if (current_.kind != token_kind::integer) fail_expected(what);
  if (current_.value > maximum) {
    fail_at(current_, std::string(what) + " of " + std::to_string(current_.value) +
                          " is larger than " + std::to_string(maximum));
  }
  return take().value;
}

token token_stream::expect_string(std::string_view what) {
  if (current_.kind != token_kind::string) fail_expected(what);
  return take();
}

void token_stream::skip_balanced(std::string_view opening, std::string_view closing) {
  for (std::size_t depth = 1; depth > 0;) {
    if (at_end()) fail_expected("'" + std::string(closing) + "'");
    token const skipped = take();
    if (skipped.is(opening)) ++depth;
    if (skipped.is(closing)) --depth;
  }
}

}  // namespace emulator::ptx
