// Damaged text must be parsed or refused, and never read beyond: it ends at a page that faults.
#include "guarded_memory.hpp"
#include "ptx_text.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <sstream>

namespace emulator::ptx {
namespace {

/// Every operand that the parser made points at something.
void check(module const& parsed) {
  for (auto const& function : parsed.functions) {
    for (auto const& statement : function.body) {
      EXPECT_NO_THROW(to_text(function, statement));
      ASSERT_GE(statement.line, 1);
      ASSERT_LE(static_cast<std::size_t>(statement.line), parsed.source_lines.size());
      for (auto const& value : statement.operands) {
        ASSERT_NE(value.kind, operand::kind_t::none);
        if (value.kind == operand::kind_t::label) {
          ASSERT_LE(value.index, function.body.size());
        }
      }
    }
  }
  for (auto const& variable : parsed.variables) {
    if (!variable.initial_bytes.empty()) {
      ASSERT_EQ(variable.initial_bytes.size(), variable.bytes());
    }
    for (auto const& address : variable.address_initializers) {
      ASSERT_LE(address.offset + 8, variable.initial_bytes.size());
    }
  }
}

bool parses(guarded_memory& place, std::string_view text) {
  try {
    check(
        parse({reinterpret_cast<char const*>(place.place(text.data(), text.size())), text.size()}));
    return true;
  } catch (parse_error const& error) {
    EXPECT_GE(error.line(), 1);
    EXPECT_GE(error.column(), 1);
    return false;
  }
}

std::string sample() {
  std::string result;
  std::stringstream list(EMULATOR_CORPUS_FILES);
  for (std::string path; std::getline(list, path, ':');) {
    if (path.find("inline_asm_90") == std::string::npos &&
        path.find("objects_80") == std::string::npos)
      continue;
    std::ifstream file(path);
    std::stringstream content;
    content << file.rdbuf();
    // One header is enough; its name is in the way of the second file only.
    std::string const text = content.str();
    std::size_t const header = text.find(".address_size 64\n");
    result += result.empty() ? text : text.substr(header + 17);
  }
  return result;
}

TEST(Fuzz, TheSampleItselfParses) {
  std::string const text = sample();
  guarded_memory place(text.size());
  EXPECT_GT(text.size(), 8000u);
  EXPECT_TRUE(parses(place, text));
}

TEST(Fuzz, EveryPrefixIsParsedOrRefused) {
  std::string const text = sample();
  guarded_memory place(text.size());
  std::size_t refused = 0;
  for (std::size_t size = 0; size < text.size(); ++size) {
    refused += parses(place, std::string_view(text).substr(0, size)) ? 0 : 1;
  }
  EXPECT_GT(refused, text.size() / 2);
}

TEST(Fuzz, RandomDamageIsParsedOrRefused) {
  std::string const text = sample();
  guarded_memory place(2 * text.size());
  std::string_view const alphabet = "{}()[]<>,;:+-*/&|^~!?=@. \n\"\\%$_09afdxrUL#\0\xff";
  std::mt19937 random(20240607);
  std::size_t parsed = 0;
  constexpr int rounds = 3000;
  for (int round = 0; round < rounds; ++round) {
    std::string damaged = text;
    for (unsigned edits = 1 + random() % 3; edits > 0; --edits) {
      std::size_t const at = random() % damaged.size();
      std::size_t const length = std::min<std::size_t>(random() % 20, damaged.size() - at);
      switch (random() % 4) {
        case 0:
          damaged[at] = alphabet[random() % alphabet.size()];
          break;
        case 1:
          damaged.erase(at, length);
          break;
        case 2:
          damaged.insert(at, damaged.substr(random() % damaged.size(), length));
          break;
        default:
          damaged.insert(at, 1, alphabet[random() % alphabet.size()]);
          break;
      }
    }
    parsed += parses(place, damaged) ? 1 : 0;
  }
  // Damage in comments and numbers goes unnoticed, most does not.
  EXPECT_GT(parsed, 0u);
  EXPECT_LT(parsed, static_cast<std::size_t>(rounds));
}

}  // namespace
}  // namespace emulator::ptx
