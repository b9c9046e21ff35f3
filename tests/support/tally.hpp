// What a measurement of accuracy has found so far.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace support {

struct tally {
  std::uint64_t judged = 0;  // results, each way in which approximate instructions may err
  std::uint64_t zeros = 0;   // of them
  std::uint64_t elements = 0;
  std::uint64_t failures = 0;
  std::vector<std::string> failed;  // the first few of them, in words
  double worst = 0;                 // in ulp, of results in the range of normal numbers
  std::string worst_at;

  /// Joins what was found in elements that come later: of equals the first stays.
  void add(tally const& later);
  void fail(std::string words);
};

std::ostream& operator<<(std::ostream& out, tally const& t);
/// Fails the stream if it holds no tally.
std::istream& operator>>(std::istream& in, tally& t);

}  // namespace support
