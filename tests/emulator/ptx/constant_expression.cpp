#include "ptx/constant_expression.hpp"

#include <array>

namespace emulator::ptx {

namespace {

constexpr int max_depth = 64;  // of parentheses and unary operators: the parser recurses

struct binary_operator {
  std::string_view text;
  int precedence;
};

constexpr int term_precedence = 10;
constexpr std::array binary_operators{
    binary_operator{"||", 1}, binary_operator{"&&", 2}, binary_operator{"|", 3},
    binary_operator{"^", 4},  binary_operator{"&", 5},  binary_operator{"==", 6},
    binary_operator{"!=", 6}, binary_operator{"<", 7},  binary_operator{">", 7},
    binary_operator{"<=", 7}, binary_operator{">=", 7}, binary_operator{"<<", 8},
    binary_operator{">>", 8}, binary_operator{"+", 9},  binary_operator{"-", 9},
    binary_operator{"*", 10}, binary_operator{"/", 10}, binary_operator{"%", 10},
};

class expression_parser {
 public:
  explicit expression_parser(token_stream& tokens) : tokens_(tokens) {}

  constant conditional() {
    descend();
    constant result = binary(1);
    if (tokens_.peek().is("?")) {
      require_integer(result, tokens_.take());
      constant const chosen = conditional();
      tokens_.expect(":");
      constant const other = conditional();
      result = result.bits != 0 ? chosen : other;
    }
    --depth_;
    return result;
  }

  constant binary(int minimum) {
    constant left = unary();
    for (;;) {
      int const precedence = precedence_of(tokens_.peek());
      if (precedence < minimum) return left;
      token const operation = tokens_.take();
      constant const right = binary(precedence + 1);
      require_integer(left, operation);
      require_integer(right, operation);
      left = apply(operation, left, right);
    }
  }

 private:
  void descend() {
    if (++depth_ > max_depth) fail_at(tokens_.peek(), "constant expression is nested too deeply");
  }

  static int precedence_of(token const& subject) {
    if (subject.kind != token_kind::symbol) return 0;
    for (auto const& row : binary_operators) {
      if (row.text == subject.text) return row.precedence;
    }
    return 0;
  }

  static void require_integer(constant const& value, token const& operation) {
    if (value.kind != token_kind::integer) {
      fail_at(operation, describe(operation) + " needs integer operands");
    }
  }

  static constant integer(std::uint64_t bits, bool is_unsigned) {
    return {token_kind::integer, bits, is_unsigned};
  }

  constant unary() {
    descend();
    constant const result = unary_at(tokens_.peek());
    --depth_;
    return result;
  }

  constant unary_at(token const first) {
    if (first.kind == token_kind::integer || first.kind == token_kind::float32 ||
        first.kind == token_kind::float64) {
      tokens_.take();
      return {first.kind, first.value, first.is_unsigned};
    }
    if (first.is("(")) return parenthesised();
    if (!first.is("-") && !first.is("+") && !first.is("~") && !first.is("!")) {
      if (first.kind == token_kind::identifier && first.text == "WARP_SZ") {
        tokens_.take();
        return integer(32, false);
      }
      tokens_.fail_expected("a constant");
    }
    tokens_.take();
    constant value = unary();
    if (first.is("+")) return value;
    if (first.is("-") && value.kind != token_kind::integer) {
      value.bits ^= value.kind == token_kind::float32 ? 1ull << 31 : 1ull << 63;
      return value;
    }
    require_integer(value, first);
    if (first.is("-")) return integer(0 - value.bits, value.is_unsigned);
    if (first.is("~")) return integer(~value.bits, value.is_unsigned);
    return integer(value.bits == 0, false);
  }

  constant parenthesised() {
    token const opening = tokens_.take();
    bool const to_signed = tokens_.peek().is_dotted("s64");
    if (to_signed || tokens_.peek().is_dotted("u64")) {
      tokens_.take();
      tokens_.expect(")");
      constant const value = unary();
      require_integer(value, opening);
      return integer(value.bits, !to_signed);
    }
    constant const value = conditional();
    tokens_.expect(")");
    return value;
  }

  static constant divide(token const& operation, constant left, constant right, bool is_unsigned) {
    bool const remainder = operation.is("%");
    if (right.bits == 0) fail_at(operation, "division by zero in a constant expression");
    if (is_unsigned) {
      return integer(remainder ? left.bits % right.bits : left.bits / right.bits, true);
    }
    auto const a = static_cast<std::int64_t>(left.bits);
    auto const b = static_cast<std::int64_t>(right.bits);
    if (b == -1) return integer(remainder ? 0 : 0 - left.bits, false);  // the minimum must not trap
    return integer(static_cast<std::uint64_t>(remainder ? a % b : a / b), false);
  }

  static constant shift(token const& operation, constant left, constant right) {
    bool const too_far = right.bits > 63;
    if (operation.is("<<")) return integer(too_far ? 0 : left.bits << right.bits, left.is_unsigned);
    if (left.is_unsigned) return integer(too_far ? 0 : left.bits >> right.bits, true);
    auto const value = static_cast<std::int64_t>(left.bits);
    return integer(static_cast<std::uint64_t>(value >> (too_far ? 63 : right.bits)), false);
  }

  static bool compare(token const& operation, constant left, constant right, bool is_unsigned) {
    // Flipping the sign bit turns the signed order into the unsigned one.
    std::uint64_t const flip = is_unsigned ? 0 : 1ull << 63;
    std::uint64_t const a = left.bits ^ flip;
    std::uint64_t const b = right.bits ^ flip;
    if (operation.is("<")) return a < b;
    if (operation.is(">")) return a > b;
    if (operation.is("<=")) return a <= b;
    return a >= b;
  }

  static constant apply(token const& operation, constant left, constant right) {
    bool const is_unsigned = left.is_unsigned || right.is_unsigned;
    std::uint64_t const a = left.bits;
    std::uint64_t const b = right.bits;
    if (operation.is("+")) return integer(a + b, is_unsigned);
    if (operation.is("-")) return integer(a - b, is_unsigned);
    if (operation.is("*")) return integer(a * b, is_unsigned);
    if (operation.is("/") || operation.is("%")) return divide(operation, left, right, is_unsigned);
    if (operation.is("&")) return integer(a & b, is_unsigned);
    if (operation.is("|")) return integer(a | b, is_unsigned);
    if (operation.is("^")) return integer(a ^ b, is_unsigned);
    if (operation.is("<<") || operation.is(">>")) return shift(operation, left, right);
    if (operation.is("==")) return integer(a == b, false);
    if (operation.is("!=")) return integer(a != b, false);
    if (operation.is("&&")) return integer(a != 0 && b != 0, false);
    if (operation.is("||")) return integer(a != 0 || b != 0, false);
    return integer(compare(operation, left, right, is_unsigned), false);
  }

  token_stream& tokens_;
  int depth_ = 0;
};

}  // namespace

bool begins_constant(token const& first) {
  return first.kind == token_kind::integer || first.kind == token_kind::float32 ||
         first.kind == token_kind::float64 || first.is("-") || first.is("+") || first.is("~") ||
         first.is("(");
}

constant parse_constant(token_stream& tokens) { return expression_parser(tokens).conditional(); }

constant parse_term(token_stream& tokens) {
  return expression_parser(tokens).binary(term_precedence);
}

}  // namespace emulator::ptx
