// The accuracy tests' own machinery: what is wrong is caught, samples hold what they promise, and
// a measurement that stopped goes on.
#include "support/branch_points.hpp"
#include "support/pointwise_judge.hpp"
#include "support/resumed.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using support::direction;
using support::host_array;
using support::storage;
using support::tally;

/// A subject in which results are neither zeros nor exact.
support::pointwise_subject subject_of(act_dtype dtype, direction way) {
  for (support::pointwise_subject const& s : support::pointwise_subjects()) {
    if (s.name == "sigmoid" && s.type->dtype == dtype && s.way == way) return s;
  }
  throw std::runtime_error("there is no such subject");
}

constexpr support::sample_size small{2, 1 << 12, 1 << 12};
constexpr std::uint64_t seed = 1;

/// The kernel's results, each moved by so many ulp.
support::pointwise_evaluation moved_by(support::pointwise_subject const& subject,
                                       std::int64_t ulps) {
  return [=](support::pointwise_inputs const& in, auto const& judge) {
    support::compiled_kernel(subject)(in, [&](host_array result, std::string const& how) {
      for (std::size_t i = 0; i < result.size(); ++i)
        result.set_bits(i, result.bits(i) + static_cast<std::uint64_t>(ulps));
      judge(result, how);
    });
  };
}

TEST(judge, FailsResultsThatAreBeyondTheContract) {
  for (storage const& type : support::storages) {
    for (direction const way : {direction::forward, direction::backward}) {
      auto const subject = subject_of(type.dtype, way);
      auto const sample = support::sample_for(subject, small, seed);
      auto const judged = [&](std::int64_t ulps) {
        return support::judge_part(subject, *sample, 0, sample->size(), moved_by(subject, ulps));
      };
      EXPECT_EQ(judged(0).failures, 0U) << to_string(subject);
      tally const wrong = judged(type.bytes == 2 ? 2 : 7);
      EXPECT_GT(2 * wrong.failures, wrong.judged) << to_string(subject);
      EXPECT_FALSE(wrong.failed.empty());
      EXPECT_GT(wrong.worst, type.bytes == 2 ? 1.5 : 6.5);
    }
  }
}

TEST(judge, FailsOneWrongResultAndSaysWhere) {
  auto const subject = subject_of(ACT_FLOAT32, direction::backward);
  auto const sample = support::sample_for(subject, small, seed);
  constexpr std::size_t wrong = 2053;
  for (double const value : {static_cast<double>(NAN), static_cast<double>(INFINITY), 0.0, 1e30}) {
    tally const t = support::judge_part(
        subject, *sample, 1, sample->size(),
        [&](support::pointwise_inputs const& in, auto const& judge) {
          host_array result = support::call(subject.op, subject.way, &*in.dy, in.saved);
          result.set(wrong - in.first, value);
          judge(result, "a wrong evaluation");
        });
    EXPECT_EQ(t.failures, 1U) << value;
    ASSERT_EQ(t.failed.size(), 1U);
    std::ostringstream at;
    at << "at x = " << support::decode(*subject.type, sample->x(wrong));
    EXPECT_EQ(t.failed[0].rfind(at.str().substr(0, 10), 0), 0U) << t.failed[0];
    EXPECT_NE(t.failed[0].find("a wrong evaluation"), std::string::npos);
  }
}

TEST(judge, DoesNotTrustZeros) {
  auto const subject = subject_of(ACT_FLOAT32, direction::forward);
  tally t;
  t.judged = 1 << 16;
  t.zeros = t.judged - 31;
  EXPECT_FALSE(support::proves_something(subject, t));
  t.zeros = t.judged - 32;
  EXPECT_TRUE(support::proves_something(subject, t));
  EXPECT_FALSE(support::proves_something(subject, tally{}));
}

class samples : public testing::TestWithParam<storage> {};

TEST_P(samples, HaveEachExponentOfEachSignEquallyOften) {
  storage const& type = GetParam();
  int const exponents = 2 - 2 * type.smallest_exponent + 1;
  std::uint64_t const count = 2 * 2 * static_cast<std::uint64_t>(exponents) * 3;
  support::spread_inputs const spread(type, {}, count, seed);
  std::vector<int> found(2 * static_cast<std::size_t>(exponents));
  std::uint64_t moderate = 0;
  for (std::uint64_t i = 0; i < spread.size(); ++i) {
    double const x = support::decode(type, spread.x(i));
    ASSERT_TRUE(std::isfinite(x));
    if (i >= count / 2) {
      moderate += std::fabs(x) >= 0x1p-12 && std::fabs(x) < 0x1p8 ? 1 : 0;
      continue;
    }
    std::size_t const place = spread.x(i) >> type.mantissa_bits;
    std::size_t const field = place % (static_cast<std::size_t>(exponents) + 1);
    ++found[2 * field + (place > static_cast<std::size_t>(exponents) ? 1 : 0)];
  }
  EXPECT_EQ(*std::min_element(found.begin(), found.end()), 3);
  EXPECT_EQ(*std::max_element(found.begin(), found.end()), 3);
  EXPECT_EQ(moderate, count / 2);
}

TEST_P(samples, HaveTheNeighboursOfEachKnot) {
  storage const& type = GetParam();
  support::spread_inputs const spread(type, {0.0, -1.5}, 0, seed);
  std::set<double> found;
  for (std::uint64_t i = 0; i < spread.size(); ++i)
    found.insert(support::decode(type, spread.x(i)));
  double const smallest = std::ldexp(1.0, type.smallest_exponent - type.mantissa_bits);
  double const ulp = std::ldexp(1.0, -type.mantissa_bits);
  for (int step = -64; step <= 64; ++step) {
    EXPECT_EQ(found.count(step * smallest), 1U) << step;
    EXPECT_EQ(found.count(-1.5 + step * ulp), 1U) << step;
  }
  // Further away, at each power of two of ulps.
  for (int power = 7; power < type.mantissa_bits - 1; ++power) {
    EXPECT_EQ(found.count(-1.5 + std::ldexp(ulp, power)), 1U) << power;
    EXPECT_EQ(found.count(-1.5 - std::ldexp(ulp, power)), 1U) << power;
  }
}

TEST_P(samples, HaveEveryValueAndGradientsOfEveryExponent) {
  storage const& type = GetParam();
  if (type.bytes != 2) return;
  support::every_input const all(type, 2, seed);
  ASSERT_EQ(all.size(), std::uint64_t{1} << 17);
  std::set<std::uint64_t> exponents;
  for (std::uint64_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all.x(i), i & 0xFFFFU);
    double const dy = support::decode(type, all.dy(i));
    ASSERT_TRUE(std::isfinite(dy));
    if (i < 65536) {
      EXPECT_EQ(dy, 1);
    } else {
      exponents.insert(all.dy(i) >> type.mantissa_bits);
    }
  }
  EXPECT_EQ(exponents.size(), 2 * static_cast<std::size_t>(3 - 2 * type.smallest_exponent));
}

TEST_P(samples, InPartsHaveTheSamePairsAndEachXTwiceInAPart) {
  storage const& type = GetParam();
  if (type.bytes != 2) return;
  constexpr int part_bits = 12;
  constexpr std::uint64_t part = std::uint64_t{1} << part_bits;
  support::every_input const all(type, 2, seed);
  support::every_input_in_parts const parts(type, part_bits, seed);
  ASSERT_EQ(parts.size(), all.size());
  host_array x(type, all.size());
  host_array dy(type, all.size());
  parts.write(0, 0, all.size(), x, &dy);
  std::vector<int> found(all.size());
  for (std::uint64_t i = 0; i < parts.size(); ++i) {
    bool const second = i / part % 2 == 1;
    std::uint64_t const place = (second ? 65536 : 0) + parts.x(i);
    ++found[place];
    EXPECT_EQ(parts.dy(i), all.dy(place));
    EXPECT_EQ(x.bits(i), parts.x(i));
    EXPECT_EQ(dy.bits(i), parts.dy(i));
    if (second) {
      EXPECT_EQ(parts.x(i), parts.x(i - part));
    }
  }
  EXPECT_EQ(std::count(found.begin(), found.end(), 1), 1 << 17);
}

TEST_P(samples, AreTheSameForTheSameSeedAlone) {
  storage const& type = GetParam();
  support::spread_inputs const one(type, {1}, 1000, seed);
  support::spread_inputs const same(type, {1}, 1000, seed);
  support::spread_inputs const other(type, {1}, 1000, seed + 1);
  std::size_t equal = 0;
  for (std::uint64_t i = one.size(); i-- > 0;) {
    EXPECT_EQ(one.x(i), same.x(i));
    EXPECT_EQ(one.dy(i), same.dy(i));
    equal += i < 1000 && one.x(i) == other.x(i) ? 1 : 0;
  }
  EXPECT_LT(equal, 100U);
}

INSTANTIATE_TEST_SUITE_P(types, samples, testing::ValuesIn(support::storages),
                         [](auto const& info) { return info.param.name; });

TEST(branch_points, AreWhatTheOpDeclares) {
  std::vector<double> const points = support::branch_points("relu");
  EXPECT_NE(std::find(points.begin(), points.end(), 0.0), points.end());
}

std::string text_of(tally const& t) {
  std::ostringstream out;
  out << t;
  return out.str();
}

TEST(tallies, ComeBackFromText) {
  tally t;
  t.judged = 1234567890123;
  t.fail("at x = 1, dy = 2");
  t.fail("at x = 3");
  for (double const worst : {0.0, 0.1, static_cast<double>(INFINITY)}) {
    t.worst = worst;
    t.worst_at = worst > 0 ? "x = 1, dy = 2" : "";
    std::istringstream in(text_of(t));
    tally back;
    EXPECT_TRUE(in >> back);
    EXPECT_EQ(back.worst, worst);
    EXPECT_EQ(text_of(back), text_of(t));
  }
  std::istringstream none("1 2 three");
  tally back;
  EXPECT_FALSE(none >> back);
}

TEST(resumed_measurements, AreTheSameAsUninterruptedOnes) {
  auto const subject = subject_of(ACT_FLOAT32, direction::backward);
  auto const sample = support::sample_for(subject, small, seed);
  auto const kernel = support::compiled_kernel(subject);
  std::string const file = testing::TempDir() + "accuracy_harness_test.state";
  std::filesystem::remove(file);
  std::uint64_t judged = 0;
  auto const measured = [&](std::string const& key, std::uint64_t stop_after) {
    judged = 0;
    return support::measure_resumed(
        file, key, sample->size(), 1000,
        [&](std::uint64_t begin, std::uint64_t end) {
          judged += end - begin;
          return support::judge_part(subject, *sample, begin, end, kernel);
        },
        [&](std::uint64_t) {
          if (judged >= stop_after) throw std::runtime_error("stopped");
        });
  };
  std::uint64_t const all = sample->size();
  tally const uninterrupted = measured("one", all + 1);
  EXPECT_EQ(judged, all);
  EXPECT_GT(uninterrupted.worst, 0);

  EXPECT_THROW(measured("another", 2000), std::runtime_error);
  EXPECT_EQ(judged, 2000U);
  tally const resumed = measured("another", all + 1);
  EXPECT_EQ(judged, all - 2000);
  EXPECT_EQ(text_of(resumed), text_of(uninterrupted));

  EXPECT_EQ(text_of(measured("another", all + 1)), text_of(uninterrupted));
  EXPECT_EQ(judged, 0U);
  std::filesystem::remove(file);
}

}  // namespace
