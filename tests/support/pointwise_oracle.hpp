// What the oracle says of a pointwise call, in the number type that is accurate enough for the
// storage type: double for 32 and 16 bits, 200 bits for float64.
#pragma once

#include "oracle/oracle.hpp"
#include "support/pointwise_call.hpp"
#include "support/ulp.hpp"

#include <cmath>
#include <string>

namespace support {

/// The values of the op's parameters as the kernels round them for this type.
inline oracle::parameters rounded_parameters(act_op const& op, storage const& type) {
  oracle::parameters result{{}, type.dtype == ACT_FLOAT64};
  for (int i = 0; i < act_op_parameter_count(static_cast<int>(op.index)); ++i)
    result.values.push_back(result.rounded(op.parameters[i]));
  return result;
}

/// Whether one of the op's knots is within this distance of x, in float64.
inline bool near_knot(act_op const& op, double x, double distance) {
  std::string const name = act_op_name(static_cast<int>(op.index));
  for (double const knot :
       oracle::find(name).knots(rounded_parameters(op, storages[ACT_FLOAT64]))) {
    if (std::fabs(x - knot) <= distance) return true;
  }
  return false;
}

/// Calls function(Number{}) with the number type to judge this storage type in.
template <class Function>
void with_number_for(storage const& type, Function const& function) {
  if (type.dtype == ACT_FLOAT64) {
    function(oracle::big{});
  } else {
    function(double{});
  }
}

/// The oracle's term that sets the unit of a direction's errors, where one does.
inline oracle::formula const& term_of(oracle::activation const& exact, direction way) {
  return way == direction::forward    ? exact.forward_term
         : way == direction::backward ? exact.gradient_term
                                      : exact.output_gradient_term;
}

/// What the errors of an activation's direction are measured in.
inline char const* unit(std::string const& name, direction way) {
  return term_of(oracle::find(name), way) ? "ulp of the largest term" : "ulp";
}

/// y as a function of x, or what dy is multiplied by as a function of x or y.
inline oracle::formula const& formula_of(oracle::activation const& exact, direction way) {
  return way == direction::forward    ? exact.forward
         : way == direction::backward ? exact.gradient
                                      : exact.gradient_from_output;
}

/// What a formula's value and its largest term make of dy; forward dy is 1.
template <class Number>
expected<Number> times(Number const& value, Number const& term, double dy) {
  // Infinite stands for beyond double, and times 0 that is 0.
  if (is_infinite(value) && dy == 0) return {Number(0), Number(0)};
  return {value * Number(dy), term * Number(std::fabs(dy))};
}

/// saved is x, or y for backward_from_output; dy is not read forward.
template <class Number>
expected<Number> exact_result(oracle::activation const& exact, direction way,
                              oracle::parameters const& parameters, double dy, double saved) {
  Number const at(saved);
  oracle::formula const& term = term_of(exact, way);
  Number const unit = term ? Number(term(parameters, at)) : Number(0);
  Number const value = formula_of(exact, way)(parameters, at);
  return times(value, unit, way == direction::forward ? 1 : dy);
}

}  // namespace support
