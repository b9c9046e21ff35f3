// Streams and events: what runs when, and before what.
#include "runtime_fixture.hpp"
#include "runtime_kernels.hpp"

#include <atomic>
#include <thread>
#include <vector>

namespace {

using runtime_test::created_event;
using runtime_test::created_stream;
using runtime_test::device_array;
using runtime_test::pinned_int;

// Sets *to to a value whose four bytes are the same, in the stream.
void fill(int* to, int byte, cudaStream_t stream) {
  EXPECT_CUDA(cudaSuccess, cudaMemsetAsync(to, byte, sizeof(int), stream));
}
int filled(int byte) { return byte * 0x01010101; }

void fetch(pinned_int const& to, int const* from, cudaStream_t stream) {
  EXPECT_CUDA(cudaSuccess,
              cudaMemcpyAsync(to.get(), from, sizeof(int), cudaMemcpyDeviceToHost, stream));
}

TEST(runtime_stream, NothingRunsBeforeItIsWaitedFor) {
  created_stream const stream;
  device_array<int> const device;
  pinned_int const seen(-1);
  kernels::set(device.get(), 7, stream);
  fetch(seen, device.get(), stream);
  EXPECT_EQ(seen.value(), -1);
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(stream));
  EXPECT_EQ(seen.value(), 7);
}

TEST(runtime_stream, AStreamIsInOrder) {
  created_stream const stream;
  device_array<int> const device;
  for (int i = 1; i <= 50; ++i) kernels::add(device.get(), i, stream);
  EXPECT_EQ(device.at(), 50 * 51 / 2);
}

TEST(runtime_stream, WaitingForOneStreamLeavesTheOther) {
  created_stream const first, second;
  device_array<int> const device(2);
  pinned_int const seen_first(-1), seen_second(-1);
  fill(device.get(), 1, first);
  fetch(seen_first, device.get(), first);
  fill(device.get() + 1, 2, second);
  fetch(seen_second, device.get() + 1, second);
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(second));
  EXPECT_EQ(seen_first.value(), -1);
  EXPECT_EQ(seen_second.value(), filled(2));
  EXPECT_CUDA(cudaSuccess, cudaDeviceSynchronize());
  EXPECT_EQ(seen_first.value(), filled(1));
}

TEST(runtime_stream, AnEventOrdersTwoStreams) {
  created_stream const producer(cudaStreamNonBlocking), consumer(cudaStreamNonBlocking);
  created_event const produced(cudaEventDisableTiming);
  device_array<int> const device;
  pinned_int const seen(-1);
  fill(device.get(), 3, producer);
  EXPECT_CUDA(cudaSuccess, cudaEventRecord(produced, producer));
  EXPECT_CUDA(cudaSuccess, cudaStreamWaitEvent(consumer, produced, 0));
  fetch(seen, device.get(), consumer);
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(consumer));
  EXPECT_EQ(seen.value(), filled(3));
}

TEST(runtime_stream, WithoutTheEventTheConsumerComesFirst) {
  created_stream const producer(cudaStreamNonBlocking), consumer(cudaStreamNonBlocking);
  device_array<int> const device;
  pinned_int const seen(-1);
  fill(device.get(), 3, producer);
  fetch(seen, device.get(), consumer);
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(consumer));
  EXPECT_EQ(seen.value(), 0);
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(producer));
}

TEST(runtime_stream, TheLegacyStreamWaitsForBlockingStreamsAndTheyForIt) {
  created_stream const blocking, another;
  device_array<int> const device;
  pinned_int const seen(-1);
  fill(device.get(), 1, blocking);
  kernels::add(device.get(), 1, cudaStreamLegacy);
  fetch(seen, device.get(), another);
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(another));
  EXPECT_EQ(seen.value(), filled(1) + 1);
}

TEST(runtime_stream, TheLegacyStreamDoesNotWaitForNonBlockingStreams) {
  created_stream const other(cudaStreamNonBlocking);
  device_array<int> const device;
  fill(device.get(), 1, other);
  EXPECT_EQ(device.at(), 0);
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(other));
  EXPECT_EQ(device.at(), filled(1));
}

TEST(runtime_stream, EachThreadHasADefaultStreamOfItsOwn) {
  device_array<int> const device(2);
  pinned_int const mine(-1), its(-1);
  fetch(mine, device.get(), cudaStreamPerThread);
  std::thread([&] {
    fetch(its, device.get() + 1, cudaStreamPerThread);
    EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(cudaStreamPerThread));
  }).join();
  EXPECT_EQ(mine.value(), -1);
  EXPECT_EQ(its.value(), 0);
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(cudaStreamPerThread));
  EXPECT_EQ(mine.value(), 0);
}

TEST(runtime_stream, WorkOutlivesItsStreamAndItsThread) {
  device_array<int> const device(2);
  {
    created_stream const stream;
    fill(device.get(), 1, stream);
  }
  std::thread([&] { fill(device.get() + 1, 2, cudaStreamPerThread); }).join();
  EXPECT_EQ(device.at(0), filled(1));
  EXPECT_EQ(device.at(1), filled(2));
}

TEST(runtime_stream, PollingMakesProgress) {
  created_stream const stream;
  created_event const end;
  device_array<int> const device;
  for (int i = 0; i < 20; ++i) fill(device.get(), i, stream);
  EXPECT_CUDA(cudaSuccess, cudaEventRecord(end, stream));
  EXPECT_CUDA(cudaErrorNotReady, cudaStreamQuery(stream));
  EXPECT_CUDA(cudaErrorNotReady, cudaEventQuery(end));
  int polls = 0;
  while (cudaEventQuery(end) == cudaErrorNotReady) ASSERT_LT(++polls, 1000);
  EXPECT_CUDA(cudaSuccess, cudaEventQuery(end));
  EXPECT_CUDA(cudaSuccess, cudaStreamQuery(stream));
}

TEST(runtime_stream, PollingTheLegacyStreamEndsToo) {
  created_stream const blocking, other(cudaStreamNonBlocking);
  device_array<int> const device;
  pinned_int const seen(-1);
  fetch(seen, device.get(), other);
  fill(device.get(), 1, blocking);
  int polls = 0;
  while (cudaStreamQuery(nullptr) == cudaErrorNotReady) ASSERT_LT(++polls, 1000);
  EXPECT_GT(polls, 0);
  EXPECT_EQ(seen.value(), -1);
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(other));
}

TEST(runtime_stream, EventsHaveTimes) {
  created_stream const stream;
  created_event const start, end, untimed(cudaEventDisableTiming);
  device_array<int> const device;
  float milliseconds = -1;
  EXPECT_CUDA(cudaErrorInvalidResourceHandle, cudaEventElapsedTime(&milliseconds, start, end));
  EXPECT_CUDA(cudaSuccess, cudaEventRecord(start, stream));
  kernels::set(device.get(), 1, stream);
  EXPECT_CUDA(cudaSuccess, cudaEventRecord(end, stream));
  EXPECT_CUDA(cudaSuccess, cudaEventRecord(untimed, stream));
  EXPECT_CUDA(cudaErrorNotReady, cudaEventElapsedTime(&milliseconds, start, end));
  EXPECT_CUDA(cudaSuccess, cudaEventSynchronize(end));
  EXPECT_CUDA(cudaSuccess, cudaEventElapsedTime(&milliseconds, start, end));
  EXPECT_GT(milliseconds, 0);
  EXPECT_CUDA(cudaErrorInvalidResourceHandle, cudaEventElapsedTime(&milliseconds, start, untimed));
}

TEST(runtime_stream, AnEventThatWasNeverRecordedHasHappened) {
  created_event const event;
  created_stream const stream;
  EXPECT_CUDA(cudaSuccess, cudaEventQuery(event));
  EXPECT_CUDA(cudaSuccess, cudaEventSynchronize(event));
  EXPECT_CUDA(cudaSuccess, cudaStreamWaitEvent(stream, event, 0));
}

struct host_call {
  std::atomic<bool> go{false};
  std::atomic<int> value{0};
  cudaError_t inside = cudaSuccess;
};

TEST(runtime_stream, HostFunctionsRunInOrderOnAnotherThread) {
  created_stream const stream;
  pinned_int const seen(-1);
  device_array<int> const device;
  host_call call;
  fill(device.get(), 1, stream);
  fetch(seen, device.get(), stream);
  struct both {
    host_call& call;
    pinned_int const& seen;
  } data{call, seen};
  EXPECT_CUDA(cudaSuccess, cudaLaunchHostFunc(
                               stream,
                               [](void* pointer) {
                                 auto& [call, seen] = *static_cast<both*>(pointer);
                                 while (!call.go) std::this_thread::yield();
                                 call.value = seen.value();
                                 call.inside = cudaStreamSynchronize(nullptr);
                               },
                               &data));
  // It may wait for what this thread does later, as long as that is not CUDA work.
  for (int i = 0; i < 10; ++i) EXPECT_CUDA(cudaErrorNotReady, cudaStreamQuery(stream));
  call.go = true;
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(stream));
  EXPECT_EQ(call.value, filled(1));
  EXPECT_CUDA(cudaErrorNotPermitted, call.inside);
}

TEST(runtime_stream, DestroyedHandlesAreRefused) {
  cudaStream_t stream = nullptr;
  cudaEvent_t event = nullptr;
  ASSERT_CUDA(cudaSuccess, cudaStreamCreate(&stream));
  ASSERT_CUDA(cudaSuccess, cudaEventCreate(&event));
  EXPECT_CUDA(cudaSuccess, cudaStreamDestroy(stream));
  EXPECT_CUDA(cudaSuccess, cudaEventDestroy(event));
  EXPECT_CUDA(cudaErrorInvalidResourceHandle, cudaStreamSynchronize(stream));
  EXPECT_CUDA(cudaErrorInvalidResourceHandle, cudaStreamDestroy(stream));
  EXPECT_CUDA(cudaErrorInvalidResourceHandle, cudaEventRecord(event, nullptr));
  EXPECT_CUDA(cudaErrorInvalidResourceHandle, cudaStreamDestroy(nullptr));
}

TEST(runtime_stream, PropertiesAreKept) {
  int least = 1, greatest = 1, priority = 1;
  ASSERT_CUDA(cudaSuccess, cudaDeviceGetStreamPriorityRange(&least, &greatest));
  EXPECT_LT(greatest, least);
  cudaStream_t stream = nullptr;
  ASSERT_CUDA(cudaSuccess,
              cudaStreamCreateWithPriority(&stream, cudaStreamNonBlocking, greatest - 10));
  EXPECT_CUDA(cudaSuccess, cudaStreamGetPriority(stream, &priority));
  EXPECT_EQ(priority, greatest);
  unsigned flags = 0;
  EXPECT_CUDA(cudaSuccess, cudaStreamGetFlags(stream, &flags));
  EXPECT_EQ(flags, unsigned{cudaStreamNonBlocking});
  EXPECT_CUDA(cudaSuccess, cudaStreamDestroy(stream));
  EXPECT_CUDA(cudaErrorInvalidValue, cudaStreamCreateWithFlags(&stream, 77));
}

TEST(runtime_stream, AQueueIsFinite) {
  created_stream const stream;
  device_array<int> const device;
  pinned_int const seen(-1);
  fetch(seen, device.get(), stream);
  for (int i = 0; i < 10000; ++i) fill(device.get(), i, stream);
  EXPECT_EQ(seen.value(), 0);
  EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(stream));
}

TEST(runtime_stream, ManyThreadsAtOnce) {
  device_array<int> const device(8);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&device, t] {
      created_stream const stream(t % 2 == 0 ? cudaStreamDefault : cudaStreamNonBlocking);
      for (int i = 0; i < 50; ++i) {
        kernels::add(device.get() + t, 1, stream);
        if (i % 10 == t) {
          EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(stream));
        }
      }
      EXPECT_CUDA(cudaSuccess, cudaStreamSynchronize(stream));
    });
  }
  for (auto& thread : threads) thread.join();
  for (int t = 0; t < 8; ++t) EXPECT_EQ(device.at(static_cast<std::size_t>(t)), 50);
}

}  // namespace
