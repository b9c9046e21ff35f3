// Calls that must be refused: in words, and without a launch.
#pragma once

#include "support/runtime_calls.hpp"

#include <activations_cuda/activations.h>

#include <cstring>
#include <functional>
#include <gtest/gtest.h>
#include <initializer_list>
#include <stdexcept>
#include <string>

namespace support {

/// The words are in the C ABI's last error.
inline void expect_words(std::initializer_list<char const*> words) {
  for (char const* word : words) {
    EXPECT_NE(std::strstr(act_last_error(), word), nullptr)
        << word << " is not in: " << act_last_error();
  }
}

/// The words of the std::invalid_argument that the call must throw; "" if it does not.
inline std::string refusal(std::function<void()> const& call) {
  long const before = calls().launches;
  std::string words;
  try {
    call();
  } catch (std::invalid_argument const& error) {
    words = error.what();
  }
  EXPECT_EQ(calls().launches, before) << words;
  return words;
}

inline void expect_refusal(std::initializer_list<char const*> expected,
                           std::function<void()> const& call) {
  std::string const words = refusal(call);
  EXPECT_FALSE(words.empty()) << "not refused: " << *expected.begin();
  for (char const* word : expected)
    EXPECT_NE(words.find(word), std::string::npos) << word << " is not in: " << words;
}

}  // namespace support
