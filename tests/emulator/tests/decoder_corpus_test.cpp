// What the decoder makes of the PTX that nvcc writes: everything but what the design refuses.
#include "core/decoder.hpp"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace emulator {
namespace {

std::vector<std::string> corpus() {
  std::vector<std::string> result;
  std::stringstream list(EMULATOR_CORPUS_FILES);
  for (std::string path; std::getline(list, path, ':');) result.push_back(path);
  return result;
}

ptx::module parsed(std::string const& path) {
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  return ptx::parse(content.str());
}

/// The reasons for which instructions of a module's kernels are refused.
std::set<std::string> refusals(ptx::module const& module) {
  std::map<std::string, std::uint64_t, std::less<>> global;
  std::map<std::string, std::uint32_t, std::less<>> shared;
  for (auto const& variable : module.variables) {
    if (variable.space == ptx::state_space::shared) {
      shared.emplace(variable.name, kernel_code::shared_begin());
    } else {
      global.emplace(variable.name, 4096);
    }
  }
  std::set<std::string> result;
  for (auto const& function : module.functions) {
    if (!function.is_entry || function.is_declaration) continue;
    kernel_info info;
    info.parameters.resize(function.parameters.size());
    kernel_code const code =
        decoder({&module, &global, &shared, kernel_code::shared_begin()}, function, info).decode();
    result.insert(code.messages.begin(), code.messages.end());
  }
  return result;
}

TEST(DecoderCorpus, RefusesOnlyWhatTheDesignRefuses) {
  for (auto const& path : corpus()) {
    for (auto const& reason : refusals(parsed(path))) ADD_FAILURE() << path << ": " << reason;
  }
}

}  // namespace
}  // namespace emulator
