// Beyond 2^31 elements, and beyond the blocks of a dimension: index arithmetic executed, not argued.
// 16-bit, in place and with huge strides, so that little memory is touched.
#include "support/glu_call.hpp"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <vector>

namespace {

using support::check;

constexpr std::uint16_t two = 0x4000;
constexpr std::uint16_t three = 0x4200;
constexpr std::uint16_t six = 0x4600;

class glu_large : public testing::Test {
 protected:
  act_glu const op = support::glu_named("reglu");

  static void write(std::uint16_t* at, std::vector<std::uint16_t> const& values) {
    check(cudaMemcpy(at, values.data(), values.size() * 2, cudaMemcpyHostToDevice), "upload");
  }
  static std::vector<std::uint16_t> read(std::uint16_t const* at, std::size_t n) {
    std::vector<std::uint16_t> values(n);
    check(cudaMemcpy(values.data(), at, n * 2, cudaMemcpyDeviceToHost), "download");
    return values;
  }
};

// The second row begins 2^31 and more elements after the first: of whole packs, singly, and of
// pairs, whose elements are at twice their columns.
TEST_F(glu_large, RowsBeyondTwoToThe31) {
  constexpr std::int64_t columns = 20;
  for (std::int64_t const beyond : {0, 1, 8}) {
    std::int64_t const stride = (std::int64_t{1} << 31) + beyond;
    support::device_buffer const buffer(static_cast<std::size_t>(stride + 4 * columns) * 2);
    auto* const gate = static_cast<std::uint16_t*>(buffer.get());
    auto* const up = gate + 2 * columns;
    for (std::int64_t const row : {std::int64_t{0}, stride}) {
      write(gate + row, std::vector<std::uint16_t>(columns, two));
      write(up + row, std::vector<std::uint16_t>(columns, three));
    }
    ASSERT_EQ(act_glu_forward(&op, ACT_FLOAT16, gate, stride, up, stride, gate, stride, 2, columns,
                              nullptr),
              ACT_OK)
        << act_last_error();
    for (std::int64_t const row : {std::int64_t{0}, stride})
      EXPECT_EQ(read(gate + row, columns), std::vector<std::uint16_t>(columns, six));
    for (std::int64_t const row : {std::int64_t{0}, stride})
      write(gate + row, std::vector<std::uint16_t>(2 * columns, three));
    ASSERT_EQ(act_glu_packed_backward(&op, ACT_FLOAT16, ACT_GLU_INTERLEAVED, up, stride, gate,
                                      stride, gate, stride, 2, columns, nullptr),
              ACT_OK)
        << act_last_error();
    constexpr std::uint16_t nine = 0x4880;
    for (std::int64_t const row : {std::int64_t{0}, stride})
      EXPECT_EQ(read(gate + row, 2 * columns), std::vector<std::uint16_t>(2 * columns, nine));
  }
}

// More tiles of columns than a grid has blocks in y: singly, since x is misaligned, in tiles of
// 768: 256 threads with three columns each.
TEST_F(glu_large, MoreColumnsThanAGridHasInY) {
  constexpr std::int64_t columns = 65535 * 768 + 300;
  constexpr std::int64_t bytes = (2 * columns + 1) * 2;
  support::device_buffer const pairs(bytes);
  support::device_buffer const gradients(columns * 2);
  auto* const x = static_cast<std::uint16_t*>(pairs.get()) + 1;
  check(cudaMemset(pairs.get(), 0x40, bytes), "cudaMemset");
  check(cudaMemset(gradients.get(), 0x40, columns * 2), "cudaMemset");
  ASSERT_EQ(act_glu_packed_backward(&op, ACT_FLOAT16, ACT_GLU_INTERLEAVED, gradients.get(), columns,
                                    x, 2 * columns, x, 2 * columns, 1, columns, nullptr),
            ACT_OK)
      << act_last_error();
  EXPECT_EQ(support::calls().blocks_in_z, 2U);
  constexpr std::uint16_t square = 0x4484;  // of 0x4040, 2.125: 4.515625
  std::vector<std::uint16_t> const after = read(x, 2 * columns);
  EXPECT_EQ(std::count(after.begin(), after.end(), square), 2 * columns);
}

// More tiles than a grid has blocks: CUDA's refusal comes back, nothing is truncated.
TEST_F(glu_large, MoreBlocksThanAGridHasAreRefused) {
  support::device_buffer const buffer(1024);
  auto* const at = static_cast<std::uint16_t*>(buffer.get());
  constexpr std::int64_t n = std::int64_t{1} << 60;
  EXPECT_EQ(act_glu_forward(&op, ACT_FLOAT16, at, n, at, n, at, n, 1, n, nullptr), ACT_CUDA_ERROR);
  EXPECT_EQ(act_last_cuda_error(), cudaErrorInvalidConfiguration) << act_last_error();
  // The strided engine.
  EXPECT_EQ(act_glu_forward(&op, ACT_FLOAT16, at, n + 1, at, n + 1, at, n + 1, 2, n, nullptr),
            ACT_CUDA_ERROR);
  EXPECT_EQ(act_last_cuda_error(), cudaErrorInvalidConfiguration) << act_last_error();
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidConfiguration);
  check(cudaDeviceSynchronize(), "the context is intact");
}

}  // namespace
