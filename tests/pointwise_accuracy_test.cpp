// The accuracy contract of docs/definitions.md on the compiled kernels: every pointwise op, type,
// direction and several parameters.
#include "support/pointwise_judge.hpp"

#include <gtest/gtest.h>
#include <memory>

namespace {

class pointwise_accuracy : public testing::TestWithParam<support::pointwise_subject> {};

TEST_P(pointwise_accuracy, StaysWithinTheContract) {
  support::pointwise_subject const& subject = GetParam();
  constexpr support::sample_size size{2, 1 << 18, 1 << 14};
  auto const sample = support::sample_for(subject, size, support::seed());
  ASSERT_LE(sample->size(), support::judged_at_once);
  support::tally const t =
      support::judge_part(subject, *sample, 0, sample->size(), support::compiled_kernel(subject));
  for (std::string const& words : t.failed) ADD_FAILURE() << subject.name << ' ' << words;
  EXPECT_EQ(t.failures, 0U);
  EXPECT_TRUE(support::proves_something(subject, t)) << t.zeros << " zeros of " << t.judged;
}

INSTANTIATE_TEST_SUITE_P(pointwise, pointwise_accuracy,
                         testing::ValuesIn(support::pointwise_subjects_and_parameters()),
                         [](auto const& info) { return to_string(info.param); });

}  // namespace
