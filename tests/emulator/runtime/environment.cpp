#include "runtime/environment.hpp"

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string_view>

namespace emulator::runtime {

namespace {

constexpr std::string_view prefix = "ACTIVATIONS_EMULATOR_";

std::optional<std::uint64_t> number(char const* name, std::uint64_t least, std::uint64_t most) {
  std::string const variable = std::string(prefix) + name;
  char const* const text = std::getenv(variable.c_str());
  if (text == nullptr || *text == '\0') return std::nullopt;
  char* end = nullptr;
  unsigned long long const value = std::strtoull(text, &end, 10);
  if (*end != '\0' || *text == '-' || value < least || value > most) {
    std::fprintf(stderr, "ptx emulator: %s is '%s', allowed are whole numbers from %llu to %llu\n",
                 variable.c_str(), text, static_cast<unsigned long long>(least),
                 static_cast<unsigned long long>(most));
    std::_Exit(2);  // what runs at exit would read the settings again
  }
  return value;
}

std::string text(char const* name) {
  char const* const value = std::getenv((std::string(prefix) + name).c_str());
  return value == nullptr ? "" : value;
}

bool flag(char const* name) { return number(name, 0, 1).value_or(0) != 0; }

}  // namespace

environment const& settings() {
  static environment const read = {
      static_cast<unsigned>(number("COMPUTE_CAPABILITY", 50, 129).value_or(80)),
      number("MULTIPROCESSORS", 1, 1024),
      number("MEMORY", 1 << 20, std::uint64_t{1} << 40),
      number("SEED", 0, std::numeric_limits<std::uint64_t>::max()).value_or(0),
      flag("EXPLAIN"),
      number("LEAKS", 0, 1).value_or(1) != 0,
      flag("SUMMARY"),
      number("GLOBAL_RACES", 0, 1).value_or(1) != 0,
      text("APPROXIMATE"),
      text("COUNTERS"),
  };
  return read;
}

}  // namespace emulator::runtime
