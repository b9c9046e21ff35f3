// The channelwise engine beyond 2^31 and 2^32 elements: index arithmetic executed, not argued. Only
// some blocks of a launch run, so that few elements are touched; a GPU needs 17 GB.
#include "../kernels/channelwise.cuh"
#include "support/device_buffer.hpp"

#include <activations_cuda/ops.hpp>

#include <gtest/gtest.h>
#include <vector>

namespace {

namespace act = activations_cuda;
namespace kernels = activations_cuda::kernels;
using support::check;
using support::device_buffer;
using evaluator = act::prelu::evaluator<act::arithmetic_for<__half>>;
using gradients = kernels::channel_backward_with_sums;

constexpr std::int64_t two_to_the_31 = std::int64_t{1} << 31;

/// Elements side by side.
struct run {
  std::int64_t from, n;
};

/// One tensor that is x, dy and dx, and what some blocks make of the elements that they have.
class large_call {
 public:
  explicit large_call(act::channel_shape const& shape)
      : plan(
            kernels::plan_channels(shape, kernels::access_for<gradients, evaluator, __half>(true))),
        inner_(shape.inner),
        channels_(shape.channels),
        tensor_(static_cast<std::size_t>(shape.outer * shape.channels * shape.inner) * 2),
        alpha_(static_cast<std::size_t>(shape.channels) * sizeof(float)),
        sums_(static_cast<std::size_t>(plan.sums) * sizeof(float)) {
    check(cudaMemcpy(alpha_.get(), alphas, sizeof(alphas), cudaMemcpyHostToDevice), "alpha");
  }

  /// Elements that the blocks will meet.
  void add_run(std::int64_t from, std::int64_t n) {
    std::vector<__half> values;
    for (std::int64_t i = from; i < from + n; ++i) values.push_back(__float2half(value(i)));
    check(cudaMemcpy(at(from), values.data(), values.size() * 2, cudaMemcpyHostToDevice), "run");
    runs_.push_back({from, n});
  }

  template <int width>
  void run_blocks(kernels::channel_walk const& walk, dim3 grid) const {
    cudaLaunchConfig_t config{};
    config.gridDim = grid;
    config.blockDim = dim3(static_cast<unsigned>(walk.lanes), static_cast<unsigned>(walk.lines));
    check(cudaLaunchKernelEx(
              &config,
              kernels::channelwise_kernel<gradients, act::prelu, evaluator, __half, width, false>,
              walk, kernels::streams<__half, 2, 1>{{at(0), at(0)}, {at(0)}},
              act::learned_arrays{{alpha_.get()}, 1, true},
              act::learned_gradients{{}, 1, true, false, sums_.get()}),
          "channelwise_kernel");
  }

  /// dx of every run.
  void expect_gradients() const {
    for (auto const& [from, n] : runs_) {
      std::vector<__half> dx(static_cast<std::size_t>(n));
      check(cudaMemcpy(dx.data(), at(from), dx.size() * 2, cudaMemcpyDeviceToHost), "dx");
      for (std::int64_t i = from; i < from + n; ++i) {
        float const x = value(i);
        float const slope = x > 0 ? 1.0F : alphas[i / inner_ % channels_];
        ASSERT_EQ(__half2float(dx[static_cast<std::size_t>(i - from)]), slope * x) << i;
      }
    }
  }
  /// A block's sum of these elements, and where it is in the workspace.
  void expect_sum(std::int64_t index, std::vector<run> const& elements) const {
    float expected = 0;
    for (auto const& [from, n] : elements) {
      for (std::int64_t i = from; i < from + n; ++i) expected += value(i) < 0 ? 1.0F : 0.0F;
    }
    float sum = 0;
    check(cudaMemcpy(&sum, static_cast<float*>(sums_.get()) + index, sizeof(sum),
                     cudaMemcpyDeviceToHost),
          "sum");
    EXPECT_EQ(sum, expected) << index;
  }

  kernels::channel_plan const plan;

 private:
  static constexpr float alphas[] = {0.5F, 2.0F, -0.25F};
  static float value(std::int64_t i) { return static_cast<float>(i % 3) - 1.0F; }
  __half* at(std::int64_t i) const { return static_cast<__half*>(tensor_.get()) + i; }

  std::int64_t inner_, channels_;
  device_buffer tensor_, alpha_, sums_;
  std::vector<run> runs_;
};

// The first block of each channel.
TEST(learned_large, ChannelsBeyondTwoToThe32) {
  constexpr std::int64_t inner = two_to_the_31 + 8;
  large_call call({1, 3, inner});
  kernels::channel_walk const& walk = call.plan.walks[0];
  ASSERT_EQ(walk.tiles, 3);
  std::int64_t const n = walk.steps * walk.spacing;
  for (std::int64_t c = 0; c < 3; ++c) call.add_run(c * inner, n);
  call.run_blocks<8>(walk, dim3(3));
  call.expect_gradients();
  for (std::int64_t c = 0; c < 3; ++c) call.expect_sum(2 * c, {{c * inner, n}});
}

// A thread steps from one row to the next.
TEST(learned_large, RowsBeyondTwoToThe32) {
  constexpr std::int64_t channels = (1 << 20) + 8;
  constexpr std::int64_t inner = 4096;
  large_call call({2, channels, inner});
  kernels::channel_walk const& walk = call.plan.walks[0];
  ASSERT_EQ(walk.segments, 0);
  ASSERT_EQ(walk.groups, 1);
  for (std::int64_t row = 0; row < 2; ++row) call.add_run(row * channels * inner, 2 * inner);
  auto const tiles = 2 * inner / walk.tile_length;
  call.run_blocks<8>(walk, dim3(static_cast<unsigned>(tiles)));
  call.expect_gradients();
  for (std::int64_t t = 0; t < tiles; ++t) {
    std::int64_t const from = t * walk.tile_length;
    call.expect_sum(from / inner + t,
                    {{from, walk.tile_length}, {channels * inner + from, walk.tile_length}});
  }
}

// The rows that make no merged row: the second launch's.
TEST(learned_large, TheLastRowsBeyondTwoToThe32) {
  constexpr std::int64_t outer = two_to_the_31 + 1;
  large_call call({outer, 3, 1});
  ASSERT_EQ(call.plan.count, 2);
  kernels::channel_walk const& walk = call.plan.walks[1];
  ASSERT_EQ(walk.rows, 1);
  call.add_run(3 * (outer - 1), 3);
  call.run_blocks<1>(walk, dim3(1));
  call.expect_gradients();
  for (std::int64_t c = 0; c < 3; ++c)
    call.expect_sum(walk.first_sum + c, {{3 * (outer - 1) + c, 1}});
}

}  // namespace
