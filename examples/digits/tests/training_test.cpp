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

/// A table of learned parameters, each of which has moved: units differ.
void expect_learned(std::vector<std::string> const& text, bool any) {
  auto const title = std::find_if(text.begin(), text.end(), [](std::string const& line) {
    return line.rfind("learned ", 0) == 0;
  });
  EXPECT_EQ(title != text.end(), any);
  if (!any || title == text.end()) return;
  ASSERT_GE(text.end() - title, 3);
  for (auto line = title + 1; line != text.end() - 1; ++line) {
    std::istringstream words(*line);
    std::string name;
    double initial = 0, mean = 0, smallest = 0, largest = 0;
    ASSERT_TRUE(words >> name >> initial >> mean >> smallest >> largest) << *line;
    EXPECT_LT(smallest, mean) << *line;
    EXPECT_LT(mean, largest) << *line;
  }
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

TEST(digits_training, LearnsWithLearnedAndRandomActivations) {
  for (auto const& family : digits::activation_families()) {
    if (family.title == "pointwise") continue;
    for (auto const& member : family.members) {
      auto const result = run_digits("--epochs 1 --seed 1 --activation " + member.name);
      ASSERT_EQ(result.status, 0) << result.err;
      EXPECT_GT(held_out_accuracy(result.out), 80.0) << result.out;
      expect_learned(lines(result.out), family.title == "learned");
    }
  }
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
