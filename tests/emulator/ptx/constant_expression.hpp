// Constants: literals and the integer expressions that PTX allows wherever it takes one.
#pragma once

#include "ptx/token_stream.hpp"

#include <cstdint>

namespace emulator::ptx {

struct constant {
  token_kind kind = token_kind::integer;  // integer, float32 or float64
  std::uint64_t bits = 0;
  bool is_unsigned = false;
};

/// True if a constant can begin with this token.
bool begins_constant(token const& first);

constant parse_constant(token_stream& tokens);

/// A sum's next term: binds tighter than + and -, so that [base + a + b] reads term by term.
constant parse_term(token_stream& tokens);

}  // namespace emulator::ptx
