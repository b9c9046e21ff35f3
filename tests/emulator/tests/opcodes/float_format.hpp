// Floating-point formats as bit fields, and MPFR as the judge of every rounding into them.
#pragma once

#include <cstdint>
#include <functional>
#include <mpfr.h>
#include <string>
#include <vector>

namespace emulator {

struct float_format {
  char const* name;
  unsigned bits;
  int precision;          // bits of the significand, the hidden one included
  int smallest_exponent;  // of normal numbers
  int largest_exponent;

  std::uint64_t sign_bit() const { return std::uint64_t{1} << (bits - 1); }
  std::uint64_t infinity() const;
  std::uint64_t smallest_normal() const { return std::uint64_t{1} << (precision - 1); }
  std::uint64_t magnitude(std::uint64_t value) const { return value & (sign_bit() - 1); }
  bool is_nan(std::uint64_t value) const { return magnitude(value) > infinity(); }
  bool is_subnormal(std::uint64_t value) const {
    return magnitude(value) != 0 && magnitude(value) < smallest_normal();
  }
  /// The NaN that PTX's arithmetic gives; for float64 any will do.
  std::uint64_t canonical_nan() const { return sign_bit() - 1; }
  /// Subnormal numbers become zero of their sign.
  std::uint64_t flushed(std::uint64_t value) const {
    return is_subnormal(value) ? value & sign_bit() : value;
  }

  double decode(std::uint64_t value) const;
  /// Of a number that the format holds.
  std::uint64_t encode(double value) const;
};

inline constexpr float_format binary16{"f16", 16, 11, -14, 15};
inline constexpr float_format bfloat16{"bf16", 16, 8, -126, 127};
inline constexpr float_format binary32{"f32", 32, 24, -126, 127};
inline constexpr float_format binary64{"f64", 64, 53, -1022, 1023};

/// nullptr where PTX's type is not one of these.
float_format const* float_format_of(std::string const& type);

/// A number with enough bits for any operand, in MPFR's full range.
class real {
 public:
  explicit real(double value) : real() { mpfr_set_d(value_, value, MPFR_RNDN); }
  static real from_integer(__int128 value);
  real(real&& other) noexcept : real() { mpfr_swap(value_, other.value_); }
  real& operator=(real&&) = delete;
  ~real() { mpfr_clear(value_); }
  mpfr_srcptr get() const { return value_; }

 private:
  real() { mpfr_init2(value_, 128); }
  mpfr_t value_;
};

/// What an operation of MPFR gives when rounded once into the format, as its bits: gradual
/// underflow, overflow and signed zeros as IEEE 754 has them, NaN canonical. "rn", "rz", "rm", "rp",
/// "rna".
using mpfr_operation = std::function<int(mpfr_ptr result, mpfr_rnd_t rounding)>;
std::uint64_t rounded(float_format const& format, std::string const& rounding,
                      mpfr_operation const& operation);
/// The same for a number.
std::uint64_t rounded(float_format const& format, std::string const& rounding, double value);

/// Every kind of number that the format has, both signs, and some NaNs.
std::vector<std::uint64_t> special_values(float_format const& format);
/// Fewer, for operations of three operands.
std::vector<std::uint64_t> few_special_values(float_format const& format);

}  // namespace emulator
