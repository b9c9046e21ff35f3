#include "functions.hpp"

namespace mathematics {

namespace {

// erfc(-x / sqrt(2)) / 2, with bits to spare: erfc multiplies the relative error of its argument z by up to 2 z^2, which is
// below 2^12 where the result is not 0 in float64.
int normal_distribution(mpfr_ptr result, mpfr_srcptr x, mpfr_rnd_t rounding) {
  mpfr_t z;
  mpfr_init2(z, mpfr_get_prec(result) + 64);
  mpfr_sqrt_ui(z, 2, MPFR_RNDN);
  mpfr_div(z, x, z, MPFR_RNDN);
  mpfr_neg(z, z, MPFR_RNDN);
  mpfr_erfc(z, z, MPFR_RNDN);
  int const direction = mpfr_div_2ui(result, z, 1, rounding);
  mpfr_clear(z);
  return direction;
}

std::vector<function> with_row_numbers(std::vector<function> rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].row = i;
  return rows;
}

}  // namespace

int reciprocal_root(mpfr_ptr result, mpfr_srcptr x, mpfr_rnd_t rounding) {
  if (mpfr_zero_p(x) == 0) return mpfr_rec_sqrt(result, x, rounding);
  mpfr_set_inf(result, mpfr_signbit(x) != 0 ? -1 : 1);
  return 0;
}

std::vector<function> const& functions() {
  static std::vector<function> const all = with_row_numbers({
#define FUNCTION(name, arguments, float_ulps, double_ulps, oracle, ...) \
  {0, #name, arguments, float_ulps, double_ulps, oracle, search{__VA_ARGS__}},
#include "functions.def"
#undef FUNCTION
  });
  return all;
}

}  // namespace mathematics
