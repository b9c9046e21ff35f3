#include "launch_counters.hpp"

#include <cstdlib>
#include <stdexcept>

namespace bench {

namespace {

/// The number behind a key, which is looked for from the place on.
std::uint64_t number(std::string const& line, std::string const& key, std::size_t from = 0) {
  std::string const text = "\"" + key + "\": ";
  std::size_t const at = line.find(text, from);
  if (at == std::string::npos) throw std::runtime_error("the emulator's counters have no " + key);
  return std::strtoull(line.c_str() + at + text.size(), nullptr, 10);
}

}  // namespace

launch_counters::launch_counters() {
  if (char const* const path = std::getenv("ACTIVATIONS_EMULATOR_COUNTERS")) path_ = path;
}

launch_count launch_counters::since_last() {
  // The emulator opens the file at its first launch.
  if (counting() && !file_.is_open()) file_.open(path_);
  launch_count sum;
  for (std::string line; std::getline(file_, line);) {
    sum.instructions += number(line, "lane_instructions");
    for (char const* const kind : {"\"global_load\"", "\"global_store\""}) {
      std::size_t const at = line.find(kind);
      sum.bytes += number(line, "bytes", at);
      sum.sectors += number(line, "sectors", at);
      sum.distinct_sectors += number(line, "distinct_sectors", at);
    }
  }
  file_.clear();
  return sum;
}

}  // namespace bench
