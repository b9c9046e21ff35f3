// The rows of functions.def, for the host.
#pragma once

#include <cstddef>
#include <mpfr.h>
#include <type_traits>
#include <utility>
#include <vector>

namespace mathematics {

enum class pair_kind { none, powers, lengths, remainders };

/// Where to look for errors, beside each exponent and sign.
struct search {
  std::vector<double> points{};
  std::vector<std::pair<double, double>> ranges{};
  bool quarter_turns = false;
  pair_kind pairs = pair_kind::none;
};

struct oracle_function {
  using unary = int(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
  using binary = int(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);
  oracle_function(unary* function) : of_one(function) {}   // NOLINT: a row names the function
  oracle_function(binary* function) : of_two(function) {}  // NOLINT: a row names the function
  unary* of_one = nullptr;
  binary* of_two = nullptr;
};

struct function {
  std::size_t row;
  char const* name;
  int arguments;
  int float_ulps;
  int double_ulps;
  oracle_function oracle;
  search where;

  /// NVIDIA's maximum error in T.
  template <class T>
  int documented_ulps() const {
    return std::is_same_v<T, float> ? float_ulps : double_ulps;
  }
};

std::vector<function> const& functions();

/// As mpfr_rec_sqrt, which has +infinity for -0; CUDA has -infinity.
int reciprocal_root(mpfr_ptr result, mpfr_srcptr x, mpfr_rnd_t rounding);

}  // namespace mathematics
