// The error of the parameters' gradients does not grow with the number of elements: the model of the
// engine's order, which learned_engine_test holds against the kernels bit for bit, up to 2^26
// elements.
#include "support/channel_model.hpp"

#include <activations_cuda/ops.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace {

namespace act = activations_cuda;
using evaluator = act::prelu::evaluator<act::reduced_arithmetic>;

// Terms of one sign, whose sums round most: a chain of n additions would lose up to n / 2 units.
struct terms {
  std::vector<__nv_bfloat16> dy, x;
  explicit terms(std::size_t n) : dy(n), x(n) {
    std::mt19937_64 random(n);
    for (std::size_t i = 0; i < n; ++i) {
      auto const bits = random();
      dy[i] = __float2bfloat16(1.0F + static_cast<float>(bits & 0xFFFF) * 0x1p-16F);
      x[i] = __float2bfloat16(-1.0F - static_cast<float>(bits >> 48) * 0x1p-16F);
    }
  }
};

/// In units of 2^-24 of the sum of the terms' sizes, which is the sum's own.
double error_of(act::channel_shape const& shape) {
  auto const n = static_cast<std::size_t>(shape.outer * shape.channels * shape.inner);
  terms const t(n);
  auto const plan = act::kernels::plan_channels(
      shape, {2, 4, act::tuning::full_width<__nv_bfloat16>, 8, evaluator::count});
  float const alpha[1] = {0.25F};
  evaluator const evaluate(alpha);
  auto const of_channel = [&](std::int64_t) -> evaluator const& { return evaluate; };
  support::channel_model<evaluator, __nv_bfloat16, decltype(of_channel)> model(
      plan, t.dy.data(), t.x.data(), of_channel);
  auto const sums = model.gradients();
  std::vector<double> exact(sums.size());
  for (std::size_t i = 0; i < n; ++i) {
    // A product of bfloat16 is exact in double, and so are sums of fewer than 2^37 of them.
    exact[i / static_cast<std::size_t>(shape.inner) % exact.size()] +=
        static_cast<double>(act::to_real(t.dy[i])) * static_cast<double>(act::to_real(t.x[i]));
  }
  double worst = 0;
  for (std::size_t c = 0; c < sums.size(); ++c) {
    double const error = std::fabs(static_cast<double>(sums[c]) - exact[c]);
    worst = std::fmax(worst, error / std::fabs(exact[c]) * 0x1p24);
  }
  return worst;
}

// The documented bound is 600. Rounding errors of chains of at most 64 additions mostly cancel: a
// tree's 26 levels may lose 26 units.
TEST(learned_order, ErrorsDoNotGrowWithTheTensor) {
  constexpr double tree = 26;
  for (std::int64_t const n :
       {std::int64_t{1} << 20, std::int64_t{1} << 23, std::int64_t{1} << 26}) {
    EXPECT_LE(error_of({1, 1, n}), tree) << "shared, " << n;
    EXPECT_LE(error_of({n / 64, 64, 1}), tree) << "channels last, " << n;
    EXPECT_LE(error_of({n / 64 / 4096, 64, 4096}), tree) << "channels first, " << n;
  }
}

// A thread counts the packs after its first one in 32 bits: whatever the tensor, its last step is within
// them, or it has one step.
TEST(learned_order, StepsStayWithin32Bits) {
  constexpr std::int64_t large = std::int64_t{1} << 31;
  for (act::channel_shape const& shape : {act::channel_shape{64, 3, large + 1},
                                          {1000, 5, large / 8 + 1},
                                          {64, large, 1},
                                          {1 << 20, 1 << 20, 3},
                                          {4096, 7, large / 256},
                                          {1, 1, large * 64}}) {
    for (int const parameters : {0, 1, 32}) {
      for (int const width : {1, 8}) {
        auto const plan =
            act::kernels::plan_channels(shape, {2, 4, width, width == 1 ? 1 : 2, parameters});
        for (int w = 0; w < plan.count; ++w) {
          auto const& walk = plan.walks[w];
          std::int64_t const packs =
              walk.segments == 0 ? walk.lines * (walk.row_length / walk.width) : walk.lanes;
          EXPECT_TRUE(walk.steps == 1 || (walk.steps - 1) * packs < 2 * large)
              << shape.outer << ", " << shape.channels << ", " << shape.inner << ": " << walk.steps
              << " steps of " << packs << " packs";
          EXPECT_EQ(walk.distance, static_cast<std::uint32_t>(packs));
          // Every row has its steps.
          std::int64_t const rows = walk.segments == 0 ? walk.groups * walk.steps * walk.lines
                                                       : walk.groups / walk.segments * walk.passes;
          EXPECT_GE(rows, walk.rows);
        }
      }
    }
  }
}

}  // namespace
