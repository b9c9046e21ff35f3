#include "half_functions.hpp"

namespace mathematics {

namespace {

int reciprocal(mpfr_ptr result, mpfr_srcptr x, mpfr_rnd_t rounding) {
  return mpfr_ui_div(result, 1, x, rounding);
}

std::vector<half_function> with_row_numbers(std::vector<half_function> rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].row = i;
  return rows;
}

}  // namespace

std::vector<half_function> const& half_functions() {
  static std::vector<half_function> const all = with_row_numbers({
#define HALF_FUNCTION(name, oracle) {0, #name, oracle},
#include "half_functions.def"
#undef HALF_FUNCTION
  });
  return all;
}

char const* to_string(half_type type) { return type == half_type::float16 ? "half" : "bfloat16"; }

// half: a float32 result, whose error is far below half an ulp of half, is rounded once; near a tie to either neighbour. bfloat16
// functions compute with more digits than its ties have among 65,536 arguments.
int allowed_ulps(half_type type) { return type == half_type::float16 ? 1 : 0; }

}  // namespace mathematics
