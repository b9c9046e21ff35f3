// Judging a network's answers, and the form of what is printed.
#include "report.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace digits;

TEST(digits_judge, CountsAnswersAndAveragesTheLoss) {
  // Three images, labels 0, 9, 9, answers 0, 9, 2; all other classes equally unlikely.
  float const likely = std::log(0.91f);
  float const unlikely = std::log(0.01f);
  std::vector<float> log_probabilities(3 * classes, unlikely);
  log_probabilities[0 * classes + 0] = likely;
  log_probabilities[1 * classes + 9] = likely;
  log_probabilities[2 * classes + 2] = likely;
  score const result = judge(log_probabilities, {0, 9, 9});
  EXPECT_EQ(result.total, 3);
  EXPECT_EQ(result.right, 2);
  EXPECT_EQ(result.confusion[0][0], 1);
  EXPECT_EQ(result.confusion[9][9], 1);
  EXPECT_EQ(result.confusion[9][2], 1);
  // Each division and addition of doubles rounds once: far below 1e-14.
  EXPECT_NEAR(result.loss, -(2.0 * likely + unlikely) / 3, 1e-14);
}

score of(int right, int total) {
  score result;
  result.right = right;
  result.total = total;
  return result;
}

TEST(digits_report, AccuracyLineIsExact) {
  EXPECT_EQ(accuracy_line(of(289, 297)), "held-out accuracy: 97.31 %");
  EXPECT_EQ(accuracy_line(of(297, 297)), "held-out accuracy: 100.00 %");
  EXPECT_EQ(accuracy_line(of(0, 297)), "held-out accuracy: 0.00 %");
}

TEST(digits_report, LearnedParametersAreATableOfEachOnesRange) {
  outcome result;
  EXPECT_EQ(learned_parameters(result), "");
  result.learned_parameters = {{"slope", 0.25, {1.0f, -0.5f, 4.0f}}, {"b 2", 0, {0, 0, 0}}};
  EXPECT_EQ(learned_parameters(result),
            "learned            initial      mean  smallest   largest   of 3 units\n"
            "slope               0.2500    1.5000   -0.5000    4.0000\n"
            "b 2                 0.0000    0.0000    0.0000    0.0000");
}

TEST(digits_report, ComparisonHasALineForEachAndSaysWhichCannotLearn) {
  outcome learning{"smooth", of(1, 2), of(1, 4), true};
  outcome stuck{"stepped", of(1, 2), of(3, 4), false};
  std::string const text = comparison({learning, stuck});
  std::string const smooth =
      text.substr(text.find("smooth"), text.find("stepped") - text.find("smooth"));
  std::string const stepped = text.substr(text.find("stepped"));
  EXPECT_NE(smooth.find("25.00 %"), std::string::npos) << text;
  EXPECT_EQ(smooth.find("cannot learn"), std::string::npos) << text;
  EXPECT_NE(stepped.find("75.00 %"), std::string::npos) << text;
  EXPECT_NE(stepped.find("cannot learn"), std::string::npos) << text;
}

}  // namespace
