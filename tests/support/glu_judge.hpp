// The accuracy contract of the gated linear units: docs/definitions.md.
#pragma once

#include "oracle/glu.hpp"
#include "support/contract.hpp"
#include "support/glu_call.hpp"
#include "support/pointwise_oracle.hpp"
#include "support/ulp.hpp"

#include <cmath>
#include <string>

namespace support {

/// The values of the unit's parameters as the kernels round them for this type.
inline oracle::parameters rounded_parameters(act_glu const& op, storage const& type) {
  oracle::parameters result{{}, type.dtype == ACT_FLOAT64};
  for (int i = 0; i < act_glu_parameter_count(static_cast<int>(op.index)); ++i)
    result.values.push_back(result.rounded(op.parameters[i]));
  return result;
}

enum class glu_result { y, dgate, dup };

inline char const* to_string(glu_result r) {
  switch (r) {
    case glu_result::y:
      return "y";
    case glu_result::dgate:
      return "dgate";
    case glu_result::dup:
      break;
  }
  return "dup";
}

/// What the errors of a unit's result are measured in: those of its activation, and of its gradient.
inline char const* unit(std::string const& name, glu_result which) {
  return unit(oracle::gate_of(name).name,
              which == glu_result::dgate ? direction::backward : direction::forward);
}

/// A product's exact value with its unit, and what it may be off by beside its own rounding where the
/// contract does not hold: a factor that was subnormal, hence off by a step (or flushed to zero),
/// times the other one.
template <class Number>
struct expected_product {
  expected<Number> exact;
  double slack;
};

/// factor, with its unit, times the other one.
template <class Number>
expected_product<Number> product_of(storage const& type, expected<Number> const& factor,
                                    Number const& other) {
  bool const wide = type.dtype == ACT_FLOAT64;
  int const smallest = wide ? -1022 : -126;  // of the type that the kernels compute in
  int const step = wide ? -1074 : type.bytes == 2 ? smallest : -149;
  using std::fabs;
  bool const subnormal = std::fabs(to_double(factor.value)) < std::ldexp(1.0, smallest);
  Number const size = other < 0 ? -other : other;
  return {{factor.value * other, factor.term * size},
          subnormal ? scaled_to_double(size, step) : 0.0};
}

/// What a result of finite inputs must be.
template <class Number>
expected_product<Number> exact_product(storage const& type, oracle::activation const& f,
                                       oracle::parameters const& p, glu_result which, double gate,
                                       double up, double dy) {
  Number const at(gate);
  auto const with_term = [&](oracle::formula const& formula, oracle::formula const& term) {
    return expected<Number>{formula(p, at), term ? Number(term(p, at)) : Number(0)};
  };
  if (which != glu_result::dgate) {
    return product_of<Number>(type, with_term(f.forward, f.forward_term),
                              Number(which == glu_result::y ? up : dy));
  }
  // As long as dy up is in range f' meets it; else the larger of the two first.
  expected<Number> const gradient = with_term(f.gradient, f.gradient_term);
  double const larger = std::fmax(std::fabs(dy), std::fabs(up));
  double const smaller = std::fmin(std::fabs(dy), std::fabs(up));
  bool const apart = larger * smaller > largest(type.dtype == ACT_FLOAT64 ? storages[ACT_FLOAT64]
                                                                          : storages[ACT_FLOAT32]);
  Number const first = apart ? Number(larger) : Number(larger) * Number(smaller);
  Number const sign(std::signbit(dy) == std::signbit(up) ? 1 : -1);
  expected<Number> const scaled{gradient.value * first * sign, gradient.term * first};
  auto result = product_of<Number>(type, scaled, Number(apart ? smaller : 1));
  if (!apart) result.slack = 0;  // a subnormal result is the contract's own
  return result;
}

template <class Number>
bool within_contract(storage const& type, double result, error const& e,
                     expected_product<Number> const& exact) {
  if (within_contract(type, result, e, exact.exact)) return true;
  // The product is rounded too: by half an ulp, or step, and 16-bit types by what the contract adds.
  double const rounding = type.bytes == 2 ? allowed_ulps(type) : 0.5;
  Number const difference = Number(result) - exact.exact.value;
  return std::fabs(to_double(difference)) * (1 - std::fmin(1, rounding / e.ulps)) <= exact.slack;
}

}  // namespace support
