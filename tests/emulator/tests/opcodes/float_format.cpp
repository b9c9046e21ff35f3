#include "float_format.hpp"

#include <cmath>
#include <stdexcept>

namespace emulator {

std::uint64_t float_format::infinity() const {
  std::uint64_t const exponents = (std::uint64_t{1} << (bits - static_cast<unsigned>(precision)));
  return (exponents - 1) << (precision - 1);
}

double float_format::decode(std::uint64_t value) const {
  double const sign = (value & sign_bit()) != 0 ? -1.0 : 1.0;
  std::uint64_t const fields = magnitude(value);
  if (fields > infinity()) return std::nan("");
  if (fields == infinity()) return sign * HUGE_VAL;
  std::uint64_t const fraction = fields & (smallest_normal() - 1);
  auto const exponent = static_cast<int>(fields >> (precision - 1));
  std::uint64_t const significand = exponent == 0 ? fraction : fraction | smallest_normal();
  return sign * std::ldexp(static_cast<double>(significand), std::max(exponent, 1) - 1 +
                                                                 smallest_exponent - precision + 1);
}

std::uint64_t float_format::encode(double value) const {
  if (value != value) return canonical_nan();
  std::uint64_t const sign = std::signbit(value) ? sign_bit() : 0;
  double const size = std::fabs(value);
  if (std::isinf(size)) return sign | infinity();
  int exponent = smallest_exponent;
  if (size != 0) exponent = std::max(std::ilogb(size), smallest_exponent);
  // The significand's hidden bit adds one to the exponent field, which is 0 for subnormal numbers.
  auto const significand = static_cast<std::uint64_t>(std::ldexp(size, precision - 1 - exponent));
  auto const field = static_cast<std::uint64_t>(exponent - smallest_exponent);
  return sign | ((field << (precision - 1)) + significand);
}

float_format const* float_format_of(std::string const& type) {
  for (float_format const* const format : {&binary16, &bfloat16, &binary32, &binary64}) {
    if (type == format->name) return format;
  }
  return nullptr;
}

real real::from_integer(__int128 value) {
  real result;
  auto const magnitude = static_cast<unsigned __int128>(value < 0 ? -value : value);
  mpfr_set_ui(result.value_, static_cast<unsigned long>(magnitude >> 64), MPFR_RNDN);
  mpfr_mul_2ui(result.value_, result.value_, 64, MPFR_RNDN);
  mpfr_add_ui(result.value_, result.value_, static_cast<unsigned long>(magnitude), MPFR_RNDN);
  if (value < 0) mpfr_neg(result.value_, result.value_, MPFR_RNDN);
  return result;
}

std::uint64_t rounded(float_format const& format, std::string const& rounding,
                      mpfr_operation const& operation) {
  mpfr_rnd_t const mode = rounding == "rn"   ? MPFR_RNDN
                          : rounding == "rz" ? MPFR_RNDZ
                          : rounding == "rm" ? MPFR_RNDD
                          : rounding == "rp" ? MPFR_RNDU
                                             : throw std::invalid_argument(rounding);
  mpfr_exp_t const lowest = mpfr_get_emin();
  mpfr_exp_t const highest = mpfr_get_emax();
  mpfr_t result;
  mpfr_init2(result, format.precision);
  int inexact = operation(result, mode);
  // MPFR's significands lie in [1/2, 1).
  mpfr_set_emin(format.smallest_exponent - format.precision + 2);
  mpfr_set_emax(format.largest_exponent + 1);
  inexact = mpfr_check_range(result, inexact, mode);
  mpfr_subnormalize(result, inexact, mode);
  mpfr_set_emin(lowest);
  mpfr_set_emax(highest);
  double const value = mpfr_get_d(result, MPFR_RNDN);
  mpfr_clear(result);
  return format.encode(value);
}

std::uint64_t rounded(float_format const& format, std::string const& rounding, double value) {
  real const exact(value);
  return rounded(format, rounding, [&](mpfr_ptr result, mpfr_rnd_t mode) {
    return mpfr_set(result, exact.get(), mode);
  });
}

namespace {

std::vector<std::uint64_t> both_signs(float_format const& format,
                                      std::vector<std::uint64_t> const& magnitudes) {
  std::vector<std::uint64_t> result = magnitudes;
  for (std::uint64_t const value : magnitudes) result.push_back(value | format.sign_bit());
  return result;
}

}  // namespace

std::vector<std::uint64_t> special_values(float_format const& format) {
  std::uint64_t const one = format.encode(1.0);
  std::uint64_t const normal = format.smallest_normal();
  std::uint64_t const infinity = format.infinity();
  return both_signs(format, {0, 1, 2, normal / 2, normal - 1, normal, normal + 1, one - 1, one,
                             one + 1, format.encode(0.5), format.encode(1.5), format.encode(2.0),
                             format.encode(2.5), format.encode(3.0), format.encode(100.0),
                             infinity - 1, infinity, infinity + 1, format.canonical_nan()});
}

std::vector<std::uint64_t> few_special_values(float_format const& format) {
  std::uint64_t const one = format.encode(1.0);
  return both_signs(format, {0, 1, format.smallest_normal(), one, one + 1, format.encode(3.0),
                             format.infinity() - 1, format.infinity(), format.canonical_nan()});
}

}  // namespace emulator
