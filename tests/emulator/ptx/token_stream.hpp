// The parsers' view of the tokens: one token of lookahead, and expectations that name what is
// missing.
#pragma once

#include "ptx/lexer.hpp"
#include "ptx/module.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace emulator::ptx {

class token_stream {
 public:
  explicit token_stream(std::string_view text) : lexer_(text), current_(lexer_.next()) {}

  token const& peek() const { return current_; }
  token take();
  bool at_end() const { return current_.kind == token_kind::end; }

  bool accept(std::string_view symbol);
  bool accept_dotted(std::string_view name);
  void expect(std::string_view symbol);
  token expect_identifier(std::string_view what);
  std::uint64_t expect_integer(std::string_view what, std::uint64_t maximum);
  token expect_string(std::string_view what);

  /// Drops everything up to the bracket that closes the one just taken.
  void skip_balanced(std::string_view opening, std::string_view closing);

  [[noreturn]] void fail_expected(std::string_view what) const;

 private:
  lexer lexer_;
  token current_;
};

[[noreturn]] void fail_at(token const& place, std::string const& what);

}  // namespace emulator::ptx
