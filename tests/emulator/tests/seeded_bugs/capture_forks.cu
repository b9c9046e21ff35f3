// Captures that fork, wait for events and end where they must not.
#include "capture.cuh"

#include <thread>

namespace {

using namespace seeded;

// Forks to a second stream; joins it, or forgets to.
template <bool correct>
bool fork_is_not_joined() {
  captured_step side(cudaStreamNonBlocking);
  cudaEvent_t fork, join;
  cudaEventCreate(&fork);
  cudaEventCreate(&join);
  device_array<int> y(32, 0);
  bool const right = captures([&](captured_step& step, int*) {
    cudaEventRecord(fork, step.stream());
    cudaStreamWaitEvent(side.stream(), fork, 0);
    add_kernel<<<1, 32, 0, side.stream()>>>(y.get(), 1);
    cudaEventRecord(join, side.stream());
    if (correct) cudaStreamWaitEvent(step.stream(), join, 0);
  });
  cudaEventDestroy(join);
  cudaEventDestroy(fork);
  return right && y.read() == filled(32, 1);
}

template <bool correct>
bool ends_in_the_forked_stream() {
  captured_step side(cudaStreamNonBlocking);
  cudaEvent_t fork, join;
  cudaEventCreate(&fork);
  cudaEventCreate(&join);
  bool const right = captures([&](captured_step& step, int* x) {
    cudaEventRecord(fork, step.stream());
    cudaStreamWaitEvent(side.stream(), fork, 0);
    add_kernel<<<1, 32, 0, side.stream()>>>(x, 0);
    cudaEventRecord(join, side.stream());
    cudaStreamWaitEvent(step.stream(), join, 0);
    if (!correct) side.end();
  });
  cudaEventDestroy(join);
  cudaEventDestroy(fork);
  return right;
}

// The event was recorded before the capture: outside of the graph.
template <bool correct>
bool waits_for_an_event_from_before() {
  cudaStream_t upload;
  cudaStreamCreateWithFlags(&upload, cudaStreamNonBlocking);
  cudaEvent_t uploaded;
  cudaEventCreate(&uploaded);
  device_array<int> y(32);
  cudaMemsetAsync(y.get(), 0, 128, upload);
  cudaEventRecord(uploaded, upload);
  if (correct) cudaEventSynchronize(uploaded);
  bool const right = captures([&](captured_step& step, int*) {
    if (!correct) cudaStreamWaitEvent(step.stream(), uploaded, 0);
  });
  cudaEventDestroy(uploaded);
  cudaStreamDestroy(upload);
  return right;
}

template <bool correct>
bool waits_for_a_captured_event() {
  cudaEvent_t added;
  cudaEventCreate(&added);
  bool const right = captures([&](captured_step& step, int*) {
    cudaEventRecord(added, step.stream());
    if (!correct) cudaEventSynchronize(added);
  });
  cudaEventDestroy(added);
  return right;
}

template <bool correct>
bool ends_in_another_thread() {
  captured_step step;
  device_array<int> x(32, 1);
  step.begin();
  add_kernel<<<1, 32, 0, step.stream()>>>(x.get(), 1);
  if (correct) {
    step.end();
  } else {
    std::thread([&] { step.end(); }).join();
  }
  step.launch();
  return x.read() == filled(32, 2);
}

template <bool correct>
bool captures_the_legacy_stream() {
  captured_step step;
  cudaStream_t const stream = correct ? step.stream() : nullptr;
  device_array<int> x(32, 1);
  cudaGraph_t graph = nullptr;
  cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal);
  add_kernel<<<1, 32, 0, stream>>>(x.get(), 1);
  cudaStreamEndCapture(stream, &graph);
  if (graph == nullptr) return false;
  return cudaGraphDestroy(graph) == cudaSuccess;
}

template <bool correct>
bool destroys_the_captured_stream() {
  cudaStream_t stream;
  cudaStreamCreate(&stream);
  device_array<int> x(32, 1);
  cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal);
  add_kernel<<<1, 32, 0, stream>>>(x.get(), 1);
  cudaGraph_t graph = nullptr;
  if (!correct) cudaStreamDestroy(stream);
  cudaError_t const result = cudaStreamEndCapture(stream, &graph);
  if (correct) cudaStreamDestroy(stream);
  if (graph != nullptr) cudaGraphDestroy(graph);
  return result == cudaSuccess;
}

}  // namespace

namespace seeded {

#define SEEDED(name, title) #name, check::capture, title
#define TWINS(name) name<false>, name<true>
std::vector<bug> const capture_fork_bugs{
    {SEEDED(fork_is_not_joined, "cudaStreamEndCapture returns cudaErrorStreamCaptureUnjoined"),
     {"joined the capture", "cudaEventRecord", "cudaStreamWaitEvent"},
     TWINS(fork_is_not_joined)},
    {SEEDED(ends_in_the_forked_stream,
            "cudaStreamEndCapture returns cudaErrorStreamCaptureUnmatched"),
     {"the capture began in another stream"},
     TWINS(ends_in_the_forked_stream)},
    {SEEDED(waits_for_an_event_from_before,
            "cudaStreamWaitEvent returns cudaErrorStreamCaptureIsolation"),
     {"work outside the capture"},
     TWINS(waits_for_an_event_from_before)},
    {SEEDED(waits_for_a_captured_event, "cudaEventSynchronize returns cudaErrorCapturedEvent"),
     {"recorded in a captured stream"},
     TWINS(waits_for_a_captured_event)},
    {SEEDED(ends_in_another_thread,
            "cudaStreamEndCapture returns cudaErrorStreamCaptureWrongThread"),
     {"the capture began in another thread", "cudaStreamCaptureModeRelaxed"},
     TWINS(ends_in_another_thread)},
    {SEEDED(captures_the_legacy_stream,
            "cudaStreamBeginCapture returns cudaErrorStreamCaptureUnsupported"),
     {"the legacy default stream cannot be captured"},
     TWINS(captures_the_legacy_stream)},
    {SEEDED(destroys_the_captured_stream,
            "cudaStreamEndCapture returns cudaErrorInvalidResourceHandle"),
     {"destroyed"},
     TWINS(destroys_the_captured_stream)},
};

}  // namespace seeded
