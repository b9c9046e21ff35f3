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
  double sign;     // of scale x in the logits
  bool logarithm;  // y is the logarithm of a share, not the share itself

  /// scale x with that sign, plus what a mask adds, if there is one: -inf masks, whatever x is.
  std::vector<big> logits(row const& x, double scale = 1, row const& added = {}) const;
  std::vector<big> forward(row const& x, double scale = 1, row const& added = {}) const;
  /// Of a call with a mask: what y says was masked, by 0 or -inf, takes no part.
  enum class absent { none, masked };
  std::vector<big> backward(row const& dy, row const& y, double scale = 1,
                            absent what = absent::none) const;
};

/// Throws std::out_of_range for a name that has no oracle.
row_activation const& find_row(std::string const& name);

/// The largest of the logits, and the logarithm of the sum of their exponentials.
big maximum(std::vector<big> const& logits);
big log_sum_exp(std::vector<big> const& logits);

}  // namespace oracle
