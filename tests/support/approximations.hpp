// Runs of a check under the errors that approximate instructions may have: on the emulator under
// every combination of signs of those that a kernel executes, and under random ones; on a GPU under
// the hardware's own.
#pragma once

#include <functional>
#include <string>

namespace support {

/// Calls check(how) at least once. The first call is with exact results; what it executes is what
/// later ones move. So many of them are random.
inline constexpr unsigned random_approximations = 2;
void under_each_approximation(std::function<void(std::string const& how)> const& check,
                              unsigned random_ways = random_approximations);

}  // namespace support
