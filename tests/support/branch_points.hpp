// Where the ops' own evaluations change branch, beside the knots of the functions themselves.
#pragma once

#include <string>
#include <vector>

namespace support {

/// What the op's struct lists as its knots, and their negatives, for most evaluations look at |x|.
std::vector<double> branch_points(std::string const& op);

}  // namespace support
