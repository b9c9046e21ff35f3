// What must not change a bit of an element's result: n, alignment, the place of the output, its
// neighbours, the run. And what a call must not write.
#include "support/pointwise_subjects.hpp"

#include <gtest/gtest.h>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace {

using support::device_buffer;
using support::direction;
using support::host_array;
using support::placement;
using support::storage;

host_array noise(storage const& type, std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, 3);
  host_array result(type, n);
  for (std::size_t i = 0; i < n; ++i) result.set(i, normal(random));
  return result;
}

host_array head_of(host_array const& all, std::size_t n) {
  host_array result(all.type(), n);
  for (std::size_t i = 0; i < n; ++i) result.set_bits(i, all.bits(i));
  return result;
}

class pointwise_engine : public testing::TestWithParam<support::pointwise_subject> {
 protected:
  static constexpr std::size_t most = 20'000;
  act_op const op = GetParam().op;
  storage const& type = *GetParam().type;
  std::size_t const one = type.bytes;
  bool const has_dy = GetParam().way != direction::forward;
  host_array const saved = noise(type, most, 1);
  host_array const dy = noise(type, most, 2);
  host_array const expected = support::call(op, GetParam().way, has_dy ? &dy : nullptr, saved);

  /// The first n elements in a call of their own.
  void expect_same_bits(std::size_t n, placement const& where) const {
    host_array const some_dy = head_of(dy, n);
    host_array const result =
        support::call(op, GetParam().way, has_dy ? &some_dy : nullptr, head_of(saved, n), where);
    EXPECT_TRUE(result == head_of(expected, n))
        << "n = " << n << ", offsets " << where.offset[0] << ", " << where.offset[1] << ", "
        << where.offset[2] << (where.output == placement::apart ? "" : ", in place");
  }
};

// Around a pack, a warp, a block and the tiles of each width and direction.
TEST_P(pointwise_engine, AnySizeGivesTheSameBits) {
  std::vector<std::size_t> sizes{0};
  for (std::size_t const boundary : {2, 4, 8, 16, 32, 256, 512, 1024, 2048, 4096, 8192, 16384}) {
    for (std::size_t const n : {boundary - 1, boundary, boundary + 1}) sizes.push_back(n);
  }
  sizes.push_back(12'345);
  for (std::size_t const n : sizes) {
    expect_same_bits(n, {});
    expect_same_bits(n, {{one, one, one}, placement::apart});  // a head, then packs
    expect_same_bits(n, {{0, one, 0}, placement::apart});      // no common boundary
  }
}

TEST_P(pointwise_engine, AnyAlignmentGivesTheSameBits) {
  for (std::size_t a = 0; a < 16; a += one) {
    for (std::size_t b = 0; b < 16; b += one) {
      for (std::size_t c = 0; c < (has_dy && one > 2 ? 16 : one); c += one)
        expect_same_bits(77, {{c, a, b}, placement::apart});
      if (has_dy) expect_same_bits(77, {{b, a, a}, placement::apart});
    }
  }
}

TEST_P(pointwise_engine, InPlaceGivesTheSameBits) {
  for (std::size_t const n : {1, 77, 5000}) {
    for (std::size_t offset = 0; offset < 16; offset += one) {
      expect_same_bits(n, {{offset, offset, 0}, placement::over_saved});
      if (!has_dy) continue;
      expect_same_bits(n, {{0, offset, 0}, placement::over_saved});
      expect_same_bits(n, {{offset, offset, 0}, placement::over_dy});
      expect_same_bits(n, {{offset, 0, 0}, placement::over_dy});
    }
  }
}

TEST_P(pointwise_engine, WritesNothingElse) {
  constexpr std::size_t n = 1000;
  std::size_t const margin = 64;
  device_buffer const x(head_of(saved, n));
  device_buffer const gradient(head_of(dy, n));
  for (std::size_t offset = 0; offset < 16; offset += one) {
    host_array canvas(type, margin + n + margin);
    for (std::size_t i = 0; i < canvas.size(); ++i) canvas.set_bits(i, 0x4242);
    device_buffer const out(canvas);
    void* const first = static_cast<char*>(out.get()) + margin * one + offset;
    ASSERT_EQ(
        GetParam().way == direction::forward
            ? act_forward(&op, type.dtype, x.get(), first, n, nullptr)
        : GetParam().way == direction::backward
            ? act_backward(&op, type.dtype, gradient.get(), x.get(), first, n, nullptr)
            : act_backward_from_output(&op, type.dtype, gradient.get(), x.get(), first, n, nullptr),
        ACT_OK);
    host_array const after = out.download(type);
    std::size_t const begin = margin + offset / one;
    for (std::size_t i = 0; i < after.size(); ++i) {
      bool const inside = i >= begin && i < begin + n;
      ASSERT_EQ(after.bits(i), inside ? expected.bits(i - begin) : 0x4242) << i;
    }
  }
}

TEST_P(pointwise_engine, TwoRunsGiveTheSameBits) {
  expect_same_bits(most, {});
  expect_same_bits(most, {});
}

INSTANTIATE_TEST_SUITE_P(pointwise, pointwise_engine,
                         testing::ValuesIn(support::pointwise_subjects()),
                         [](auto const& info) { return to_string(info.param); });

}  // namespace
