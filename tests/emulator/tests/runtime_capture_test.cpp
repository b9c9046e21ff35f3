// Stream capture and graphs: what is recorded, that it can be replayed, and what is forbidden
// meanwhile.
#include "runtime_fixture.hpp"
#include "runtime_kernels.hpp"

#include <thread>

namespace {

using runtime_test::created_event;
using runtime_test::created_stream;
using runtime_test::device_array;

class runtime_capture : public testing::Test {
 protected:
  void begin(cudaStreamCaptureMode mode = cudaStreamCaptureModeGlobal) {
    ASSERT_CUDA(cudaSuccess, cudaStreamBeginCapture(stream, mode));
  }
  void end() { ASSERT_CUDA(cudaSuccess, cudaStreamEndCapture(stream, &graph)); }
  // After an offence: every further call says so, and the end gives no graph.
  void expect_invalid() {
    cudaStreamCaptureStatus status{};
    EXPECT_CUDA(cudaSuccess, cudaStreamIsCapturing(stream, &status));
    EXPECT_EQ(status, cudaStreamCaptureStatusInvalidated);
    EXPECT_CUDA(cudaErrorStreamCaptureInvalidated, cudaMemsetAsync(device.get(), 0, 4, stream));
    EXPECT_CUDA(cudaErrorStreamCaptureInvalidated, cudaStreamEndCapture(stream, &graph));
    EXPECT_EQ(graph, nullptr);
    EXPECT_CUDA(cudaSuccess, cudaStreamIsCapturing(stream, &status));
    EXPECT_EQ(status, cudaStreamCaptureStatusNone);
  }
  std::size_t nodes() {
    std::size_t count = 0;
    EXPECT_CUDA(cudaSuccess, cudaGraphGetNodes(graph, nullptr, &count));
    return count;
  }
  void launch() {
    cudaGraphExec_t executable = nullptr;
    ASSERT_CUDA(cudaSuccess, cudaGraphInstantiate(&executable, graph, 0));
    EXPECT_CUDA(cudaSuccess, cudaGraphLaunch(executable, stream));
    EXPECT_CUDA(cudaSuccess, cudaGraphExecDestroy(executable));
  }
  void TearDown() override {
    if (graph == nullptr) return;
    EXPECT_CUDA(cudaSuccess, cudaGraphDestroy(graph));
  }

  created_stream const stream, other{cudaStreamNonBlocking};
  created_event const fork, join;
  device_array<int> const device{4};
  cudaGraph_t graph = nullptr;
};

TEST_F(runtime_capture, CapturedWorkRunsAtEachLaunchAndNotBefore) {
  begin();
  kernels::add(device.get(), 1, stream);
  kernels::add(device.get(), 10, stream);
  end();
  EXPECT_EQ(device.at(), 0);
  EXPECT_EQ(nodes(), 2U);
  cudaGraphExec_t executable = nullptr;
  ASSERT_CUDA(cudaSuccess, cudaGraphInstantiate(&executable, graph, 0));
  for (int i = 0; i < 3; ++i) EXPECT_CUDA(cudaSuccess, cudaGraphLaunch(executable, stream));
  EXPECT_EQ(device.at(), 33);
  EXPECT_CUDA(cudaSuccess, cudaGraphLaunch(executable, stream));
  EXPECT_CUDA(cudaSuccess, cudaGraphExecDestroy(executable));  // the launch goes on
  EXPECT_EQ(device.at(), 44);
}

TEST_F(runtime_capture, ArgumentsAreThoseOfTheCapture) {
  int value = 5;
  int* to = device.get();
  void* arguments[] = {&to, &value};
  begin();
  EXPECT_CUDA(cudaSuccess,
              cudaLaunchKernel(kernels::set_function(), dim3(1), dim3(1), arguments, 0, stream));
  end();
  value = 6;
  launch();
  EXPECT_EQ(device.at(), 5);
}

TEST_F(runtime_capture, AnotherStreamJoinsThroughEvents) {
  begin();
  kernels::set(device.get(), 1, stream);
  EXPECT_CUDA(cudaSuccess, cudaEventRecord(fork, stream));
  EXPECT_CUDA(cudaSuccess, cudaStreamWaitEvent(other, fork, 0));
  cudaStreamCaptureStatus status{};
  EXPECT_CUDA(cudaSuccess, cudaStreamIsCapturing(other, &status));
  EXPECT_EQ(status, cudaStreamCaptureStatusActive);
  kernels::add(device.get(), 2, other);
  kernels::set(device.get() + 1, 3, stream);
  EXPECT_CUDA(cudaSuccess, cudaEventRecord(join, other));
  EXPECT_CUDA(cudaSuccess, cudaStreamWaitEvent(stream, join, 0));
  kernels::add(device.get(), 4, stream);
  end();
  EXPECT_EQ(nodes(), 4U);
  std::size_t edges = 0, roots = 0;
  EXPECT_CUDA(cudaSuccess, cudaGraphGetEdges(graph, nullptr, nullptr, nullptr, &edges));
  EXPECT_CUDA(cudaSuccess, cudaGraphGetRootNodes(graph, nullptr, &roots));
  EXPECT_EQ(edges, 4U);
  EXPECT_EQ(roots, 1U);
  launch();
  EXPECT_EQ(device.at(0), 7);
  EXPECT_EQ(device.at(1), 3);
  EXPECT_CUDA(cudaSuccess, cudaStreamIsCapturing(other, &status));
  EXPECT_EQ(status, cudaStreamCaptureStatusNone);
}

TEST_F(runtime_capture, AForkMustBeJoined) {
  begin();
  EXPECT_CUDA(cudaSuccess, cudaEventRecord(fork, stream));
  EXPECT_CUDA(cudaSuccess, cudaStreamWaitEvent(other, fork, 0));
  kernels::set(device.get(), 1, other);
  EXPECT_CUDA(cudaErrorStreamCaptureUnjoined, cudaStreamEndCapture(stream, &graph));
  EXPECT_EQ(graph, nullptr);
}

TEST_F(runtime_capture, KnowsNodesByType) {
  begin();
  EXPECT_CUDA(cudaSuccess, cudaMemsetAsync(device.get(), 1, 4, stream));
  kernels::add(device.get(), 1, stream);
  EXPECT_CUDA(cudaSuccess,
              cudaMemcpyAsync(device.get() + 1, device.get(), 4, cudaMemcpyDeviceToDevice, stream));
  EXPECT_CUDA(cudaSuccess, cudaLaunchHostFunc(
                               stream, [](void*) {}, nullptr));
  end();
  cudaGraphNode_t list[5] = {};
  std::size_t count = 5;
  ASSERT_CUDA(cudaSuccess, cudaGraphGetNodes(graph, list, &count));
  ASSERT_EQ(count, 4U);
  cudaGraphNodeType const expected[] = {cudaGraphNodeTypeMemset, cudaGraphNodeTypeKernel,
                                        cudaGraphNodeTypeMemcpy, cudaGraphNodeTypeHost};
  for (int i = 0; i < 4; ++i) {
    cudaGraphNodeType type{};
    EXPECT_CUDA(cudaSuccess, cudaGraphNodeGetType(list[i], &type));
    EXPECT_EQ(type, expected[i]);
  }
  launch();
  EXPECT_EQ(device.at(1), 0x01010102);
}

TEST_F(runtime_capture, WaitingForACapturedStreamIsForbidden) {
  begin();
  EXPECT_CUDA(cudaErrorStreamCaptureUnsupported, cudaStreamSynchronize(stream));
  expect_invalid();
  begin();
  EXPECT_CUDA(cudaErrorStreamCaptureUnsupported, cudaStreamQuery(stream));
  expect_invalid();
  begin();
  EXPECT_CUDA(cudaErrorStreamCaptureUnsupported, cudaDeviceSynchronize());
  expect_invalid();
}

TEST_F(runtime_capture, AllocatingIsForbiddenButInRelaxedMode) {
  void* pointer = nullptr;
  begin();
  EXPECT_CUDA(cudaErrorStreamCaptureUnsupported, cudaMalloc(&pointer, 16));
  expect_invalid();
  begin(cudaStreamCaptureModeRelaxed);
  EXPECT_CUDA(cudaSuccess, cudaMalloc(&pointer, 16));
  end();
  EXPECT_CUDA(cudaSuccess, cudaFree(pointer));
}

TEST_F(runtime_capture, OtherThreadsAreForbiddenInGlobalModeOnly) {
  auto const allocate_elsewhere = [] {
    cudaError_t result = cudaSuccess;
    std::thread([&] {
      void* pointer = nullptr;
      result = cudaMalloc(&pointer, 16);
      if (result == cudaSuccess) cudaFree(pointer);
    }).join();
    return result;
  };
  begin(cudaStreamCaptureModeThreadLocal);
  EXPECT_CUDA(cudaSuccess, allocate_elsewhere());
  end();
  begin();
  EXPECT_CUDA(cudaErrorStreamCaptureUnsupported, allocate_elsewhere());
  EXPECT_CUDA(cudaErrorStreamCaptureInvalidated, cudaStreamEndCapture(stream, &graph));
}

TEST_F(runtime_capture, AThreadMayExchangeItsMode) {
  cudaStreamCaptureMode mode = cudaStreamCaptureModeRelaxed;
  EXPECT_CUDA(cudaSuccess, cudaThreadExchangeStreamCaptureMode(&mode));
  EXPECT_EQ(mode, cudaStreamCaptureModeGlobal);
  void* pointer = nullptr;
  begin();
  EXPECT_CUDA(cudaSuccess, cudaMalloc(&pointer, 16));
  end();
  EXPECT_CUDA(cudaSuccess, cudaFree(pointer));
  EXPECT_CUDA(cudaSuccess, cudaThreadExchangeStreamCaptureMode(&mode));
  EXPECT_EQ(mode, cudaStreamCaptureModeRelaxed);
}

TEST_F(runtime_capture, TheLegacyStreamWouldDependOnIt) {
  cudaStreamCaptureStatus status{};
  begin(cudaStreamCaptureModeRelaxed);
  EXPECT_CUDA(cudaErrorStreamCaptureImplicit, cudaStreamIsCapturing(nullptr, &status));
  EXPECT_CUDA(cudaSuccess, cudaStreamIsCapturing(stream, &status));
  EXPECT_EQ(status, cudaStreamCaptureStatusActive);  // to ask is no offence
  EXPECT_CUDA(cudaErrorStreamCaptureImplicit, cudaMemsetAsync(device.get(), 0, 4, nullptr));
  expect_invalid();
  int host = 0;
  begin(cudaStreamCaptureModeRelaxed);
  EXPECT_CUDA(cudaErrorStreamCaptureImplicit,
              cudaMemcpy(device.get(), &host, 4, cudaMemcpyHostToDevice));
  expect_invalid();
  EXPECT_CUDA(cudaErrorStreamCaptureUnsupported,
              cudaStreamBeginCapture(nullptr, cudaStreamCaptureModeGlobal));
}

TEST_F(runtime_capture, ACapturedEventCannotBeWaitedFor) {
  begin(cudaStreamCaptureModeRelaxed);
  EXPECT_CUDA(cudaSuccess, cudaEventRecord(fork, stream));
  EXPECT_CUDA(cudaErrorCapturedEvent, cudaEventSynchronize(fork));
  expect_invalid();
}

TEST_F(runtime_capture, WorkOutsideTheCaptureCannotBeWaitedFor) {
  EXPECT_CUDA(cudaSuccess, cudaEventRecord(fork, other));
  begin();
  EXPECT_CUDA(cudaErrorStreamCaptureIsolation, cudaStreamWaitEvent(stream, fork, 0));
  expect_invalid();
}

TEST_F(runtime_capture, TwoCapturesDoNotMerge) {
  begin();
  EXPECT_CUDA(cudaSuccess, cudaEventRecord(fork, stream));
  ASSERT_CUDA(cudaSuccess, cudaStreamBeginCapture(other, cudaStreamCaptureModeGlobal));
  EXPECT_CUDA(cudaErrorStreamCaptureMerge, cudaStreamWaitEvent(other, fork, 0));
  EXPECT_CUDA(cudaErrorStreamCaptureInvalidated, cudaStreamEndCapture(other, &graph));
  expect_invalid();
}

TEST_F(runtime_capture, EndsWhereItBegan) {
  begin();
  EXPECT_CUDA(cudaErrorIllegalState, cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  EXPECT_CUDA(cudaErrorIllegalState, cudaStreamEndCapture(other, &graph));
  EXPECT_CUDA(cudaSuccess, cudaEventRecord(fork, stream));
  EXPECT_CUDA(cudaSuccess, cudaStreamWaitEvent(other, fork, 0));
  EXPECT_CUDA(cudaErrorStreamCaptureUnmatched, cudaStreamEndCapture(other, &graph));
  expect_invalid();
  begin();
  std::thread([&] {
    EXPECT_CUDA(cudaErrorStreamCaptureWrongThread, cudaStreamEndCapture(stream, &graph));
  }).join();
  end();
}

TEST_F(runtime_capture, TellsItsProgress) {
  cudaStreamCaptureStatus status{};
  unsigned long long id = 0;
  cudaGraph_t captured = nullptr;
  cudaGraphNode_t const* dependencies = nullptr;
  std::size_t count = 9;
  begin();
  kernels::set(device.get(), 1, stream);
  EXPECT_CUDA(cudaSuccess, cudaStreamGetCaptureInfo(stream, &status, &id, &captured, &dependencies,
                                                    nullptr, &count));
  EXPECT_EQ(status, cudaStreamCaptureStatusActive);
  EXPECT_NE(id, 0U);
  ASSERT_EQ(count, 1U);
  cudaGraphNodeType type{};
  EXPECT_CUDA(cudaSuccess, cudaGraphNodeGetType(dependencies[0], &type));
  EXPECT_EQ(type, cudaGraphNodeTypeKernel);
  end();
  EXPECT_EQ(graph, captured);
}

TEST_F(runtime_capture, DestroyedGraphsAreRefused) {
  cudaGraphExec_t executable = nullptr;
  begin();
  end();
  ASSERT_CUDA(cudaSuccess, cudaGraphInstantiate(&executable, graph, 0));
  EXPECT_CUDA(cudaSuccess, cudaGraphLaunch(executable, stream));
  EXPECT_CUDA(cudaSuccess, cudaGraphExecDestroy(executable));
  EXPECT_CUDA(cudaErrorInvalidResourceHandle, cudaGraphLaunch(executable, stream));
  EXPECT_CUDA(cudaSuccess, cudaGraphDestroy(graph));
  EXPECT_CUDA(cudaErrorInvalidResourceHandle, cudaGraphInstantiate(&executable, graph, 0));
  graph = nullptr;
}

}  // namespace
