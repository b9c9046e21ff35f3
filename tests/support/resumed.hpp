// Measurements that take long go on where they stopped.
#pragma once

#include "support/tally.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace support {

/// What judge(begin, end) finds in 0 to size, in steps. After each, what was found so far is in
/// the file, under the key, which says what is measured: where the file has the same key the first
/// steps are taken from there. progress hears how far it is.
tally measure_resumed(std::string const& file, std::string const& key, std::uint64_t size,
                      std::uint64_t step,
                      std::function<tally(std::uint64_t begin, std::uint64_t end)> const& judge,
                      std::function<void(std::uint64_t done)> const& progress);

}  // namespace support
