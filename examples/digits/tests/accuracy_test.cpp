// What the demo promises: with its defaults it reads at least 95 of 100 digits that it has not
// seen, from whatever weights and split it starts.
#include "command.hpp"

#include <gtest/gtest.h>

namespace {

class digits_accuracy : public testing::TestWithParam<int> {};

TEST_P(digits_accuracy, IsAtLeast95Percent) {
  auto const result = digits_test::run_digits("--seed " + std::to_string(GetParam()));
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_GE(digits_test::held_out_accuracy(result.out), 95.0) << result.out;
}

INSTANTIATE_TEST_SUITE_P(seeds, digits_accuracy, testing::Range(1, 6));

}  // namespace
