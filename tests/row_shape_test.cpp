// Which shape a row gets, by its length: the function that the launchers ask.
#include "../kernels/row_shape.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace {

namespace kernels = activations_cuda::kernels;

constexpr std::int64_t endless = std::numeric_limits<std::int64_t>::max();

template <class T>
constexpr kernels::row_shape shape_of(std::int64_t columns) {
  return kernels::row_shapes[kernels::choose_row_shape<T>(columns)];
}

TEST(row_shape, ShortRowsAreAWarpsInRegisters) {
  for (std::int64_t const columns : {1, 32, 512}) {
    EXPECT_EQ(shape_of<float>(columns).threads, 32) << columns;
    EXPECT_TRUE(shape_of<float>(columns).held) << columns;
  }
  EXPECT_GT(shape_of<float>(513).threads, 32);
}

// The promise: a block keeps rows of 8,192 float32 on chip; 16 KiB are as many bytes for others.
TEST(row_shape, BlocksKeepRowsOnChip) {
  for (std::int64_t const columns : {513, 4096, 4097, 8191, 8192}) {
    EXPECT_TRUE(shape_of<float>(columns).held) << columns;
    EXPECT_TRUE(shape_of<std::uint16_t>(columns).held) << columns;
    EXPECT_TRUE(shape_of<std::uint16_t>(2 * columns).held) << columns;
    EXPECT_TRUE(shape_of<double>(columns / 2).held) << columns;
    EXPECT_GT(shape_of<float>(columns).threads, 32) << columns;
  }
}

TEST(row_shape, LongerRowsAreReadAgain) {
  EXPECT_FALSE(shape_of<float>(100'003).held);
  EXPECT_FALSE(shape_of<double>(100'003).held);
  EXPECT_FALSE(shape_of<std::uint16_t>(100'003).held);
  EXPECT_FALSE(shape_of<float>(endless).held);
}

template <class T>
void expect_room() {
  int last = 0;
  for (std::int64_t columns = 1; columns < 200'000; ++columns) {
    int const index = kernels::choose_row_shape<T>(columns);
    kernels::row_shape const shape = kernels::row_shapes[index];
    ASSERT_GE(index, last) << "shapes go by length, at " << columns;
    if (shape.held) {
      ASSERT_LE(columns * std::int64_t{sizeof(T)}, shape.threads * shape.packs * std::int64_t{16})
          << "the row does not fit at " << columns;
    }
    last = index;
  }
  EXPECT_EQ(last, kernels::row_shape_count - 1) << "every shape has its rows";
}

TEST(row_shape, HasRoomForTheRow) {
  expect_room<float>();
  expect_room<double>();
  expect_room<std::uint16_t>();
}

}  // namespace
