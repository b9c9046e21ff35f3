// Grids of more than 2^31 - 1 blocks continue in y: the engines' kernels, launched with few blocks
// in x.
#include "../kernels/pointwise.cuh"
#include "../kernels/rowwise.cuh"
#include "support/device_buffer.hpp"

#include <activations_cuda/ops.hpp>

#include <gtest/gtest.h>
#include <vector>

namespace {

namespace act = activations_cuda;
namespace kernels = activations_cuda::kernels;
using support::check;
using support::device_buffer;
using support::host_array;

support::storage const& float32 = support::storages[0];

TEST(engine_grid, IsNeverTruncated) {
  constexpr std::int64_t most = 0x7FFFFFFF;
  for (std::int64_t const blocks : {std::int64_t{1}, most, most + 1, 2 * most, 2 * most + 1,
                                    std::int64_t{1} << 40, std::int64_t{1} << 52}) {
    dim3 const grid = kernels::grid_of(blocks);
    std::int64_t const all = std::int64_t{grid.x} * grid.y;
    EXPECT_LE(grid.x, most);
    EXPECT_GE(all, blocks);
    EXPECT_LT(all - blocks, grid.x) << "a whole row of blocks too many";
    EXPECT_EQ(grid.z, 1U);
  }
}

host_array ramp(std::size_t n) {
  host_array x(float32, n);
  for (std::size_t i = 0; i < n; ++i) x.set(i, static_cast<double>(i % 1001) - 500.0);
  return x;
}

cudaLaunchConfig_t config_of(dim3 grid, int threads) {
  cudaLaunchConfig_t config{};
  config.gridDim = grid;
  config.blockDim = dim3(threads);
  return config;
}

// 7 tiles on 3 x 3 blocks, two of them beyond the last tile.
TEST(engine_grid, PointwiseTilesContinueInY) {
  using function = kernels::forward_function<act::relu::evaluator<act::float32_arithmetic>>;
  constexpr int width = 4;
  constexpr std::int64_t tile =
      act::tuning::pointwise_threads * kernels::packs_per_thread<function, width>;
  constexpr std::int64_t packs = 6 * tile + 5;
  host_array const x = ramp(packs * width + 2);
  device_buffer const in(x);
  device_buffer const out(x.bytes());
  auto const config = config_of(dim3(3, 3), act::tuning::pointwise_threads);
  kernels::streams<float, 1, 1> const data{{static_cast<float const*>(in.get())},
                                           {static_cast<float*>(out.get())}};
  check(cudaLaunchKernelEx(&config, kernels::pointwise_kernel<function, float, width>,
                           function{act::relu::evaluator<act::float32_arithmetic>(act::relu{})},
                           data, kernels::extent{static_cast<std::int64_t>(x.size()), packs, 0}),
        "pointwise_kernel");
  host_array const y = out.download(float32);
  for (std::size_t i = 0; i < x.size(); ++i) ASSERT_EQ(y[i], x[i] > 0 ? x[i] : 0) << i;
}

// Rows of the warps and of the blocks, on 2 x n blocks.
template <int threads>
void expect_rows_continue_in_y() {
  constexpr std::int64_t rows = 9;
  constexpr std::int64_t columns = 6;
  host_array const x = ramp(rows * columns);
  device_buffer const in(x);
  device_buffer const out(x.bytes());
  constexpr int per_block = kernels::row_group<threads>::per_block;
  auto const config = config_of(dim3(2, (rows / per_block + 2) / 2), threads * per_block);
  using evaluator = act::softmax::evaluator<act::float32_arithmetic>;
  check(cudaLaunchKernelEx(
            &config, kernels::rowwise_forward_kernel<act::softmax, float, threads, 4, true, false>,
            evaluator(act::softmax{}), static_cast<float const*>(in.get()),
            static_cast<float*>(out.get()), rows, columns),
        "rowwise_forward_kernel");
  host_array const y = out.download(float32);
  // Every row is six consecutive integers.
  for (std::size_t i = 0; i < y.size(); ++i) {
    EXPECT_EQ(y.bits(i), y.bits(i % columns)) << i;
    EXPECT_GT(y[i], 0) << i;
  }
}

TEST(engine_grid, RowsContinueInY) {
  expect_rows_continue_in_y<32>();
  expect_rows_continue_in_y<256>();
}

}  // namespace
