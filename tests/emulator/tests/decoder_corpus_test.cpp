// What the decoder makes of the PTX that nvcc writes: everything but what the design refuses.
#include "core/decoder.hpp"
#include "core/shared_layout.hpp"

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
  std::map<std::string, std::uint64_t, std::less<>> addresses;
  for (auto const& variable : module.variables) addresses.emplace(variable.name, 4096);
  std::set<std::string> result;
  for (auto const& function : module.functions) {
    if (!function.is_entry || function.is_declaration) continue;
    kernel_info info;
    info.parameters.resize(function.parameters.size());
    shared_layout const shared(module, function);
    kernel_code const code = decoder({&module, &addresses, &shared}, function, info).decode();
    result.insert(code.messages.begin(), code.messages.end());
  }
  return result;
}

/// How the reasons begin: textures, indirect calls and what prepares them, and calls that cannot be
/// inlined. Tensor cores, tensor maps and dynamic parallelism do not occur.
std::vector<std::string> const refused{
    "the emulator has no instruction tex.", "the emulator has no indirect calls",
    "the emulator cannot take the address of _Z", "the recursive call of "};

TEST(DecoderCorpus, RefusesOnlyWhatTheDesignRefuses) {
  std::set<std::string> met;
  for (auto const& path : corpus()) {
    for (auto const& reason : refusals(parsed(path))) {
      auto const kind = std::find_if(refused.begin(), refused.end(), [&](auto const& beginning) {
        return reason.compare(0, beginning.size(), beginning) == 0;
      });
      if (kind == refused.end()) {
        ADD_FAILURE() << path << ": " << reason;
      } else {
        met.insert(*kind);
      }
    }
  }
  // The corpus holds each of them, so that a decoder which refused nothing would show.
  EXPECT_EQ(met.size(), refused.size());
}

}  // namespace
}  // namespace emulator
