// Philox4x32-10 on the host: the published answers, cuRAND's words, and which of them an element
// gets.
#include "oracle/random.hpp"

#include <activations_cuda/philox.cuh>
#include <activations_cuda/random_position.hpp>

#include <cstdint>
#include <gtest/gtest.h>
#include <random>

namespace {

namespace act = activations_cuda;

// Random123's known answers (kat_vectors): counter, key, words; the third's are digits of pi.
TEST(philox, GivesThePublishedWords) {
  struct {
    std::uint64_t counter, counter_high, key;
    std::uint32_t words[4];
  } const known[] = {
      {0, 0, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {~0ULL, ~0ULL, ~0ULL, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {0x85a308d3243f6a88,
       0x0370734413198a2e,
       0x299f31d0a4093822,
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (auto const& k : known) {
    auto const block = act::philox4x32_10(k.key, k.counter, k.counter_high);
    auto const curand = oracle::curand_philox(k.key, k.counter, k.counter_high);
    for (int w = 0; w < 4; ++w) {
      EXPECT_EQ(block.words[w], k.words[w]) << w;
      EXPECT_EQ(curand.words[w], k.words[w]) << w;
    }
  }
}

TEST(philox, GivesTheWordsOfCurand) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    std::uint64_t const key = random();
    std::uint64_t const counter = random() >> (i % 64);
    std::uint64_t const counter_high = i % 2 == 0 ? 0 : random();
    auto const block = act::philox4x32_10(key, counter, counter_high);
    auto const curand = oracle::curand_philox(key, counter, counter_high);
    for (int w = 0; w < 4; ++w) ASSERT_EQ(block.words[w], curand.words[w]) << i;
  }
}

TEST(philox, AnElementHasItsWords) {
  constexpr std::uint64_t seed = 0x0123456789ABCDEF;
  constexpr std::uint64_t offset = ~0ULL - 2;  // the counter's low half wraps
  act::philox_keys const keys(seed);
  for (std::int64_t i = 0; i < 100; ++i) {
    auto const block = static_cast<std::uint64_t>(i);
    auto const four = oracle::curand_philox(seed, offset + block / 4, 0);
    EXPECT_EQ(act::philox_value<float>(keys, offset, i),
              static_cast<float>(four.words[i % 4] >> 8));
    auto const two = oracle::curand_philox(seed, offset + block / 2, 0);
    std::uint64_t const high = two.words[2 * (i % 2)];
    std::uint64_t const low = two.words[2 * (i % 2) + 1];
    EXPECT_EQ(act::philox_value<double>(keys, offset, i),
              static_cast<double>((high << 32 | low) >> 11));
  }
}

TEST(philox, ASequenceTakesSoManyBlocks) {
  EXPECT_EQ(act::random_blocks<float>(0), 0U);
  EXPECT_EQ(act::random_blocks<float>(1), 1U);
  EXPECT_EQ(act::random_blocks<float>(4), 1U);
  EXPECT_EQ(act::random_blocks<std::uint16_t>(5), 2U);
  EXPECT_EQ(act::random_blocks<double>(2), 1U);
  EXPECT_EQ(act::random_blocks<double>(3), 2U);
}

}  // namespace
