// Beyond 2^31 elements: index arithmetic executed, not argued. 16-bit and in place, so that 4.3 GB
// of device memory do.
#include "support/pointwise_call.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <set>

namespace {

using support::check;

TEST(pointwise_large, ReluInPlaceReachesEveryElementBeyondTwoToThe31) {
  constexpr std::int64_t n = (std::int64_t{1} << 31) + 17;
  constexpr std::uint16_t minus_one = 0xBC00;
  constexpr std::uint16_t two = 0x4000;
  act_op const op = support::op_named("relu");
  support::device_buffer const buffer(static_cast<std::size_t>(n) * 2);
  auto* const x = static_cast<std::uint16_t*>(buffer.get());
  check(cudaMemset(x, 0, static_cast<std::size_t>(n) * 2), "cudaMemset");

  // Where 32 bits of elements or bytes would wrap, both ends, the tail, and anywhere.
  std::set<std::int64_t> probes{0, 1, n - 1};
  for (std::int64_t const power : {std::int64_t{1} << 30, std::int64_t{1} << 31}) {
    for (std::int64_t step = -9; step <= 9; ++step) probes.insert(power + step);
  }
  for (std::int64_t i = n - 17; i < n; ++i) probes.insert(i);
  std::mt19937_64 random(1);
  while (probes.size() < 200)
    probes.insert(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n)));

  auto const input = [&](std::int64_t i) { return i % 3 == 0 ? two : minus_one; };
  for (std::int64_t const i : probes) {
    std::uint16_t const value = input(i);
    check(cudaMemcpy(x + i, &value, 2, cudaMemcpyHostToDevice), "upload");
  }
  long const before = support::calls().launches;
  ASSERT_EQ(act_forward(&op, ACT_FLOAT16, x, x, n, nullptr), ACT_OK) << act_last_error();
  EXPECT_EQ(support::calls().launches - before, 1);
  check(cudaDeviceSynchronize(), "relu");
  for (std::int64_t const i : probes) {
    std::uint16_t value = 0;
    check(cudaMemcpy(&value, x + i, 2, cudaMemcpyDeviceToHost), "download");
    EXPECT_EQ(value, input(i) == two ? two : 0) << "element " << i;
  }
}

// More tiles than a grid has blocks in x and y: CUDA's refusal comes back, nothing is truncated.
TEST(pointwise_large, MoreBlocksThanAGridHasAreRefused) {
  act_op const op = support::op_named("relu");
  support::device_buffer const buffer(1024);
  constexpr std::int64_t n = std::int64_t{1} << 60;
  EXPECT_EQ(act_forward(&op, ACT_FLOAT16, buffer.get(), buffer.get(), n, nullptr), ACT_CUDA_ERROR);
  EXPECT_EQ(act_last_cuda_error(), cudaErrorInvalidConfiguration) << act_last_error();
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidConfiguration);
  check(cudaDeviceSynchronize(), "the context is intact");
}

}  // namespace
