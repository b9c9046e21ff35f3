// What each activation is, for the tests: one formula, evaluated at 200 bits or in double, for
// finite x. Shares nothing with the ops or with the public reference, and judges both.
#pragma once

#include "oracle/big.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace oracle {

/// What an op's parameters are for one storage type.
struct parameters {
  std::vector<double> values;  // in the order in which the C ABI lists them, rounded
  bool in_double;              // the type that the kernels compute in: float64, else float32

  double operator[](std::size_t i) const { return values[i]; }
  /// Through a volatile, because g++ 12 drops the conversions where it vectorises them.
  double rounded(double value) const {
    float const volatile single = static_cast<float>(value);
    return in_double ? value : single;
  }
};

/// A formula in both number types. In double its error is below 2^-34 of the result, or of the
/// largest term where the activation declares one: 2^-10 ulp of float32. oracle_test checks that
/// against the same formula at 200 bits.
class formula {
 public:
  formula() = default;
  formula(std::nullptr_t) {}  // NOLINT: says that there is none
  template <class Function, class = std::enable_if_t<std::is_class<Function>::value>>
  formula(Function f)  // NOLINT: a row of the table names the function only
      : exact_([f](parameters const& p, big const& x) -> big { return f(p, x); }),
        quick_([f](parameters const& p, double const* x, double* y, std::size_t n) {
          for (std::size_t i = 0; i < n; ++i) y[i] = f(p, x[i]);
        }) {}

  explicit operator bool() const { return static_cast<bool>(exact_); }
  big operator()(parameters const& p, big const& x) const { return exact_(p, x); }
  double operator()(parameters const& p, double x) const {
    double y;
    quick_(p, &x, &y, 1);
    return y;
  }
  /// y[i] for each x[i].
  void operator()(parameters const& p, double const* x, double* y, std::size_t n) const {
    quick_(p, x, y, n);
  }

 private:
  std::function<big(parameters const&, big const&)> exact_;
  std::function<void(parameters const&, double const*, double*, std::size_t)> quick_;
};

struct activation {
  std::string name;
  formula forward;
  formula gradient;
  /// From y = f(x); none where the output does not determine it.
  formula gradient_from_output;
  /// Where a formula or a gradient changes.
  std::vector<double> (*knots)(parameters const&);
  /// The magnitude of the largest term, where the result has roots that are no representable
  /// inputs: then the ulp of that is the unit. None: the result's own.
  formula forward_term = nullptr;
  formula gradient_term = nullptr;
  formula output_gradient_term = nullptr;
  /// For every x: then dx proves little.
  bool gradient_is_zero = false;
};

/// Every activation that has an oracle.
std::vector<activation> const& all();

/// Throws std::out_of_range for a name that has no oracle.
activation const& find(std::string const& name);

}  // namespace oracle
