#include "core/source_place.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string_view>

namespace emulator {

namespace {

struct place {
  unsigned file = 0, line = 0, column = 0;
  bool operator==(place const&) const = default;
};

/// .loc 1 12 5, function_name $L__info_string0, inlined_at 1 40 9: holds until the next one.
struct location {
  place at;
  std::optional<place> inlined_at;
};

constexpr std::string_view inlined_at = "inlined_at";
constexpr int most_levels = 16;

// The line without its indentation.
std::string_view trimmed(std::string const& line) {
  std::size_t const begin = line.find_first_not_of(" \t");
  return begin == std::string::npos ? std::string_view() : std::string_view(line).substr(begin);
}

// text is the end of a string.
std::optional<place> place_in(std::string_view text) {
  place result;
  int const read =
      std::sscanf(text.data(), " %u %u %u", &result.file, &result.line, &result.column);
  return read == 3 && result.line != 0 ? std::optional(result) : std::nullopt;
}

std::optional<location> location_in(std::string const& line) {
  std::string_view const text = trimmed(line);
  if (text.rfind(".loc", 0) != 0) return std::nullopt;
  auto const at = place_in(text.substr(4));
  if (!at) return std::nullopt;
  std::size_t const call = text.find(inlined_at);
  if (call == std::string_view::npos) return location{*at, std::nullopt};
  return location{*at, place_in(text.substr(call + inlined_at.size()))};
}

// .file 1 "/a/kernels.cu", 1700000000, 4321
std::string spelled(std::vector<std::string> const& ptx_lines, place const& at) {
  for (auto const& line : ptx_lines) {
    std::string_view const text = trimmed(line);
    unsigned number = 0;
    if (text.rfind(".file", 0) != 0 || std::sscanf(text.data(), ".file %u", &number) != 1) continue;
    std::size_t const open = text.find('"');
    std::size_t const close = text.find('"', open + 1);
    if (number != at.file || close == std::string_view::npos) continue;
    return std::string(text.substr(open + 1, close - open - 1)) + ":" + std::to_string(at.line);
  }
  return "file " + std::to_string(at.file) + ":" + std::to_string(at.line);
}

bool begins_function(std::string const& line) {
  std::string_view const text = trimmed(line);
  for (std::string_view const word : {".visible", ".weak", ".entry", ".func"}) {
    if (text.rfind(word, 0) == 0) return true;
  }
  return false;
}

}  // namespace

std::string source_place(std::vector<std::string> const& ptx_lines, int line) {
  std::string result;
  std::optional<place> call;  // where the function was inlined whose line was found last
  int levels = 0;
  std::size_t at = std::min<std::size_t>(static_cast<std::size_t>(line), ptx_lines.size());
  while (at-- > 0 && levels < most_levels) {
    if (begins_function(ptx_lines[at])) break;
    auto const found = location_in(ptx_lines[at]);
    if (!found || (call && !(found->at == *call))) continue;
    if (call) result += ", inlined at ";
    result += spelled(ptx_lines, found->at);
    call = found->inlined_at;
    ++levels;
    if (!call) return result;
  }
  return call && !result.empty() ? result + ", inlined at " + spelled(ptx_lines, *call) : result;
}

}  // namespace emulator
