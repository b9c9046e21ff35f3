// What the references take in and give out: values in double, rounded once to their type.
#pragma once

#include "reference.hpp"
#include "validate.hpp"

#include <activations_cuda/traits.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace activations_cuda::reference {

/// Through a volatile because g++ 12 drops the two conversions when it vectorises them for
/// neighbouring values.
template <class Real>
double rounded_to(double value) {
  Real const volatile rounded = static_cast<Real>(value);
  return static_cast<double>(rounded);
}

/// What parameters are of.
template <std::size_t count>
struct parameter_values {
  std::array<double, count> values;
  double (*rounded)(double);

  operator parameters() const { return {values.data(), rounded}; }
};

/// Each parameter rounded to the type that the kernels compute T in.
template <class T, class Op>
parameter_values<parameter_count<Op>> rounded([[maybe_unused]] Op const& op) {
  using real = typename arithmetic_for<T>::real;
  validate::parameters<T>(op);
  parameter_values<parameter_count<Op>> result{{}, rounded_to<real>};
  if constexpr (parameter_count<Op> != 0) {
    double* value = result.values.data();
    for (auto const& p : Op::parameters) *value++ = rounded_to<real>(op.*p.member);
  }
  return result;
}

/// Rounds once: through float, a 16-bit result would be rounded twice.
template <class T>
T round_to(double value) {
  if constexpr (std::is_same_v<T, __half>) {
    return __double2half(value);
  } else if constexpr (std::is_same_v<T, __nv_bfloat16>) {
    return __double2bfloat16(value);
  } else {
    return static_cast<T>(value);
  }
}

template <class T>
void round_to(std::vector<double> const& values, T* to) {
  for (double const value : values) *to++ = round_to<T>(value);
}

template <class T>
double widen(T value) {
  return static_cast<double>(to_real(value));
}

template <class T>
std::vector<double> widen(T const* values, std::int64_t n) {
  std::vector<double> wide(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < wide.size(); ++i) wide[i] = widen(values[i]);
  return wide;
}

}  // namespace activations_cuda::reference
