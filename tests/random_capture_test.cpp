// A captured graph draws with the seed and the offset that are in device memory when it runs.
#include "support/random_call.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <vector>

namespace {

using support::check;
using support::device_buffer;
using support::host_array;

constexpr std::int64_t n = 1003;
support::storage const& type = support::storages[ACT_FLOAT32];

struct drawn {
  host_array y, dx, slopes;
  friend bool operator==(drawn const& a, drawn const& b) {
    return a.y == b.y && a.dx == b.dx && a.slopes == b.slopes;
  }
};

class layer {
 public:
  void run(act_random_position const& position, cudaStream_t stream) const {
    ASSERT_EQ(act_random_forward(&op, ACT_FLOAT32, x.get(), y.get(), n, &position, stream), ACT_OK);
    ASSERT_EQ(
        act_random_backward(&op, ACT_FLOAT32, y.get(), x.get(), dx.get(), n, &position, stream),
        ACT_OK);
    ASSERT_EQ(act_random_slopes(&op, ACT_FLOAT32, slopes.get(), n, &position, stream), ACT_OK);
  }
  drawn result() const { return {y.download(type), dx.download(type), slopes.download(type)}; }
  drawn of(std::uint64_t seed, std::uint64_t offset) const {
    run(support::position_at(seed, offset, 6), nullptr);
    return result();
  }

 private:
  act_random const op = support::random_named("rrelu");
  host_array const values = host_array::of(type, std::vector<double>(n, -3));
  device_buffer const x{values};
  device_buffer const y{values};
  device_buffer const dx{values};
  device_buffer const slopes{values};
};

class numbers {
 public:
  void set(std::uint64_t seed, std::uint64_t offset) const {
    std::uint64_t const values[] = {seed, offset};
    check(cudaMemcpy(at_.get(), values, sizeof(values), cudaMemcpyHostToDevice), "cudaMemcpy");
  }
  std::uint64_t const* seed() const { return static_cast<std::uint64_t const*>(at_.get()); }
  std::uint64_t const* offset() const { return seed() + 1; }

 private:
  device_buffer const at_{2 * sizeof(std::uint64_t)};
};

TEST(random_capture, DeviceMemoryCountsAsValuesDo) {
  layer const f;
  numbers const device;
  drawn const expected = f.of(0x1234567890, 1000);
  drawn const one_before = f.of(0x1234567890, 999);
  ASSERT_FALSE(expected == one_before);
  device.set(0x1234567890, 1000);
  f.run({7, 0, 6, device.seed(), device.offset()}, nullptr);
  EXPECT_TRUE(f.result() == expected) << "both";
  f.run({7, 1000, 6, device.seed(), nullptr}, nullptr);
  EXPECT_TRUE(f.result() == expected) << "the seed";
  f.run({0x1234567890, 0, 6, nullptr, device.offset()}, nullptr);
  EXPECT_TRUE(f.result() == expected) << "the offset";
  f.run({7, ~0ULL, 6, device.seed(), device.offset()}, nullptr);
  EXPECT_TRUE(f.result() == one_before) << "offsets add up, modulo 2^64";
}

TEST(random_capture, ReplaysDrawWithTheNewNumbers) {
  layer const f;
  numbers const device;
  drawn const first = f.of(1, 0);
  drawn const second = f.of(2, 0);
  drawn const third = f.of(2, 400);
  ASSERT_FALSE(first == second);
  ASSERT_FALSE(second == third);

  cudaStream_t stream;
  check(cudaStreamCreate(&stream), "cudaStreamCreate");
  check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), "cudaStreamBeginCapture");
  f.run({0, 0, 6, device.seed(), device.offset()}, stream);
  cudaGraph_t graph;
  check(cudaStreamEndCapture(stream, &graph), "cudaStreamEndCapture");
  cudaGraphExec_t executable;
  check(cudaGraphInstantiate(&executable, graph, 0), "cudaGraphInstantiate");
  auto const replay = [&](std::uint64_t seed, std::uint64_t offset) {
    device.set(seed, offset);
    check(cudaGraphLaunch(executable, stream), "cudaGraphLaunch");
    check(cudaStreamSynchronize(stream), "cudaStreamSynchronize");
    return f.result();
  };
  EXPECT_TRUE(replay(1, 0) == first);
  EXPECT_TRUE(replay(1, 0) == first);
  EXPECT_TRUE(replay(2, 0) == second);
  EXPECT_TRUE(replay(2, 400) == third);

  check(cudaGraphExecDestroy(executable), "cudaGraphExecDestroy");
  check(cudaGraphDestroy(graph), "cudaGraphDestroy");
  check(cudaStreamDestroy(stream), "cudaStreamDestroy");
}

}  // namespace
