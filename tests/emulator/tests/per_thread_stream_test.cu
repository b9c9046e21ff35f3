// A program that is compiled with --default-stream per-thread: stream 0 is the thread's own, in
// kernels' launches and in the functions of the runtime.
#include "runtime_fixture.hpp"

#include <dlfcn.h>
#include <functional>
#include <thread>

namespace {

using runtime_test::created_event;
using runtime_test::device_array;
using runtime_test::pinned_int;

__device__ int variable;

__global__ void set(int* to, int value) { *to = value; }
__global__ void copy(int const* from, int* to) { *to = *from; }

class per_thread_stream : public runtime_test::with_reset {};

void in_another_thread(std::function<void()> const& body) { std::thread(body).join(); }

TEST_F(per_thread_stream, TheProgramCallsThePerThreadNames) {
  EXPECT_EQ(reinterpret_cast<void*>(&cudaMemcpyAsync), dlsym(RTLD_DEFAULT, "cudaMemcpyAsync_ptsz"));
  EXPECT_NE(dlsym(RTLD_DEFAULT, "cudaMemcpyAsync_ptsz"), dlsym(RTLD_DEFAULT, "cudaMemcpyAsync"));
}

TEST_F(per_thread_stream, AnotherThreadsWaitDoesNotRunThisThreadsWork) {
  pinned_int const mine(-1), theirs(-1);
  set<<<1, 1>>>(mine.get(), 1);
  in_another_thread([&] {
    set<<<1, 1>>>(theirs.get(), 2);
    EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(nullptr));
    EXPECT_EQ(theirs.value(), 2);
    EXPECT_EQ(mine.value(), -1);
  });
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(nullptr));
  EXPECT_EQ(mine.value(), 1);
}

TEST_F(per_thread_stream, ThreadsHaveNoOrderUnlessAnEventGivesThemOne) {
  device_array<int> const value(1);
  created_event const written;
  pinned_int const result(-1);
  set<<<1, 1>>>(value.get(), 3);
  in_another_thread([&] {
    copy<<<1, 1>>>(value.get(), result.get());
    EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(nullptr));
    EXPECT_EQ(result.value(), 0) << "what nobody has waited for has not run";
  });
  EXPECT_CUDA(cudaSuccess, cudaEventRecord(written));
  in_another_thread([&] {
    EXPECT_CUDA(cudaSuccess, cudaStreamWaitEvent(nullptr, written, 0));
    copy<<<1, 1>>>(value.get(), result.get());
    EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(nullptr));
    EXPECT_EQ(result.value(), 3);
  });
}

// A blocking stream: it and the legacy default stream wait for one another.
TEST_F(per_thread_stream, WaitsForTheLegacyStream) {
  device_array<int> const value(1);
  pinned_int const result(-1);
  set<<<1, 1, 0, cudaStreamLegacy>>>(value.get(), 4);
  copy<<<1, 1>>>(value.get(), result.get());
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(nullptr));
  EXPECT_EQ(result.value(), 4);
}

TEST_F(per_thread_stream, TheLegacyStreamWaitsForEveryThreads) {
  device_array<int> const value(1);
  pinned_int const result(-1);
  in_another_thread([&] { set<<<1, 1>>>(value.get(), 5); });
  copy<<<1, 1, 0, cudaStreamLegacy>>>(value.get(), result.get());
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(cudaStreamLegacy));
  EXPECT_EQ(result.value(), 5);
}

TEST_F(per_thread_stream, CopiesAndMemsetsAreInTheThreadsStream) {
  device_array<int> const value(1);
  pinned_int const theirs(-1), mine(-1);
  in_another_thread([&] { set<<<1, 1>>>(theirs.get(), 6); });
  set<<<1, 1>>>(value.get(), 7);
  EXPECT_CUDA(cudaSuccess,
              cudaMemcpyAsync(mine.get(), value.get(), sizeof(int), cudaMemcpyDeviceToHost));
  EXPECT_EQ(mine.value(), -1);
  int copied = 0;
  EXPECT_CUDA(cudaSuccess, cudaMemcpy(&copied, value.get(), sizeof(int), cudaMemcpyDeviceToHost));
  EXPECT_EQ(copied, 7);
  EXPECT_EQ(mine.value(), 7);
  EXPECT_EQ(theirs.value(), -1) << "a blocking copy waits for the thread's own stream only";
  EXPECT_CUDA(cudaSuccess, cudaMemsetAsync(value.get(), 0, sizeof(int)));
  EXPECT_CUDA(cudaSuccess, cudaMemcpyToSymbolAsync(variable, value.get(), sizeof(int), 0,
                                                   cudaMemcpyDeviceToDevice));
  EXPECT_CUDA(cudaSuccess, cudaMemcpyFromSymbol(&copied, variable, sizeof(int)));
  EXPECT_EQ(copied, 0);
  EXPECT_EQ(theirs.value(), -1);
  EXPECT_CUDA(cudaSuccess, cudaDeviceSynchronize());
  EXPECT_EQ(theirs.value(), 6);
}

TEST_F(per_thread_stream, HostFunctionsQueriesAndLaunchAttributes) {
  pinned_int const value(-1);
  cudaLaunchConfig_t config{};
  config.gridDim = config.blockDim = dim3(1);
  EXPECT_CUDA(cudaSuccess, cudaLaunchKernelEx(&config, set, value.get(), 8));
  int seen = 0;
  struct call {
    pinned_int const* from;
    int* to;
  } arguments{&value, &seen};
  EXPECT_CUDA(cudaSuccess, cudaLaunchHostFunc(
                               nullptr,
                               [](void* pointer) {
                                 auto const* const asked = static_cast<call const*>(pointer);
                                 *asked->to = asked->from->value();
                               },
                               &arguments));
  in_another_thread([] { EXPECT_CUDA(cudaSuccess, cudaStreamQuery(nullptr)); });
  EXPECT_CUDA(cudaErrorNotReady, cudaStreamQuery(nullptr));
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(cudaStreamPerThread));
  EXPECT_EQ(seen, 8);
}

// The legacy default stream cannot be captured; the thread's own can.
TEST_F(per_thread_stream, CanBeCaptured) {
  pinned_int const value(-1);
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t executable = nullptr;
  ASSERT_CUDA(cudaSuccess, cudaStreamBeginCapture(nullptr, cudaStreamCaptureModeThreadLocal));
  set<<<1, 1>>>(value.get(), 9);
  ASSERT_CUDA(cudaSuccess, cudaStreamEndCapture(nullptr, &graph));
  ASSERT_CUDA(cudaSuccess, cudaGraphInstantiate(&executable, graph, 0));
  EXPECT_EQ(value.value(), -1);
  EXPECT_CUDA(cudaSuccess, cudaGraphLaunch(executable, nullptr));
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(nullptr));
  EXPECT_EQ(value.value(), 9);
  EXPECT_CUDA(cudaSuccess, cudaGraphExecDestroy(executable));
  EXPECT_CUDA(cudaSuccess, cudaGraphDestroy(graph));
}

}  // namespace
