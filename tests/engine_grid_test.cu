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
template <class Group>
void expect_rows_continue_in_y(int threads, int rows_of_block) {
  constexpr std::int64_t rows = 9;
  constexpr std::int64_t columns = 6;
  host_array const x = ramp(rows * columns);
  device_buffer const in(x);
  device_buffer const out(x.bytes());
  auto const config =
      config_of(dim3(2, static_cast<unsigned>(rows / rows_of_block + 2) / 2), threads);
  using evaluator = kernels::evaluator_of<act::softmax, float>;
  kernels::row_call<float> const call{rows,  columns, kernels::call_masks<float>({}, rows),
                                      false, false,   {nullptr, nullptr}};
  kernels::row_plan const plan{kernels::row_tier::block, 32, threads / 32};
  check(cudaLaunchKernelEx(
            &config,
            kernels::rowwise_forward_kernel<act::softmax, float, Group, 4, false,
                                            kernels::no_mask<float>>,
            evaluator(act::softmax{}),
            kernels::row_tensor<float const>{static_cast<float const*>(in.get()), columns},
            kernels::row_tensor<float>{static_cast<float*>(out.get()), columns}, call,
            Group::argument_of(plan)),
        "rowwise_forward_kernel");
  host_array const y = out.download(float32);
  // Every row is six consecutive integers.
  for (std::size_t i = 0; i < y.size(); ++i) {
    EXPECT_EQ(y.bits(i), y.bits(i % columns)) << i;
    EXPECT_GT(y[i], 0) << i;
  }
}

TEST(engine_grid, RowsContinueInY) {
  constexpr int threads = act::tuning::short_row_threads;
  expect_rows_continue_in_y<kernels::lanes_of_rows>(threads, threads / 32);
  expect_rows_continue_in_y<kernels::warp_of_row>(threads, threads / 32);
  expect_rows_continue_in_y<kernels::block_of_row>(threads, 1);
}

// Elements and bytes beyond what 32 bits count, without touching what lies between: float16 in
// memory that stays unwritten but for a few elements.

using half_relu = act::relu::evaluator<act::arithmetic_for<__half>>;
support::storage const& float16 = support::storages[ACT_FLOAT16];

void upload(__half* to, host_array const& values) {
  check(cudaMemcpy(to, values.data(), values.bytes(), cudaMemcpyHostToDevice), "upload");
}

host_array download(__half const* from, std::size_t n) {
  host_array values(float16, n);
  check(cudaMemcpy(values.data(), from, values.bytes(), cudaMemcpyDeviceToHost), "download");
  return values;
}

// head as far as it goes: the thread's own offset takes the index beyond 2^31.
template <int width>
void expect_backward_beyond_2_to_the_31() {
  using function = kernels::backward_function<half_relu>;
  constexpr std::int64_t packs = 300;
  constexpr int n = packs * width;
  constexpr std::int64_t head = 0x7FFFFFF8;
  device_buffer const gradients((head + n) * sizeof(__half));
  device_buffer const inputs((head + n) * sizeof(__half));
  auto* const dy = static_cast<__half*>(gradients.get());
  auto* const x = static_cast<__half*>(inputs.get());
  host_array own_dy(float16, n);
  host_array own_x(float16, n);
  for (int i = 0; i < n; ++i) {
    own_dy.set(i, i % 1001 + 1);
    own_x.set(i, i % 3 - 1);
  }
  upload(dy + head, own_dy);
  upload(x + head, own_x);
  auto const config = config_of(dim3(1), act::tuning::pointwise_threads);
  kernels::streams<__half, 2, 1> const data{{dy, x}, {dy}};
  check(cudaLaunchKernelEx(&config, kernels::pointwise_kernel<function, __half, width>,
                           function{half_relu(act::relu{})}, data,
                           kernels::extent{packs * width, packs, static_cast<int>(head)}),
        "pointwise_kernel");
  host_array const dx = download(dy + head, n);
  for (int i = 0; i < n; ++i) ASSERT_EQ(dx[i], own_x[i] > 0 ? own_dy[i] : 0) << i;
}

TEST(engine_grid, PointwiseBackwardReachesBeyondTwoToThe31) {
  expect_backward_beyond_2_to_the_31<1>();
  expect_backward_beyond_2_to_the_31<8>();
}

}  // namespace
