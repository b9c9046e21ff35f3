#pragma once

#include <activations_cuda/config.h>

#include <limits>

namespace activations_cuda {

/// What a parameter may be. Checked on the double that the caller gave and on what that rounds to
/// in the compute type.
enum class constraint { finite, positive, nonnegative, nonzero, from_1_to_16 };

constexpr char const* to_string(constraint allowed) {
  switch (allowed) {
    case constraint::positive:
      return "a finite number above 0";
    case constraint::nonnegative:
      return "a finite number of 0 or more";
    case constraint::nonzero:
      return "a finite number other than 0";
    case constraint::from_1_to_16:
      return "a whole number from 1 to 16";
    case constraint::finite:
      break;
  }
  return "a finite number";
}

template <class Real>
constexpr bool satisfies(constraint allowed, Real value) {
  constexpr Real largest = std::numeric_limits<Real>::max();
  if (!(value >= -largest && value <= largest)) return false;
  switch (allowed) {
    case constraint::positive:
      return value > 0;
    case constraint::nonnegative:
      return value >= 0;
    case constraint::nonzero:
      return value != 0;
    case constraint::from_1_to_16:
      return value >= 1 && value <= 16 && value == static_cast<Real>(static_cast<int>(value));
    case constraint::finite:
      break;
  }
  return true;
}

/// One parameter of an activation: its name in the C ABI and in messages, and its member.
template <class Op>
struct parameter {
  using member_pointer = double Op::*;
  char const* name;
  member_pointer member;
  constraint allowed = constraint::finite;
};

}  // namespace activations_cuda
