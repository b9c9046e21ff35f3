// Programs that read before what they read is there. Nothing is reported: work runs as late as CUDA allows, so that the
// result is wrong on every run.
#include "program.cuh"

#include <algorithm>

namespace {

using namespace seeded;

__global__ void fill_kernel(int* to, int value) { to[threadIdx.x] = value; }
__global__ void copy_kernel(int const* from, int* to) { to[threadIdx.x] = from[threadIdx.x]; }

class stream_pair {
 public:
  stream_pair() {
    cudaStreamCreateWithFlags(&first, cudaStreamNonBlocking);
    cudaStreamCreateWithFlags(&second, cudaStreamNonBlocking);
    cudaEventCreateWithFlags(&done, cudaEventDisableTiming);
  }
  stream_pair(stream_pair const&) = delete;
  ~stream_pair() {
    cudaEventDestroy(done);
    cudaStreamDestroy(second);
    cudaStreamDestroy(first);
  }
  cudaStream_t first = nullptr, second = nullptr;
  cudaEvent_t done = nullptr;
};

// 32 values in page-locked memory.
class pinned_array {
 public:
  explicit pinned_array(int value) {
    cudaMallocHost(&data, 128);
    std::fill_n(data, 32, value);
  }
  pinned_array(pinned_array const&) = delete;
  ~pinned_array() { cudaFreeHost(data); }
  int* data = nullptr;
};

template <bool correct>
bool reads_before_the_copy_is_there() {
  stream_pair streams;
  device_array<int> x(32, 0);
  pinned_array host(0);
  fill_kernel<<<1, 32, 0, streams.first>>>(x.get(), 5);
  cudaMemcpyAsync(host.data, x.get(), 128, cudaMemcpyDeviceToHost, streams.first);
  if (correct) cudaStreamSynchronize(streams.first);
  return host.data[31] == 5;
}

template <bool correct>
bool consumer_does_not_wait_for_the_producer() {
  stream_pair streams;
  device_array<int> x(32, 0), y(32, 0);
  cudaDeviceSynchronize();
  fill_kernel<<<1, 32, 0, streams.first>>>(x.get(), 5);
  cudaEventRecord(streams.done, streams.first);
  if (correct) cudaStreamWaitEvent(streams.second, streams.done, 0);
  copy_kernel<<<1, 32, 0, streams.second>>>(x.get(), y.get());
  cudaStreamSynchronize(streams.second);
  return y.read() == filled(32, 5);
}

template <bool correct>
bool event_recorded_before_the_work() {
  stream_pair streams;
  device_array<int> x(32, 0), y(32, 0);
  cudaDeviceSynchronize();
  if (!correct) cudaEventRecord(streams.done, streams.first);
  fill_kernel<<<1, 32, 0, streams.first>>>(x.get(), 5);
  if (correct) cudaEventRecord(streams.done, streams.first);
  cudaStreamWaitEvent(streams.second, streams.done, 0);
  copy_kernel<<<1, 32, 0, streams.second>>>(x.get(), y.get());
  cudaStreamSynchronize(streams.second);
  return y.read() == filled(32, 5);
}

// The next batch is written into the page-locked buffer while the last one is still to be copied.
template <bool correct>
bool staging_buffer_reused_too_early() {
  stream_pair streams;
  device_array<int> first(32, 0), second(32, 0);
  cudaDeviceSynchronize();
  pinned_array host(1);
  cudaMemcpyAsync(first.get(), host.data, 128, cudaMemcpyHostToDevice, streams.first);
  if (correct) cudaStreamSynchronize(streams.first);
  std::fill_n(host.data, 32, 2);
  cudaMemcpyAsync(second.get(), host.data, 128, cudaMemcpyHostToDevice, streams.first);
  cudaStreamSynchronize(streams.first);
  return first.read() == filled(32, 1) && second.read() == filled(32, 2);
}

// A non-blocking stream does not wait for the legacy stream, where the memset is.
template <bool correct>
bool non_blocking_stream_behind_the_legacy_one() {
  stream_pair streams;
  device_array<int> x(32, 7), y(32, 0);
  cudaDeviceSynchronize();
  cudaMemsetAsync(x.get(), 0, 128, correct ? streams.first : nullptr);
  copy_kernel<<<1, 32, 0, streams.first>>>(x.get(), y.get());
  cudaStreamSynchronize(streams.first);
  return y.read() == filled(32, 0);
}

// Two streams take the same workspace.
template <bool correct>
bool two_streams_share_a_workspace() {
  stream_pair streams;
  device_array<int> workspace(32, 0), a(32, 0), b(32, 0);
  cudaDeviceSynchronize();
  fill_kernel<<<1, 32, 0, streams.first>>>(workspace.get(), 1);
  if (correct) {
    copy_kernel<<<1, 32, 0, streams.first>>>(workspace.get(), a.get());
    cudaEventRecord(streams.done, streams.first);
    cudaStreamWaitEvent(streams.second, streams.done, 0);
  }
  fill_kernel<<<1, 32, 0, streams.second>>>(workspace.get(), 2);
  if (!correct) copy_kernel<<<1, 32, 0, streams.first>>>(workspace.get(), a.get());
  copy_kernel<<<1, 32, 0, streams.second>>>(workspace.get(), b.get());
  cudaDeviceSynchronize();
  return a.read() == filled(32, 1) && b.read() == filled(32, 2);
}

}  // namespace

namespace seeded {

#define SEEDED(name) \
  { #name, check::missing_wait, "", {}, name < false>, name < true> }
std::vector<bug> const missing_wait_bugs{
    SEEDED(reads_before_the_copy_is_there),
    SEEDED(consumer_does_not_wait_for_the_producer),
    SEEDED(event_recorded_before_the_work),
    SEEDED(staging_buffer_reused_too_early),
    SEEDED(non_blocking_stream_behind_the_legacy_one),
    SEEDED(two_streams_share_a_workspace),
};

}  // namespace seeded
