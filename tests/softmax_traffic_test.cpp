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
    double const sums = workspace ? 0.001 * least : 0;
    ASSERT_GE(static_cast<double>(c.count.bytes), least);
    EXPECT_LE(static_cast<double>(c.count.bytes), 1.01 * least + sums);
    // One sector more than the bytes need, for each row and stream.
    double const rows = static_cast<double>(shape.outer);
    double const row_sectors =
        std::ceil(static_cast<double>(shape.columns * shape.inner) * static_cast<double>(type.bytes) / 32) + 1;
    EXPECT_LE(static_cast<double>(c.count.distinct_sectors),
              (workspace ? 1 + reads : 1) * (streams + 1) * rows * row_sectors + sums);
  }
};

TEST_P(softmax_traffic, EachElementIsReadOnceAndWrittenOnce) {
  auto const limits = support::limits_of_this_device();
  for (std::int64_t const columns : {32, 500, 1000, 1024, 4096, 5003, 16'384, 32'768, 65'536, 65'537}) {
    for (bool const backward : {false, true}) {
      auto const tier = support::row_plan_of(static_cast<int>(type.bytes), columns, backward, false,
                                             limits).tier;
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
    expect({1, 1000, 64}, backward, 1, 0);
    expect({1, 5000, 64}, backward, 2, 0);
  }
}

// What a row costs, in instructions of all its threads for each element, must not jump.
TEST_P(softmax_traffic, NoCliffsBetweenLengths) {
  std::vector<std::int64_t> lengths;
  for (std::int64_t columns = 256; columns <= 20'000; columns = columns * 5 / 4)
    lengths.push_back(columns);
  for (std::int64_t border = 256; border <= 16'384; border *= 2) {
    for (std::int64_t const columns : {border - 1, border, border + 1}) lengths.push_back(columns);
  }
  std::sort(lengths.begin(), lengths.end());
  for (bool const backward : {false, true}) {
    double before = 0;
    for (std::int64_t const columns : lengths) {
      // Whole blocks of short rows.
      act_softmax_shape const shape{columns <= 1024 ? 4 : 1, columns, 1};
      // One element off the boundary: the same way for all lengths.
      counted_call const c = call(type, shape, backward, type.bytes);
      double const cost = static_cast<double>(c.count.instructions) /
                          static_cast<double>(support::elements_of(shape));
      if (before != 0) {
        EXPECT_LT(cost, 1.5 * before) << columns << " columns, backward " << backward;
        EXPECT_LT(before, 1.5 * cost) << columns << " columns, backward " << backward;
      }
      before = cost;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(types, softmax_traffic,
                         testing::Values(ACT_FLOAT32, ACT_FLOAT64, ACT_BFLOAT16),
                         [](auto const& info) { return support::storages[info.param].name; });

}  // namespace
