// What softmax moves, counted by the emulator: each input once and each output once while the row stays
// on the chip, one read more where it does not; and what it executes: no cliff where tiers meet.
// ACTIVATIONS_EMULATOR_COUNTERS names a file, for a test's own use.
#include "bench/launch_counters.hpp"
#include "support/row_samples.hpp"
#include "support/softmax_call.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

using support::host_array;
using support::storage;

bench::launch_counters& counters() {
  static bench::launch_counters all;
  return all;
}

host_array noise(storage const& type, std::size_t n) {
  host_array result(type, n);
  for (std::size_t i = 0; i < n; ++i) result.set(i, static_cast<double>(i * 7919 % 64) / 8);
  return result;
}

struct counted_call {
  bench::launch_count count;
  double bytes;  // of one tensor
};

counted_call call(storage const& type, act_softmax_shape const& shape, bool backward,
                  std::size_t offset, bool workspace = false) {
  act_softmax const op = support::softmax_named("softmax");
  host_array const x = noise(type, support::elements_of(shape));
  act_softmax_options options = support::plain_options();
  std::size_t bytes = 0;
  if (workspace && act_softmax_workspace(&op, type.dtype, shape, &bytes) != ACT_OK)
    throw std::runtime_error(act_last_error());
  support::device_buffer const space(bytes);
  options.workspace = bytes == 0 ? nullptr : space.get();
  options.workspace_bytes = bytes;
  counters().since_last();
  long const launches = bytes == 0 ? 1 : 2;
  support::softmax_layout const layout{0, 0, offset};
  if (backward) {
    support::backward(op, shape, x, x, options, layout, launches);
  } else {
    support::forward(op, shape, x, options, layout, launches);
  }
  return {counters().since_last(), static_cast<double>(x.bytes())};
}

class softmax_traffic : public testing::TestWithParam<act_dtype> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(counters().counting()) << "ACTIVATIONS_EMULATOR_COUNTERS names no file";
  }
  storage const& type = support::storages[GetParam()];

  /// reads: of each input.
  void expect(act_softmax_shape const& shape, bool backward, double reads, std::size_t offset,
              bool workspace = false) {
    counted_call const c = call(type, shape, backward, offset, workspace);
    double const streams = backward ? 2 : 1;
    double const least = (streams * reads + 1) * c.bytes;
    std::printf("%s %s %lld x %lld x %lld, offset %zu: %.4f of the least bytes\n", type.name,
                backward ? "backward" : "forward", static_cast<long long>(shape.outer),
                static_cast<long long>(shape.columns), static_cast<long long>(shape.inner), offset,
                static_cast<double>(c.count.bytes) / least);
    double const rows = static_cast<double>(shape.outer);
    // What blocks leave for each other; and the last elements of a row off the boundaries, fewer than a
    // pack, which are read up to three times.
    double const sums = workspace ? 0.001 * least : 0;
    double const rests = offset == 0 ? 0 : 2 * streams * rows * 16;
    // What is read twice is read the first time from where rows begin, not packs: the last lane of each
    // warp reads the pack after its own too.
    double const beside = offset == 0 || reads == 1 || backward ? 0 : c.bytes / 32;
    ASSERT_GE(static_cast<double>(c.count.bytes), least);
    EXPECT_LE(static_cast<double>(c.count.bytes), 1.01 * least + sums + rests + beside);
    // One sector more than the bytes need, for each row and stream.
    double const row_sectors = std::ceil(static_cast<double>(shape.columns * shape.inner) *
                                         static_cast<double>(type.bytes) / 32) +
                               1;
    EXPECT_LE(static_cast<double>(c.count.distinct_sectors),
              (workspace ? 1 + reads : 1) * (streams + 1) * rows * row_sectors + sums);
  }
};

TEST_P(softmax_traffic, EachElementIsReadOnceAndWrittenOnce) {
  auto const limits = support::limits_of_this_device();
  for (std::int64_t const columns :
       {32, 500, 1000, 1024, 4096, 5003, 16'384, 32'768, 65'536, 65'537}) {
    for (bool const backward : {false, true}) {
      auto const tier =
          support::row_plan_of(static_cast<int>(type.bytes), columns, backward, false, limits).tier;
      double const reads = tier < support::kernels::row_tier::stream ? 1 : 2;
      act_softmax_shape const shape{columns < 2000 ? 9 : 2, columns, 1};
      expect(shape, backward, reads, 0);
      expect(shape, backward, reads, type.bytes);
    }
  }
}

TEST_P(softmax_traffic, RowsThatAreSharedAmongBlocksAreReadTwice) {
  expect({1, 300'000, 1}, false, 2, type.bytes, true);
  expect({1, 300'000, 1}, true, 2, 0, true);
}

TEST_P(softmax_traffic, OtherAxesTooWhileTheColumnsStayInRegisters) {
  for (bool const backward : {false, true}) {
    expect({2, 100, 256}, backward, 1, 0);
    expect({2, 100, 49}, backward, 1, 0);
    expect({1, 700, 64}, backward, 1, 0);
    expect({1, 5000, 64}, backward, 2, 0);
  }
}

// What a row costs must not jump from one length to the next: the modelled time of an element, in
// clocks of an SM, the longer of what memory needs (bytes a clock: A100, H200) and what issuing does, 128
// lanes a clock. Instructions are the emulator's, of PTX: more than there are of machine code.
TEST_P(softmax_traffic, NoCliffsBetweenLengths) {
  double const bytes_of_clock = support::limits_of_this_device().has_clusters ? 18.4 : 13.4;
  auto const cost = [&](std::int64_t columns, bool backward, std::size_t offset) {
    // Whole blocks of short rows.
    act_softmax_shape const shape{columns <= 1024 ? 8 : 1, columns, 1};
    counted_call const c = call(type, shape, backward, offset);
    double const elements = static_cast<double>(support::elements_of(shape));
    return std::max(static_cast<double>(type.bytes) * (backward ? 3 : 2) / bytes_of_clock,
                    static_cast<double>(c.count.instructions) / elements / 128);
  };
  // The ends of tiers of every type, of a block's warps and of packs.
  std::vector<std::int64_t> lengths{257, 300, 1000, 3000, 10'000, 19'999};
  for (std::int64_t border = 512; border <= 16'384; border *= 2) {
    lengths.push_back(border - 1);
    lengths.push_back(border);
  }
  for (bool const backward : {false, true}) {
    for (std::size_t const offset : {std::size_t{0}, type.bytes}) {
      for (std::int64_t const columns : lengths) {
        double const ratio = cost(columns + 1, backward, offset) / cost(columns, backward, offset);
        EXPECT_LT(ratio, 1.5) << columns << " columns, backward " << backward << ", " << offset;
        EXPECT_LT(1 / ratio, 1.5) << columns << " columns, backward " << backward << ", " << offset;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(types, softmax_traffic,
                         testing::Values(ACT_FLOAT32, ACT_FLOAT64, ACT_BFLOAT16),
                         [](auto const& info) { return support::storages[info.param].name; });

}  // namespace
