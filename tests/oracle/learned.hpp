// What each activation with learned parameters is, for the tests, and its gradients by them. The
// parameters are those of one channel, flat: every row of the first, then of the next.
#pragma once

#include "oracle/oracle.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace oracle {

struct learned_activation : activation {
  struct parameter_gradient {
    formula value;
    /// The largest term's magnitude, where that sets the unit.
    formula term = nullptr;
  };
  std::vector<parameter_gradient> by_parameter = {};
  /// Of each parameter's array: the hinges of apl.
  std::size_t rows = 1;
  /// How many roundings of the largest term's magnitude the sums of the formula make; 0 where the
  /// contract's ulps hold.
  std::size_t summands = 0;
};

/// Those of apl have this many hinges. Throws std::out_of_range for a name that has no oracle.
learned_activation find_learned(std::string const& name, std::size_t hinges = 1);

}  // namespace oracle
