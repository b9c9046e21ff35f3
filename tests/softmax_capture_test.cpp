// Softmax calls with masks as a training step makes them: captured into a graph they run when it does,
// with the masks and lengths that stand in device memory then, and give the same bits; and they ask
// nothing of the runtime but their launches.
#include "support/rowwise_call.hpp"
#include "support/softmax_device_case.hpp"

#include <gtest/gtest.h>
#include <random>
#include <vector>

COUNT_HOST_ALLOCATIONS

namespace {

using support::calls;
using support::check;
using support::softmax_case;
using support::softmax_device_case;

constexpr support::mask_choice every_mask{true, true, true, true};

class softmax_capture : public testing::Test {
 protected:
  support::storage const& type = support::storages[ACT_FLOAT32];
  std::mt19937_64 random{support::seed()};
  act_softmax const op = support::softmax_named("log_softmax");
  softmax_case const first{type, 9, 1, every_mask, random};
  softmax_case const second{type, 9, 1, every_mask, random};
  std::mt19937_64 same = random;
  softmax_device_case const direct{type, first, random};
  softmax_device_case const captured{type, first, same};

  void step(softmax_device_case const& on, cudaStream_t stream) const {
    ASSERT_EQ(on.forward(op, stream), ACT_OK) << act_last_error();
    ASSERT_EQ(on.backward(op, stream), ACT_OK) << act_last_error();
  }
};

TEST_F(softmax_capture, ReplaysReadTheMasksOfTheirTime) {
  step(direct, nullptr);
  auto const with_first = direct.results();
  direct.set_masks(second);
  step(direct, nullptr);
  auto const with_second = direct.results();
  for (std::size_t i = 0; i < with_first.size(); ++i)
    ASSERT_FALSE(with_first[i] == with_second[i]) << i;

  cudaStream_t stream;
  check(cudaStreamCreate(&stream), "cudaStreamCreate");
  check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), "cudaStreamBeginCapture");
  step(captured, stream);
  cudaGraph_t graph;
  check(cudaStreamEndCapture(stream, &graph), "cudaStreamEndCapture");
  std::size_t nodes = 0;
  check(cudaGraphGetNodes(graph, nullptr, &nodes), "cudaGraphGetNodes");
  EXPECT_EQ(nodes, 2U);
  cudaGraphExec_t executable;
  check(cudaGraphInstantiate(&executable, graph, 0), "cudaGraphInstantiate");
  auto const expect_replay = [&](std::vector<support::host_array> const& expected) {
    check(cudaGraphLaunch(executable, stream), "cudaGraphLaunch");
    check(cudaStreamSynchronize(stream), "cudaStreamSynchronize");
    auto const results = captured.results();
    for (std::size_t i = 0; i < results.size(); ++i) EXPECT_TRUE(results[i] == expected[i]) << i;
  };
  expect_replay(with_first);
  expect_replay(with_first);
  captured.set_masks(second);
  expect_replay(with_second);
  check(cudaGraphExecDestroy(executable), "cudaGraphExecDestroy");
  check(cudaGraphDestroy(graph), "cudaGraphDestroy");
  check(cudaStreamDestroy(stream), "cudaStreamDestroy");
}

TEST_F(softmax_capture, CallsAskNothingButTheirLaunches) {
  step(direct, nullptr);
  long const forbidden = calls().forbidden();
  long const launches = calls().launches;
  std::size_t const allocations = support::host_allocations();
  act_status const forward = direct.forward(op);
  act_status const backward = direct.backward(op);
  EXPECT_EQ(support::host_allocations(), allocations);
  EXPECT_EQ(calls().launches, launches + 2);
  EXPECT_EQ(calls().forbidden(), forbidden);
  EXPECT_TRUE(forward == ACT_OK && backward == ACT_OK);
  check(cudaDeviceSynchronize(), "the launches");
}

// Each is launched in a way of its own, which depends on the device. The first call asks what that
// can do and the later ones need not; all may be captured.
TEST(softmax_capture_of_long_rows, AsksOnceWhatTheDeviceCanDo) {
  support::storage const& type = support::storages[ACT_FLOAT32];
  act_softmax const op = support::softmax_named("softmax");
  for (std::int64_t const columns : {5000, 30'000, 70'000, 300'000}) {
    SCOPED_TRACE(columns);
    support::host_array values(type, static_cast<std::size_t>(columns));
    for (std::size_t i = 0; i < values.size(); ++i)
      values.set(i, static_cast<double>(i * 7919 % 1000) / 100);
    act_softmax_shape const shape{1, columns, 1};
    act_softmax_strides const strides{columns, 1};
    act_softmax_options options;
    ASSERT_EQ(act_softmax_options_init(&options), ACT_OK);
    ASSERT_EQ(act_softmax_workspace(&op, type.dtype, shape, &options.workspace_bytes), ACT_OK);
    support::device_buffer const scratch(options.workspace_bytes);
    options.workspace = scratch.get();
    support::device_buffer const x(values), y(values.bytes()), dx(values.bytes());
    auto const step = [&](cudaStream_t stream) {
      ASSERT_EQ(act_softmax_forward_strided(&op, type.dtype, shape, x.get(), strides, y.get(),
                                            strides, &options, stream),
                ACT_OK)
          << act_last_error();
      ASSERT_EQ(act_softmax_backward_strided(&op, type.dtype, shape, x.get(), strides, y.get(),
                                             strides, dx.get(), strides, &options, stream),
                ACT_OK)
          << act_last_error();
    };
    cudaStream_t stream;
    check(cudaStreamCreate(&stream), "cudaStreamCreate");
    check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), "cudaStreamBeginCapture");
    step(stream);
    long const forbidden = calls().forbidden();
    step(stream);
    EXPECT_EQ(calls().forbidden(), forbidden);
    cudaGraph_t graph;
    check(cudaStreamEndCapture(stream, &graph), "cudaStreamEndCapture");
    cudaGraphExec_t executable;
    check(cudaGraphInstantiate(&executable, graph, 0), "cudaGraphInstantiate");
    check(cudaGraphLaunch(executable, stream), "cudaGraphLaunch");
    check(cudaStreamSynchronize(stream), "cudaStreamSynchronize");
    auto const replayed_y = y.download(type), replayed_dx = dx.download(type);
    y.fill(0);
    dx.fill(0);
    step(nullptr);
    EXPECT_TRUE(y.download(type) == replayed_y);
    EXPECT_TRUE(dx.download(type) == replayed_dx);
    EXPECT_GT(replayed_y[0], 0);
    check(cudaGraphExecDestroy(executable), "cudaGraphExecDestroy");
    check(cudaGraphDestroy(graph), "cudaGraphDestroy");
    check(cudaStreamDestroy(stream), "cudaStreamDestroy");
  }
}

}  // namespace
