#include "launches.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

namespace foreign {

namespace {

constexpr char const* variable = "ACTIVATIONS_EMULATOR_COUNTERS";

std::string file_of_this_process() {
  return std::filesystem::temp_directory_path() /
         ("emulator_foreign_" + std::to_string(getpid()) + ".json");
}

/// The number behind the text.
std::uint64_t number_after(std::string const& line, std::string const& text) {
  std::size_t const at = line.find(text);
  if (at == std::string::npos)
    throw std::runtime_error("no " + text + " in the counters: " + line.substr(0, 200));
  return std::strtoull(line.c_str() + at + text.size(), nullptr, 10);
}

launch parsed(std::string const& line) {
  std::string const name = "\"kernel\": \"";
  std::size_t const first = line.find(name) + name.size();
  return {line.substr(first, line.find('"', first) - first), number_after(line, "\"grid\": ["),
          number_after(line, "\"bulk_copy\": {\"warps\": ")};
}

}  // namespace

std::vector<launch> new_launches() {
  // The emulator opens the file at its first launch and keeps it: its name is of no more use then.
  static std::ifstream file;
  if (!file.is_open()) {
    file.open(file_of_this_process());
    if (!file.is_open()) return {};
    std::filesystem::remove(file_of_this_process());
  }
  std::vector<launch> result;
  for (std::string line; std::getline(file, line);) result.push_back(parsed(line));
  file.clear();
  return result;
}

void start_recording(char** argv) {
  // The emulator reads its environment before main: a program that wants another one starts anew.
  // The process stays the same.
  std::string const path = file_of_this_process();
  char const* const set = std::getenv(variable);
  if (set != nullptr && path == set) return;
  setenv(variable, path.c_str(), 1);
  execv("/proc/self/exe", argv);
  std::perror("execv of /proc/self/exe");
  std::exit(2);
}

}  // namespace foreign
