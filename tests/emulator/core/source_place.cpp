#include "core/source_place.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace emulator {

namespace {

// The line without its indentation.
std::string_view trimmed(std::string const& line) {
  std::size_t const begin = line.find_first_not_of(" \t");
  return begin == std::string::npos ? std::string_view() : std::string_view(line).substr(begin);
}

// .file 1 "/a/kernels.cu", 1700000000, 4321
std::string file_name(std::vector<std::string> const& ptx_lines, unsigned number) {
  for (auto const& line : ptx_lines) {
    std::string_view const text = trimmed(line);
    unsigned found = 0;
    if (text.rfind(".file", 0) != 0 || std::sscanf(text.data(), ".file %u", &found) != 1) continue;
    std::size_t const open = text.find('"');
    std::size_t const close = text.find('"', open + 1);
    if (found == number && close != std::string_view::npos)
      return std::string(text.substr(open + 1, close - open - 1));
  }
  return "";
}

std::string place(std::vector<std::string> const& ptx_lines, char const* numbers) {
  unsigned file = 0, line = 0;
  if (std::sscanf(numbers, "%u %u", &file, &line) != 2 || line == 0) return "";
  std::string const name = file_name(ptx_lines, file);
  return name.empty() ? "" : name + ":" + std::to_string(line);
}

}  // namespace

std::string source_place(std::vector<std::string> const& ptx_lines, int line) {
  // .loc 1 12 5, function_name $L__info_string0, inlined_at 1 40 9: holds until the next one.
  for (std::size_t at = std::min<std::size_t>(static_cast<std::size_t>(line), ptx_lines.size());
       at-- > 0;) {
    std::string_view const text = trimmed(ptx_lines[at]);
    if (text.rfind(".entry", 0) == 0 || text.rfind(".func", 0) == 0 ||
        text.rfind(".visible", 0) == 0) {
      return "";
    }
    if (text.rfind(".loc", 0) != 0) continue;
    std::string result = place(ptx_lines, text.data() + 4);
    constexpr std::string_view inlined = "inlined_at";
    std::size_t const call = text.find(inlined);
    if (result.empty() || call == std::string_view::npos) return result;
    std::string const caller = place(ptx_lines, text.data() + call + inlined.size());
    return caller.empty() ? result : result + ", inlined at " + caller;
  }
  return "";
}

}  // namespace emulator
