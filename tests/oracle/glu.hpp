// Which activation gates each gated linear unit, for the tests; its formula is in oracle.hpp.
#pragma once

#include "oracle/oracle.hpp"

#include <string>

namespace oracle {

/// Throws std::out_of_range for a name that has no oracle.
activation const& gate_of(std::string const& name);

}  // namespace oracle
