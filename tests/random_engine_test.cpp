// What must not change a bit of an element's result: n, alignment, the place of the output, the run,
// and the piece of its sequence that it is computed in. And what a call must not write.
#include "support/random_call.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace {

using support::device_buffer;
using support::host_array;
using support::placement;
using support::storage;

host_array noise(storage const& type, std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(-1, 3);
  host_array result(type, n);
  for (std::size_t i = 0; i < n; ++i) result.set(i, normal(random));
  return result;
}

host_array piece_of(host_array const& all, std::size_t begin, std::size_t n) {
  host_array result(all.type(), n);
  for (std::size_t i = 0; i < n; ++i) result.set_bits(i, all.bits(begin + i));
  return result;
}

class random_engine : public testing::TestWithParam<support::random_subject> {
 protected:
  static constexpr std::size_t most = 20'000;
  // The first element passes 2^33, and the counter its own end.
  static constexpr std::uint64_t seed = 0xFEDCBA9876543210;
  static constexpr std::uint64_t offset = 0xFFFFFFFF7FFFFFF0;
  static constexpr std::int64_t start = (std::int64_t{1} << 33) - 1000;
  act_random const op = support::random_named("rrelu");
  storage const& type = *GetParam().type;
  std::size_t const one = type.bytes;
  bool const has_dy = GetParam().has_dy;
  host_array const x = noise(type, most, 1);
  host_array const dy = noise(type, most, 2);
  host_array const expected = support::call(op, has_dy ? &dy : nullptr, x, position_of(0));

  static act_random_position position_of(std::size_t element) {
    return support::position_at(seed, offset, start + static_cast<std::int64_t>(element));
  }

  /// The elements from begin on in a call of their own.
  void expect_same_bits(std::size_t begin, std::size_t n, placement const& where) const {
    host_array const some_dy = piece_of(dy, begin, n);
    host_array const result = support::call(op, has_dy ? &some_dy : nullptr, piece_of(x, begin, n),
                                            position_of(begin), where);
    EXPECT_TRUE(result == piece_of(expected, begin, n))
        << "n = " << n << " from " << begin << ", offsets " << where.offset[0] << ", "
        << where.offset[1] << ", " << where.offset[2]
        << (where.output == placement::apart ? "" : ", in place");
  }
};

// Around a pack, a warp, a block and the tiles of each width and direction.
TEST_P(random_engine, AnySizeGivesTheSameBits) {
  std::vector<std::size_t> sizes{0};
  for (std::size_t const boundary : {2, 4, 8, 16, 32, 256, 1024, 2048, 4096, 8192, 16384}) {
    for (std::size_t const n : {boundary - 1, boundary, boundary + 1}) sizes.push_back(n);
  }
  for (std::size_t const n : sizes) {
    for (std::size_t const begin : {0, 1, 2, 3}) {
      expect_same_bits(begin, n, {});
      expect_same_bits(begin, n, {{one, one, one}, placement::apart});  // a head, then packs
    }
    expect_same_bits(0, n, {{0, one, 0}, placement::apart});  // no common boundary
  }
}

TEST_P(random_engine, AnyAlignmentGivesTheSameBits) {
  for (std::size_t a = 0; a < 16; a += one) {
    for (std::size_t begin = 0; begin < 8; ++begin) {
      for (std::size_t const n : {1, 3, 8, 77})
        expect_same_bits(begin, n, {{a, a, a}, placement::apart});
      expect_same_bits(begin, 77, {{0, a, 0}, placement::apart});
      expect_same_bits(begin, 77, {{a, 0, 0}, placement::apart});
      expect_same_bits(begin, 77, {{0, 0, a}, placement::apart});
    }
  }
}

TEST_P(random_engine, InPlaceGivesTheSameBits) {
  for (std::size_t const n : {1, 77, 5000}) {
    for (std::size_t a = 0; a < 16; a += one) {
      for (std::size_t const begin : {0, 1}) {
        expect_same_bits(begin, n, {{a, a, 0}, placement::over_saved});
        if (has_dy) expect_same_bits(begin, n, {{a, a, 0}, placement::over_dy});
        if (has_dy) expect_same_bits(begin, n, {{a, 0, 0}, placement::over_dy});
      }
    }
  }
}

// As a trainer would: the tensors lie where they are, and pieces of any size follow one another.
TEST_P(random_engine, PiecesGiveTheSameBits) {
  device_buffer const gradient(dy);
  std::mt19937 random(3);
  for (std::size_t const largest : {3U, 50U, 3000U}) {
    device_buffer const in_place(x);
    std::size_t const end = std::min(most, largest * 100);
    for (std::size_t begin = 0; begin < end;) {
      std::size_t const n = std::min<std::size_t>(1 + random() % largest, end - begin);
      act_random_position const position = position_of(begin);
      char* const at = static_cast<char*>(in_place.get()) + begin * one;
      char const* const dy_at = static_cast<char const*>(gradient.get()) + begin * one;
      auto const count = static_cast<std::int64_t>(n);
      ASSERT_EQ(has_dy
                    ? act_random_backward(&op, type.dtype, dy_at, at, at, count, &position, nullptr)
                    : act_random_forward(&op, type.dtype, at, at, count, &position, nullptr),
                ACT_OK);
      begin += n;
    }
    EXPECT_TRUE(piece_of(in_place.download(type), 0, end) == piece_of(expected, 0, end));
  }
}

TEST_P(random_engine, SlopesOfPiecesAreTheSame) {
  host_array const all = support::slopes(op, type, 5000, position_of(0));
  for (std::size_t const begin : {0, 1, 2, 3, 4, 7, 1001}) {
    for (std::size_t const n : {0, 1, 2, 3, 4, 5, 77, 1024, 3000}) {
      host_array const some = support::slopes(op, type, n, position_of(begin));
      EXPECT_TRUE(some == piece_of(all, begin, n)) << n << " from " << begin;
    }
  }
}

TEST_P(random_engine, WritesNothingElse) {
  constexpr std::size_t n = 1000;
  std::size_t const margin = 64;
  device_buffer const in(piece_of(x, 0, n));
  device_buffer const gradient(piece_of(dy, 0, n));
  act_random_position const position = position_of(0);
  for (std::size_t shift = 0; shift < 16; shift += one) {
    host_array canvas(type, margin + n + margin);
    for (std::size_t i = 0; i < canvas.size(); ++i) canvas.set_bits(i, 0x4242);
    device_buffer const out(canvas);
    void* const first = static_cast<char*>(out.get()) + margin * one + shift;
    ASSERT_EQ(has_dy ? act_random_backward(&op, type.dtype, gradient.get(), in.get(), first, n,
                                           &position, nullptr)
                     : act_random_forward(&op, type.dtype, in.get(), first, n, &position, nullptr),
              ACT_OK);
    host_array const after = out.download(type);
    std::size_t const begin = margin + shift / one;
    for (std::size_t i = 0; i < after.size(); ++i) {
      bool const inside = i >= begin && i < begin + n;
      ASSERT_EQ(after.bits(i), inside ? expected.bits(i - begin) : 0x4242) << i;
    }
  }
}

TEST_P(random_engine, TwoRunsGiveTheSameBits) {
  expect_same_bits(0, most, {});
  expect_same_bits(0, most, {});
}

INSTANTIATE_TEST_SUITE_P(random, random_engine, testing::ValuesIn(support::random_subjects()),
                         [](auto const& info) { return to_string(info.param); });

}  // namespace
