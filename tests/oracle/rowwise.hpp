// What each row-wise activation is, for the tests: the textbook formula at 200 bits, for rows of
// finite numbers and -inf. Shares nothing with the ops or with the public reference, and judges
// both.
#pragma once

#include "oracle/big.hpp"

#include <string>
#include <vector>

namespace oracle {

using row = std::vector<double>;

struct row_activation {
  std::string name;
  std::vector<big> (*forward)(row const& x);
  std::vector<big> (*backward)(row const& dy, row const& y);
  bool logarithm;  // y is the logarithm of a share, not the share itself
};

/// Throws std::out_of_range for a name that has no oracle.
row_activation const& find_row(std::string const& name);

}  // namespace oracle
