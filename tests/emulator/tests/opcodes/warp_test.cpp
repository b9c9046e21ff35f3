// shfl, vote, match, redux, elect, activemask and bar.warp, in whole warps and in parts of one.
#include "one_instruction.hpp"
#include "spelling.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <random>

namespace emulator {
namespace {

constexpr unsigned lanes = 32;

// ---- shfl -------------------------------------------------------------------------------------

struct shuffled {
  std::uint64_t value;
  bool in_range;
};

// The PTX ISA's pseudocode of shfl.sync for one lane, with source values 1000 + lane.
shuffled shuffle(std::string const& mode, unsigned lane, unsigned b, unsigned c) {
  unsigned const bval = b & 0x1F;
  unsigned const cval = c & 0x1F;
  unsigned const mask = c >> 8 & 0x1F;
  int const max_lane = static_cast<int>((lane & mask) | (cval & ~mask & 0x1F));
  int const min_lane = static_cast<int>(lane & mask);
  int const own = static_cast<int>(lane);
  int j = 0;
  bool p = false;
  if (mode == "up") {
    j = own - static_cast<int>(bval);
    p = j >= max_lane;
  } else if (mode == "down") {
    j = own + static_cast<int>(bval);
    p = j <= max_lane;
  } else if (mode == "bfly") {
    j = static_cast<int>(lane ^ bval);
    p = j <= max_lane;
  } else {
    j = min_lane | static_cast<int>(bval & ~mask & 0x1F);
    p = j <= max_lane;
  }
  return {1000 + static_cast<std::uint64_t>(p ? j : own), p};
}

class Shuffle : public testing::TestWithParam<std::string> {};

TEST_P(Shuffle, ReadsTheLaneThatTheDefinitionNames) {
  std::string const mode = spelling(GetParam()).pieces[2];
  // Every distance within segments of every width, as __shfl_*_sync makes them, and odd clamps.
  for (unsigned width = 1; width <= 32; width *= 2) {
    for (unsigned const clamp : {0U, 5U, 31U}) {
      unsigned const c = (32 - width) << 8 | clamp;
      for (unsigned distance = 0; distance < 34; ++distance) {
        std::vector<case_bits> cases;
        // In half of the runs each lane has its own distance.
        for (unsigned lane = 0; lane < lanes; ++lane)
          cases.push_back({1000 + lane, distance % 2 == 0 ? distance : distance + lane, c});
        auto const results = run_statements(GetParam() + " %d0|%d1, %s0, %s1, %s2, 0xFFFFFFFF;",
                                            {{"b32", "pred"}, {"b32", "b32", "b32"}}, cases);
        for (unsigned lane = 0; lane < lanes; ++lane) {
          auto const wanted = shuffle(mode, lane, static_cast<unsigned>(cases[lane][1]), c);
          ASSERT_EQ(results[lane], (case_bits{wanted.value, wanted.in_range}))
              << GetParam() << " in lane " << lane << " of " << hexadecimal(cases[lane]);
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, Shuffle,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.mnemonic() == "shfl";
                         })),
                         test_name);

TEST(Shuffle, WorksInPartsOfAWarp) {
  // The lanes of one parity exchange among themselves.
  std::vector<case_bits> cases;
  for (unsigned lane = 0; lane < lanes; ++lane)
    cases.push_back({lane, lane % 2 == 0 ? 0x55555555U : 0xAAAAAAAAU});
  auto const results =
      run_statements("shfl.sync.bfly.b32 %d0, %s0, 2, 31, %s1;", {{"b32"}, {"b32", "b32"}}, cases);
  for (unsigned lane = 0; lane < lanes; ++lane) EXPECT_EQ(results[lane][0], lane ^ 2U) << lane;
}

// ---- votes ------------------------------------------------------------------------------------

std::vector<std::uint32_t> const masks{0xFFFFFFFF, 0x0000FFFF, 0x80000001, 0x00F0F0F0, 0x00000010};
std::vector<std::uint32_t> const patterns{0,          0xFFFFFFFF, 0x12345678,
                                          0x00000010, 0x7FFFFFFF, 0xFFFF0000};

/// Lane i's operands: the predicate that lanes outside of the membermask do not take part by, the
/// bit of the pattern, and the membermask.
std::vector<case_bits> members(std::uint32_t mask, std::function<std::uint64_t(unsigned)> value) {
  std::vector<case_bits> result;
  for (unsigned lane = 0; lane < lanes; ++lane)
    result.push_back({mask >> lane & 1U, value(lane), mask});
  return result;
}

std::uint64_t voted(std::string const& mode, std::uint32_t holds, std::uint32_t mask) {
  if (mode == "all") return holds == mask;
  if (mode == "any") return holds != 0;
  if (mode == "uni") return holds == 0 || holds == mask;
  return holds;
}

class Vote : public testing::TestWithParam<std::string> {};

TEST_P(Vote, CountsTheMembersOnly) {
  spelling const opcode(GetParam());
  std::string const mode = opcode.one_of({"all", "any", "uni", "ballot"});
  std::string const type = mode == "ballot" ? "b32" : "pred";
  for (auto const mask : masks) {
    for (auto const pattern : patterns) {
      auto const cases = members(mask, [&](unsigned lane) { return pattern >> lane & 1U; });
      auto const results = run_statements(
          "@%s0 " + GetParam() + " %d0, %s1, %s2;@%s0 " + GetParam() + " %d1, !%s1, %s2;",
          {{type, type}, {"pred", "pred", "b32"}}, cases);
      for (unsigned lane = 0; lane < lanes; ++lane) {
        if ((mask >> lane & 1U) == 0) continue;
        EXPECT_EQ(results[lane], (case_bits{voted(mode, pattern & mask, mask),
                                            voted(mode, ~pattern & mask, mask)}))
            << GetParam() << " with members " << mask << " and predicates " << pattern;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, Vote, testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.mnemonic() == "vote";
                         })),
                         test_name);

// ---- match ------------------------------------------------------------------------------------

class Match : public testing::TestWithParam<std::string> {};

TEST_P(Match, ComparesTheMembersOnly) {
  spelling const opcode(GetParam());
  bool const wide = opcode.type() == "b64";
  bool const all = opcode.has("all");
  std::vector<std::function<std::uint64_t(unsigned)>> const fillings{
      [](unsigned) { return 7; }, [](unsigned lane) { return lane / 3; },
      // Differs in the upper half of a 64-bit register alone.
      [](unsigned lane) { return std::uint64_t{lane % 2} << 32; },
      [](unsigned lane) { return lane == 4 ? 1 : 0; }};
  for (auto const mask : masks) {
    for (auto const& value : fillings) {
      auto const cases = members(mask, value);
      auto const equal = [&](unsigned i, unsigned j) {
        return wide ? value(i) == value(j)
                    : static_cast<std::uint32_t>(value(i)) == static_cast<std::uint32_t>(value(j));
      };
      std::string const to = all ? " %d0|%d1" : " %d0";
      signature types{{"b32"}, {"pred", wide ? "b64" : "b32", "b32"}};
      if (all) types.to.push_back("pred");
      auto const results = run_statements("@%s0 " + GetParam() + to + ", %s1, %s2;", types, cases);
      for (unsigned lane = 0; lane < lanes; ++lane) {
        if ((mask >> lane & 1U) == 0) continue;
        std::uint32_t same = 0;
        for (unsigned other = 0; other < lanes; ++other)
          same |= std::uint32_t{(mask >> other & 1U) != 0 && equal(lane, other)} << other;
        case_bits wanted{same};
        if (all) wanted = {same == mask ? mask : 0, same == mask};
        EXPECT_EQ(results[lane], wanted) << GetParam() << " with members " << mask;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, Match,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.mnemonic() == "match";
                         })),
                         test_name);

// ---- redux ------------------------------------------------------------------------------------

std::uint32_t reduced(spelling const& opcode, std::vector<std::uint32_t> const& values) {
  std::uint32_t result = values[0];
  for (std::size_t i = 1; i < values.size(); ++i) {
    std::uint32_t const x = values[i];
    // Signed numbers are ordered as unsigned ones with their top bits turned over.
    std::uint32_t const flip = opcode.type() == "s32" ? 0x80000000U : 0;
    bool const is_less = (x ^ flip) < (result ^ flip);
    if (opcode.has("add")) result += x;
    if (opcode.has("and")) result &= x;
    if (opcode.has("or")) result |= x;
    if (opcode.has("xor")) result ^= x;
    if (opcode.has("min") && is_less) result = x;
    if (opcode.has("max") && !is_less) result = x;
  }
  return result;
}

class Redux : public testing::TestWithParam<std::string> {};

TEST_P(Redux, CombinesTheMembersOnly) {
  spelling const opcode(GetParam());
  auto const value = [](unsigned lane) { return 0x9E3779B9U * (lane + 1) | 0x10U; };
  for (auto const mask : masks) {
    auto const results = run_statements("@%s0 " + GetParam() + " %d0, %s1, %s2;",
                                        {{"b32"}, {"pred", "b32", "b32"}}, members(mask, value));
    std::vector<std::uint32_t> values;
    for (unsigned lane = 0; lane < lanes; ++lane) {
      if ((mask >> lane & 1U) != 0) values.push_back(value(lane));
    }
    for (unsigned lane = 0; lane < lanes; ++lane) {
      if ((mask >> lane & 1U) != 0) {
        EXPECT_EQ(results[lane][0], reduced(opcode, values)) << GetParam() << " members " << mask;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, Redux,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.mnemonic() == "redux" && opcode.type() != "f32";
                         })),
                         test_name);

constexpr std::uint32_t quiet_nan = 0x7FFFFFFF;

/// Of the values as bits: numbers in order are integers in order, when those of negative numbers
/// are turned over.
std::uint32_t reduced_floats(spelling const& opcode, std::vector<std::uint32_t> const& values) {
  auto const order = [](std::uint32_t bits) {
    return (bits >> 31) != 0 ? ~bits : bits | 0x80000000U;
  };
  std::vector<std::uint32_t> numbers;
  for (auto const bits : values) {
    std::uint32_t const taken = opcode.has("abs") ? bits & 0x7FFFFFFFU : bits;
    if ((bits & 0x7FFFFFFFU) <= 0x7F800000U) numbers.push_back(taken);
  }
  bool const has_nan = numbers.size() != values.size();
  if (numbers.empty() || (has_nan && opcode.has("NaN"))) return quiet_nan;
  auto const [least, most] = std::minmax_element(
      numbers.begin(), numbers.end(), [&](auto a, auto b) { return order(a) < order(b); });
  return opcode.has("min") ? *least : *most;
}

class FloatRedux : public testing::TestWithParam<std::string> {};

TEST_P(FloatRedux, CombinesTheMembersOnly) {
  spelling const opcode(GetParam());
  std::uint32_t const specials[] = {0x80000000, 0, 0xFFC00001, 0x7F800000, 0xFF800000, 1};
  std::mt19937 random(37);
  for (unsigned round = 0; round < 40; ++round) {
    // Numbers; zeros of both signs; NaNs among them; nothing but NaNs.
    std::vector<std::uint32_t> bits(lanes);
    for (auto& one : bits) {
      one = round % 4 == 0   ? static_cast<std::uint32_t>(random()) & 0xBF7FFFFFU
            : round % 4 == 1 ? specials[random() % 2]
            : round % 4 == 2 ? specials[random() % 6]
                             : 0x7F800001U;
    }
    auto const value = [&](unsigned lane) { return bits[lane]; };
    for (auto const mask : masks) {
      auto const results = run_statements("@%s0 " + GetParam() + " %d0, %s1, %s2;",
                                          {{"b32"}, {"pred", "b32", "b32"}}, members(mask, value));
      std::vector<std::uint32_t> values;
      for (unsigned lane = 0; lane < lanes; ++lane) {
        if ((mask >> lane & 1U) != 0) values.push_back(value(lane));
      }
      for (unsigned lane = 0; lane < lanes; ++lane) {
        if ((mask >> lane & 1U) == 0) continue;
        ASSERT_EQ(results[lane][0], reduced_floats(opcode, values))
            << GetParam() << " members " << mask << " round " << round;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, FloatRedux,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.mnemonic() == "redux" && opcode.type() == "f32";
                         })),
                         test_name);

// ---- elect, activemask, bar.warp --------------------------------------------------------------

TEST(Elect, ChoosesOneMemberThatAllAgreeOn) {
  for (auto const mask : masks) {
    auto const results =
        run_statements("@%s0 elect.sync %d0|%d1, %s2;", {{"b32", "pred"}, {"pred", "b32", "b32"}},
                       members(mask, [](unsigned) { return 0; }));
    unsigned leaders = 0;
    for (unsigned lane = 0; lane < lanes; ++lane) {
      if ((mask >> lane & 1U) == 0) continue;
      auto const leader = static_cast<unsigned>(results[lane][0]);
      EXPECT_EQ(leader, results[static_cast<unsigned>(std::countr_zero(mask))][0]);
      EXPECT_NE(mask >> leader & 1U, 0U);
      EXPECT_EQ(results[lane][1], leader == lane);
      leaders += static_cast<unsigned>(results[lane][1]);
    }
    EXPECT_EQ(leaders, 1U);
  }
}

TEST(ActiveMask, IsTheLanesThatRunTheInstruction) {
  std::uint32_t const mask = 0x0F0F1234;
  auto const results =
      run_statements("bar.warp.sync 0xFFFFFFFF;@%s0 activemask.b32 %d0;",
                     {{"b32"}, {"pred", "b32", "b32"}}, members(mask, [](unsigned) { return 0; }));
  for (unsigned lane = 0; lane < lanes; ++lane) {
    if ((mask >> lane & 1U) != 0) {
      EXPECT_EQ(results[lane][0], mask);
    }
  }
}

}  // namespace
}  // namespace emulator
