// Which kernel a row gets, by its length, its type and the device: the function that the launchers ask.
#include "../kernels/row_plan.hpp"

#include "../kernels/column_plan.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <string>

namespace {

namespace kernels = activations_cuda::kernels;
namespace tuning = activations_cuda::tuning;
using kernels::row_tier;

// Compute capability 7.5, 8.0 and 9.0: bytes of shared memory that a block may ask for, less 1 KiB.
constexpr kernels::device_limits turing{false, 63 * 1024};
constexpr kernels::device_limits ampere{false, 162 * 1024};
constexpr kernels::device_limits hopper{true, 226 * 1024};
constexpr int forward = 1, backward = 2;

struct choice {
  std::int64_t columns;
  row_tier tier;
  int lanes, warps, blocks;
};

template <class T>
void expect(kernels::device_limits const& device, int streams, std::initializer_list<choice> all) {
  for (choice const& c : all) {
    kernels::row_plan const plan = kernels::plan_row<T>(c.columns, streams, false, device);
    SCOPED_TRACE(std::to_string(c.columns) + " columns: " + to_string(plan.tier));
    EXPECT_STREQ(to_string(plan.tier), to_string(c.tier));
    EXPECT_EQ(plan.lanes, c.lanes);
    EXPECT_EQ(plan.warps, c.warps);
    EXPECT_EQ(plan.blocks, c.blocks);
  }
}

TEST(row_plan, ShortRowsShareAWarp) {
  expect<float>(ampere, forward,
                {{1, row_tier::lanes, 1, 1, 1},
                 {4, row_tier::lanes, 1, 1, 1},
                 {5, row_tier::lanes, 2, 1, 1},
                 {32, row_tier::lanes, 2, 1, 1},
                 {33, row_tier::lanes, 4, 1, 1},
                 {256, row_tier::lanes, 16, 1, 1},
                 {257, row_tier::warp, 32, 1, 1},
                 {512, row_tier::warp, 32, 1, 1}});
  expect<std::uint16_t>(ampere, forward,
                        {{32, row_tier::lanes, 2, 1, 1}, {1024, row_tier::warp, 32, 1, 1}});
}

TEST(row_plan, ABlockHasAsManyWarpsAsTheRowNeeds) {
  expect<float>(ampere, forward,
                {{513, row_tier::block, 32, 1, 1},
                 {1024, row_tier::block, 32, 1, 1},
                 {1025, row_tier::block, 32, 2, 1},
                 {16'384, row_tier::block, 32, 16, 1}});
  expect<std::uint16_t>(ampere, backward,
                        {{1025, row_tier::block, 32, 1, 1}, {32'768, row_tier::block, 32, 16, 1}});
  expect<double>(ampere, forward, {{8192, row_tier::block, 32, 16, 1}});
}

TEST(row_plan, LongerRowsFillAClusterWhereThereAreClusters) {
  expect<float>(hopper, backward,
                {{16'385, row_tier::cluster, 32, 9, 2},
                 {32'769, row_tier::cluster, 32, 9, 4},
                 {65'537, row_tier::cluster, 32, 9, 8},
                 {131'072, row_tier::cluster, 32, 16, 8},
                 {131'073, row_tier::stream, 32, 16, 1}});
  expect<std::uint16_t>(
      hopper, forward,
      {{262'144, row_tier::cluster, 32, 16, 8}, {262'145, row_tier::stream, 32, 16, 1}});
}

TEST(row_plan, ElseSharedMemoryAsFarAsItGoes) {
  expect<float>(ampere, forward,
                {{16'385, row_tier::shared, 32, 16, 1},
                 {41'468, row_tier::shared, 32, 16, 1},
                 {41'469, row_tier::stream, 32, 16, 1}});
  // Two streams share it.
  expect<float>(ampere, backward,
                {{16'385, row_tier::shared, 32, 16, 1},
                 {20'732, row_tier::shared, 32, 16, 1},
                 {20'733, row_tier::stream, 32, 16, 1}});
  expect<float>(turing, forward, {{16'385, row_tier::stream, 32, 16, 1}});
}

TEST(row_plan, AWorkspaceSharesTheRestAmongBlocks) {
  for (std::int64_t const columns :
       {std::int64_t{300'000}, std::int64_t{1} << 31, (std::int64_t{1} << 40) + 1}) {
    kernels::row_plan const plan = kernels::plan_row<float>(columns, forward, true, ampere);
    EXPECT_STREQ(to_string(plan.tier), "parts");
    EXPECT_LE(plan.parts, tuning::most_parts);
    EXPECT_GE(plan.parts * plan.part_columns, columns);
    EXPECT_LT((plan.parts - 1) * plan.part_columns, columns);
  }
  // What stays on the chip does not ask for it.
  EXPECT_STREQ(to_string(kernels::plan_row<float>(131'072, forward, true, hopper).tier), "cluster");
}

// What a group holds has room for the row, in every type: a gap in the plan would lose elements.
template <class T>
void expect_room(int streams, kernels::device_limits const& device) {
  constexpr std::int64_t width = tuning::full_width<T>;
  for (std::int64_t columns = 1; columns < 300'000; columns += columns < 3000 ? 1 : 509) {
    kernels::row_plan const plan = kernels::plan_row<T>(columns, streams, false, device);
    std::int64_t const lanes = std::int64_t{plan.lanes} * plan.warps * plan.blocks * width;
    switch (plan.tier) {
      case row_tier::lanes:
        ASSERT_GE(lanes * tuning::lanes_packs, columns);
        break;
      case row_tier::warp:
        ASSERT_GE(lanes * tuning::warp_packs, columns);
        break;
      case row_tier::block:
      case row_tier::cluster:
        ASSERT_GE(lanes * tuning::block_packs, columns);
        ASSERT_LE(plan.warps, tuning::most_row_warps);
        ASSERT_LE(plan.blocks, tuning::most_row_blocks);
        break;
      case row_tier::shared:
        ASSERT_GE(plan.shared_bytes, columns * streams * static_cast<std::int64_t>(sizeof(T)));
        ASSERT_LE(plan.shared_bytes, device.shared_bytes);
        break;
      case row_tier::stream:
      case row_tier::parts:
        break;
    }
  }
}

TEST(row_plan, EveryRowHasRoom) {
  for (auto const& device : {turing, ampere, hopper}) {
    for (int const streams : {forward, backward}) {
      expect_room<std::uint16_t>(streams, device);
      expect_room<float>(streams, device);
      expect_room<double>(streams, device);
    }
  }
}

TEST(column_plan, ThreadsFillTheInnerAxisAndShareTheColumns) {
  struct {
    std::int64_t columns, inner;
    int lanes, sharing;
    bool held;
  } const cases[] = {
      {3, 1, 128, 1, true},      {10, 1, 16, 2, true},      {32, 1, 4, 8, true},
      {32, 7, 128, 1, true},     {32, 4096, 128, 1, true},  {33, 4096, 32, 2, true},
      {33, 49, 32, 2, true},     {33, 4, 16, 2, true},      {100, 8, 8, 4, true},
      {1000, 1, 1, 32, true},    {512, 4096, 32, 16, true}, {513, 4096, 16, 18, true},
      {2048, 4096, 8, 64, true}, {2048, 2, 2, 64, true},    {2049, 4096, 32, 16, false},
      {20'000, 2, 2, 256, false}};
  for (auto const& c : cases) {
    kernels::column_plan const plan = kernels::plan_columns<float>(c.columns, c.inner);
    SCOPED_TRACE(std::to_string(c.columns) + " columns, inner " + std::to_string(c.inner));
    EXPECT_EQ(plan.lanes, c.lanes);
    EXPECT_EQ(plan.sharing, c.sharing);
    EXPECT_EQ(plan.held, c.held);
  }
}

// What threads hold has room for the columns, in whole warps.
TEST(column_plan, EveryColumnHasRoom) {
  for (std::int64_t columns = 1; columns < 10'000; ++columns) {
    for (std::int64_t const inner : {1, 2, 5, 8, 49, 4096}) {
      kernels::column_plan const plan = kernels::plan_columns<float>(columns, inner);
      ASSERT_EQ(plan.threads() % 32, 0) << columns << ", inner " << inner;
      ASSERT_LE(plan.threads(), tuning::column_threads) << columns << ", inner " << inner;
      if (!plan.held) continue;
      ASSERT_LE(kernels::own_columns(plan, columns), kernels::most_held_columns<float>)
          << columns << ", inner " << inner;
    }
  }
}

}  // namespace
