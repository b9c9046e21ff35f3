// Calls captured into a graph run when the graph does, as often as it does, and give the same bits.
#include "support/glu_call.hpp"
#include "support/rowwise_call.hpp"

#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace {

using support::check;
using support::device_buffer;
using support::host_array;

constexpr std::int64_t rows = 6;
constexpr std::int64_t half = 257;
constexpr std::int64_t columns = 2 * half;
constexpr std::int64_t n = rows * columns;

host_array noise(unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, 3);
  host_array result(support::storages[ACT_FLOAT32], n);
  for (std::size_t i = 0; i < result.size(); ++i) result.set(i, normal(random));
  return result;
}

// Layers and a loss: tanh, a gated linear unit of its pairs, log_softmax, and back.
class network {
 public:
  void run(cudaStream_t stream) const {
    act_op const layer = support::op_named("tanh");
    act_glu const gate = support::glu_named("glu");
    act_softmax const loss = support::softmax_named("log_softmax");
    ASSERT_EQ(act_forward(&layer, ACT_FLOAT32, x.get(), hidden.get(), n, stream), ACT_OK);
    ASSERT_EQ(act_glu_packed_forward(&gate, ACT_FLOAT32, ACT_GLU_INTERLEAVED, hidden.get(), columns,
                                     gated.get(), half, rows, half, stream),
              ACT_OK);
    ASSERT_EQ(act_softmax_forward(&loss, ACT_FLOAT32, gated.get(), y.get(), rows, half, stream),
              ACT_OK);
    ASSERT_EQ(act_softmax_backward(&loss, ACT_FLOAT32, dy.get(), y.get(), gated.get(), rows, half,
                                   stream),
              ACT_OK);
    ASSERT_EQ(act_glu_packed_backward(&gate, ACT_FLOAT32, ACT_GLU_INTERLEAVED, gated.get(), half,
                                      hidden.get(), columns, dx.get(), columns, rows, half, stream),
              ACT_OK);
    ASSERT_EQ(act_backward(&layer, ACT_FLOAT32, dx.get(), x.get(), dx.get(), n, stream), ACT_OK);
  }
  host_array result() const { return dx.download(support::storages[ACT_FLOAT32]); }

  device_buffer const x{noise(1)};
  device_buffer const dy{noise(2)};

 private:
  device_buffer const hidden{n * 4};
  device_buffer const gated{n / 2 * 4};
  device_buffer const y{n / 2 * 4};
  device_buffer const dx{noise(3)};
};

TEST(contract_capture, ReplaysGiveTheSameBits) {
  network const direct;
  direct.run(nullptr);
  host_array const first = direct.result();
  direct.x.upload(noise(4));
  direct.run(nullptr);
  host_array const second = direct.result();
  ASSERT_FALSE(first == second);

  network const captured;
  cudaStream_t stream;
  check(cudaStreamCreate(&stream), "cudaStreamCreate");
  // The strictest mode: an allocation or a synchronisation would fail and end the capture.
  check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), "cudaStreamBeginCapture");
  captured.run(stream);
  cudaGraph_t graph;
  check(cudaStreamEndCapture(stream, &graph), "cudaStreamEndCapture");
  EXPECT_TRUE(captured.result() == noise(3)) << "captured calls have run";
  std::size_t nodes = 0;
  check(cudaGraphGetNodes(graph, nullptr, &nodes), "cudaGraphGetNodes");
  EXPECT_EQ(nodes, 6U);

  cudaGraphExec_t executable;
  check(cudaGraphInstantiate(&executable, graph, 0), "cudaGraphInstantiate");
  auto const replay = [&] {
    check(cudaGraphLaunch(executable, stream), "cudaGraphLaunch");
    check(cudaStreamSynchronize(stream), "cudaStreamSynchronize");
    return captured.result();
  };
  EXPECT_TRUE(replay() == first);
  EXPECT_TRUE(replay() == first);
  captured.x.upload(noise(4));
  EXPECT_TRUE(replay() == second);

  check(cudaGraphExecDestroy(executable), "cudaGraphExecDestroy");
  check(cudaGraphDestroy(graph), "cudaGraphDestroy");
  check(cudaStreamDestroy(stream), "cudaStreamDestroy");
}

}  // namespace
