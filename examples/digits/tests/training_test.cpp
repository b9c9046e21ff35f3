// The trainer from end to end, on the device.
#include "command.hpp"
#include "network.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <regex>
#include <sstream>

namespace {

using digits_test::held_out_accuracy;
using digits_test::run_digits;

std::vector<std::string> lines(std::string const& text) {
  std::vector<std::string> result;
  std::istringstream input(text);
  for (std::string line; std::getline(input, line);) result.push_back(line);
  return result;
}

int count(std::vector<std::string> const& all, std::string const& pattern) {
  std::regex const expression(pattern);
  return static_cast<int>(std::count_if(all.begin(), all.end(), [&](std::string const& line) {
    return std::regex_match(line, expression);
  }));
}

/// Rows of the confusion matrix: a label, and ten counts. Returns the sum of all counts.
int sum_of_counts(std::vector<std::string> const& all) {
  int sum = 0;
  for (std::string const& line : all) {
    if (!std::regex_match(line, std::regex(R"( +\d( +\d+){10})"))) continue;
    std::istringstream numbers(line);
    int label = 0;
    numbers >> label;
    for (int n = 0; numbers >> n;) sum += n;
  }
  return sum;
}

TEST(digits_training, LearnsAndReports) {
  auto const result = run_digits("--epochs 2 --seed 1");
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  auto const text = lines(result.out);
  ASSERT_FALSE(text.empty());
  EXPECT_EQ(count(text, "device: .+"), 1) << result.out;
  EXPECT_EQ(count(text, R"(epoch +\d+ +loss +\d+\.\d{4} .*%.*%)"), 2) << result.out;
  EXPECT_EQ(sum_of_counts(text), 297) << result.out;
  // Guessing is right for one digit in ten.
  EXPECT_GT(held_out_accuracy(result.out), 80.0) << result.out;
  EXPECT_EQ(result.out, run_digits("--epochs 2 --seed 1 --activation relu").out);
}

TEST(digits_training, ComparesEveryActivationOfTheLibrary) {
  auto const result = run_digits("--activation all --epochs 1 --seed 3");
  ASSERT_EQ(result.status, 0) << result.err;
  auto const text = lines(result.out);
  auto const names = digits::activation_names();
  ASSERT_GE(text.size(), names.size() + 2);
  auto const table = std::vector<std::string>(text.end() - names.size() - 1, text.end() - 1);
  double best = -1;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::smatch match;
    std::regex const row(names[i] + R"( .* (\d+\.\d\d) %( +the hidden layer cannot learn.*)?)");
    ASSERT_TRUE(std::regex_match(table[i], match, row)) << table[i];
    EXPECT_EQ(match[2].matched, names[i] == "heaviside") << table[i];
    best = std::max(best, std::stod(match[1]));
  }
  EXPECT_EQ(held_out_accuracy(result.out), best) << result.out;
}

}  // namespace
