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

}  // namespace
