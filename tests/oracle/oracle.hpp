// What each activation is, for the tests: the textbook formula at 200 bits, for finite x. Shares
// nothing with the ops or with the public reference, and judges both.
#pragma once

#include "oracle/big.hpp"

#include <string>
#include <vector>

namespace oracle {

/// Parameter values in the order in which the C ABI lists them.
using parameters = std::vector<double>;

struct activation {
  std::string name;
  big (*forward)(parameters const&, big const& x);
  big (*gradient)(parameters const&, big const& x);
  /// From y = f(x); null where the output does not determine it.
  big (*gradient_from_output)(parameters const&, big const& y);
  /// Where a formula or a gradient changes.
  std::vector<double> (*knots)(parameters const&);
  /// For every x: then dx proves little.
  bool gradient_is_zero = false;
};

/// Throws std::out_of_range for a name that has no oracle.
activation const& find(std::string const& name);

}  // namespace oracle
