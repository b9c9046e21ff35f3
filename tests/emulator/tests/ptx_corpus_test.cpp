// Parses what nvcc made of tests/ptx_corpus and writes it back: every statement of the text must
// appear, in order, exactly as the structure says.
#include "ptx_text.hpp"

#include <cctype>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <vector>

namespace emulator::ptx {
namespace {

/// The text without comments and blanks, numbers as ptx_text.hpp writes them, and where each line
/// begins.
struct normalized_text {
  std::string text;
  std::vector<std::size_t> line_starts{0};  // of line 1, 2, ...

  std::size_t start_of(int line) const {
    return line_starts.at(static_cast<std::size_t>(line) - 1);
  }
  std::size_t end_of(int line) const {
    auto const next = static_cast<std::size_t>(line);
    return next < line_starts.size() ? line_starts[next] : text.size();
  }
};

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::strchr("_$%.:", c) != nullptr;
}

std::string normalized_number(std::string word, bool negative) {
  if (word.size() > 1 && word[0] == '0' && std::strchr("fFdD", word[1]) != nullptr) {
    for (char& c : word) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return word;
  }
  if (word.find('.') != std::string::npos) {
    double const value = std::strtod(word.c_str(), nullptr);
    std::uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return "0D" + hexadecimal(bits, 16);
  }
  std::uint64_t const value = std::strtoull(word.c_str(), nullptr, 0);
  return std::to_string(negative ? 0 - value : value);
}

normalized_text normalize(std::string const& source) {
  normalized_text result;
  std::string& text = result.text;
  for (std::size_t at = 0; at < source.size();) {
    char const c = source[at];
    if (source.compare(at, 2, "//") == 0) {
      at = std::min(source.find('\n', at), source.size());
    } else if (source.compare(at, 2, "/*") == 0) {
      at = source.find("*/", at) + 2;  // none of the corpus spans lines
    } else if (c == '\n') {
      result.line_starts.push_back(text.size());
      ++at;
    } else if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      ++at;
    } else if (is_word(c)) {
      std::size_t end = at;
      while (end < source.size() && is_word(source[end])) ++end;
      std::string const word = source.substr(at, end - at);
      if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
        bool const negative = !text.empty() && text.back() == '-';
        if (negative) text.pop_back();
        text += normalized_number(word, negative);
      } else {
        text += word == "WARP_SZ" ? "32" : word;
      }
      at = end;
    } else {
      if (c == ']' && text.size() > 2 && text.compare(text.size() - 2, 2, "+0") == 0) {
        text.resize(text.size() - 2);
      }
      text += c;
      ++at;
    }
  }
  return result;
}

/// True if the text is nothing but braces, directives and labels: no statement was skipped in it.
bool holds_no_statement(std::string_view text) {
  while (!text.empty()) {
    if (text[0] == '{' || text[0] == '}' || text[0] == ';') {
      text.remove_prefix(1);
    } else if (text[0] == '.') {
      std::size_t const end = text.find(';');
      if (end == std::string_view::npos) return false;
      text.remove_prefix(end + 1);
    } else {
      std::size_t end = 0;
      while (end < text.size() && is_word(text[end]) && text[end] != ':') ++end;
      if (end == 0 || end >= text.size() || text[end] != ':') return false;
      text.remove_prefix(end + 1);
    }
  }
  return true;
}

std::string without_blanks_and_suffixes(std::string const& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '#') {  // param0#2 is param0 in the source
      while (i + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[i + 1])) != 0) ++i;
    } else if (text[i] != ' ') {
      result += text[i];
    }
  }
  return result;
}

std::string read(std::filesystem::path const& path) {
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

std::vector<std::string> corpus() {
  std::vector<std::string> result;
  std::stringstream list(EMULATOR_CORPUS_FILES);
  for (std::string path; std::getline(list, path, ':');) result.push_back(path);
  return result;
}

class Corpus : public testing::TestWithParam<std::string> {};

TEST_P(Corpus, IsWhatTheParserUnderstood) {
  std::string const source = read(GetParam());
  ASSERT_FALSE(source.empty()) << GetParam();
  module const parsed = parse(source);
  normalized_text const expected = normalize(source);
  bool const has_locations = source.find(".loc\t") != std::string::npos;
  std::size_t statements = 0;
  for (auto const& function : parsed.functions) {
    if (function.is_declaration) continue;
    std::size_t cursor = expected.text.find('{', expected.start_of(function.line));
    ASSERT_NE(cursor, std::string::npos);
    for (auto const& statement : function.body) {
      std::string const written = without_blanks_and_suffixes(to_text(function, statement)) + ";";
      std::size_t const start = std::max(cursor, expected.start_of(statement.line));
      std::size_t const found = expected.text.find(written, start);
      ASSERT_LT(found, expected.end_of(statement.line))
          << GetParam() << ":" << statement.line << ": " << written << "\n"
          << parsed.source_lines.at(static_cast<std::size_t>(statement.line) - 1);
      if (!has_locations) {
        std::string_view const gap(expected.text.data() + cursor, found - cursor);
        ASSERT_TRUE(holds_no_statement(gap)) << GetParam() << ":" << statement.line << ": " << gap;
      }
      cursor = found + written.size();
      ++statements;
    }
    if (!has_locations) {
      std::size_t const end = std::min(expected.text.find('}', cursor), expected.text.size());
      EXPECT_TRUE(holds_no_statement({expected.text.data() + cursor, end - cursor})) << GetParam();
    }
  }
  EXPECT_GT(statements, 30u) << GetParam();
}

TEST_P(Corpus, HasTheVariablesOfItsText) {
  std::string const source = read(GetParam());
  module const parsed = parse(source);
  for (auto const& variable : parsed.variables) {
    std::string const& line = parsed.source_lines.at(static_cast<std::size_t>(variable.line) - 1);
    EXPECT_NE(line.find(variable.name), std::string::npos) << line;
    EXPECT_EQ(variable.is_array, line.find(variable.name + "[") != std::string::npos) << line;
    EXPECT_EQ(!variable.initial_bytes.empty(), line.find('=') != std::string::npos) << line;
    EXPECT_NE(line.find(".align " + std::to_string(variable.alignment) + " "), std::string::npos)
        << line;
  }
}

INSTANTIATE_TEST_SUITE_P(Nvcc, Corpus, testing::ValuesIn(corpus()), [](auto const& info) {
  return std::filesystem::path(info.param).stem().string();
});

}  // namespace
}  // namespace emulator::ptx
