// Damaged text must be parsed or refused, and never read beyond: it ends at a page that faults.
#include "ptx_text.hpp"

#include <cstring>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <sstream>
#include <sys/mman.h>
#include <unistd.h>

namespace emulator::ptx {
namespace {

class guarded_text {
 public:
  explicit guarded_text(std::size_t capacity) {
    auto const page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    readable_ = (capacity + page - 1) / page * page;
    mapped_ = readable_ + page;
    void* const mapping =
        mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<char*>(mapping);
    if (mprotect(base_ + readable_, page, PROT_NONE) != 0) throw std::bad_alloc();
  }
  guarded_text(guarded_text const&) = delete;
  guarded_text& operator=(guarded_text const&) = delete;
  ~guarded_text() { munmap(base_, mapped_); }

  std::string_view place(std::string_view text) {
    char* const start = base_ + readable_ - text.size();
    std::memcpy(start, text.data(), text.size());
    return {start, text.size()};
  }

 private:
  char* base_ = nullptr;
  std::size_t readable_ = 0;
  std::size_t mapped_ = 0;
};

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

bool parses(guarded_text& place, std::string_view text) {
  try {
    check(parse(place.place(text)));
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
  guarded_text place(text.size());
  EXPECT_GT(text.size(), 8000u);
  EXPECT_TRUE(parses(place, text));
}

TEST(Fuzz, EveryPrefixIsParsedOrRefused) {
  std::string const text = sample();
  guarded_text place(text.size());
  std::size_t refused = 0;
  for (std::size_t size = 0; size < text.size(); ++size) {
    refused += parses(place, std::string_view(text).substr(0, size)) ? 0 : 1;
  }
  EXPECT_GT(refused, text.size() / 2);
}

TEST(Fuzz, RandomDamageIsParsedOrRefused) {
  std::string const text = sample();
  guarded_text place(2 * text.size());
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
