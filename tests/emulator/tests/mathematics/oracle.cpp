#include "oracle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mathematics {

namespace {

// float64 has 53 bits: rounding twice goes wrong where 147 bits after them are all alike and the result is not exact.
constexpr mpfr_prec_t precision = 200;

class number {
 public:
  number() { mpfr_init2(value_, precision); }
  number(number const&) = delete;
  ~number() { mpfr_clear(value_); }
  mpfr_ptr get() { return value_; }

 private:
  mpfr_t value_;
};

float rounded_to(float, mpfr_srcptr value) { return mpfr_get_flt(value, MPFR_RNDN); }
double rounded_to(double, mpfr_srcptr value) { return mpfr_get_d(value, MPFR_RNDN); }

template <class T>
long double finite(T value) {
  using limits = std::numeric_limits<T>;
  if (!std::isinf(value)) return value;
  return std::copysign(std::ldexp(1.0L, limits::max_exponent), static_cast<long double>(value));
}

}  // namespace

template <class T>
T ulp(T value) {
  using limits = std::numeric_limits<T>;
  if (!std::isfinite(value)) value = limits::max();
  int const exponent = value == 0 ? limits::min_exponent - 1 : std::ilogb(value);
  return std::ldexp(T{1}, std::max(exponent, limits::min_exponent - 1) - (limits::digits - 1));
}

template <class T>
std::vector<expectation<T>> expectations(function const& f, std::vector<T> const& x,
                                         std::vector<T> const& y) {
  std::vector<expectation<T>> result(x.size());
  number a, b, exact;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mpfr_set_d(a.get(), static_cast<double>(x[i]), MPFR_RNDN);
    if (f.oracle.of_one != nullptr) {
      f.oracle.of_one(exact.get(), a.get(), MPFR_RNDN);
    } else {
      mpfr_set_d(b.get(), static_cast<double>(y[i]), MPFR_RNDN);
      f.oracle.of_two(exact.get(), a.get(), b.get(), MPFR_RNDN);
    }
    T const rounded = rounded_to(T{}, exact.get());
    result[i] = {rounded, 0};
    if (!std::isfinite(rounded)) continue;
    mpfr_sub_d(exact.get(), exact.get(), static_cast<double>(rounded), MPFR_RNDN);
    mpfr_div_2si(exact.get(), exact.get(), std::ilogb(ulp(rounded)), MPFR_RNDN);
    result[i].beyond = mpfr_get_d(exact.get(), MPFR_RNDN);
  }
  return result;
}

template <class T>
errors errors_of(T result, expectation<T> const& expected) {
  constexpr double wrong = std::numeric_limits<double>::infinity();
  T const rounded = expected.rounded;
  if (std::isnan(result) || std::isnan(rounded)) {
    double const error = std::isnan(result) && std::isnan(rounded) ? 0 : wrong;
    return {error, error};
  }
  if (result == 0 && rounded == 0 && std::signbit(result) != std::signbit(rounded))
    return {wrong, wrong};
  auto const distance = static_cast<double>((finite(result) - finite(rounded)) /
                                            static_cast<long double>(ulp(rounded)));
  return {std::fabs(distance), std::fabs(distance - expected.beyond)};
}

template float ulp(float);
template double ulp(double);
template std::vector<expectation<float>> expectations(function const&, std::vector<float> const&,
                                                      std::vector<float> const&);
template std::vector<expectation<double>> expectations(function const&, std::vector<double> const&,
                                                       std::vector<double> const&);
template errors errors_of(float, expectation<float> const&);
template errors errors_of(double, expectation<double> const&);

}  // namespace mathematics
