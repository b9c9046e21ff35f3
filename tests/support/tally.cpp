#include "support/tally.hpp"

#include <charconv>
#include <istream>
#include <limits>
#include <ostream>

namespace support {
namespace {

constexpr std::size_t most_in_words = 5;

}  // namespace

void tally::fail(std::string words) {
  ++failures;
  if (failed.size() < most_in_words) failed.push_back(std::move(words));
}

void tally::add(tally const& later) {
  judged += later.judged;
  zeros += later.zeros;
  elements += later.elements;
  failures += later.failures;
  for (std::string const& words : later.failed) {
    if (failed.size() < most_in_words) failed.push_back(words);
  }
  if (later.worst > worst) {
    worst = later.worst;
    worst_at = later.worst_at;
  }
}

// The worst may be infinite, and a place or a failure has blanks: a line each.
std::ostream& operator<<(std::ostream& out, tally const& t) {
  auto const precision = out.precision(std::numeric_limits<double>::max_digits10);
  out << t.judged << ' ' << t.zeros << ' ' << t.elements << ' ' << t.failures << ' '
      << t.failed.size() << '\n'
      << t.worst << '\n'
      << t.worst_at << '\n';
  out.precision(precision);
  for (std::string const& words : t.failed) out << words << '\n';
  return out;
}

std::istream& operator>>(std::istream& in, tally& t) {
  std::size_t failed = 0;
  std::string worst;
  in >> t.judged >> t.zeros >> t.elements >> t.failures >> failed >> worst;
  char const* const end = worst.data() + worst.size();
  if (std::from_chars(worst.data(), end, t.worst).ptr != end) in.setstate(std::ios::failbit);
  std::getline(in, worst);  // what is left of the line
  std::getline(in, t.worst_at);
  t.failed.resize(in ? failed : 0);
  for (std::string& words : t.failed) std::getline(in, words);
  return in;
}

}  // namespace support
