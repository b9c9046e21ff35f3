// What a stream capture forbids.
#include "program.cuh"

#include <thread>

namespace {

using namespace seeded;

__global__ void add_kernel(int* x, int amount) { x[threadIdx.x] += amount; }

// A stream that is captured into a graph, which is launched once.
class captured_step {
 public:
  explicit captured_step(unsigned flags = cudaStreamDefault) {
    cudaStreamCreateWithFlags(&stream_, flags);
  }
  captured_step(captured_step const&) = delete;
  ~captured_step() {
    if (graph_ != nullptr) cudaGraphDestroy(graph_);
    cudaStreamDestroy(stream_);
  }
  cudaStream_t stream() const { return stream_; }
  void begin() { cudaStreamBeginCapture(stream_, cudaStreamCaptureModeGlobal); }
  void end() { cudaStreamEndCapture(stream_, &graph_); }
  void launch() {
    cudaGraphExec_t executable = nullptr;
    if (graph_ == nullptr || cudaGraphInstantiate(&executable, graph_, 0) != cudaSuccess) return;
    cudaGraphLaunch(executable, stream_);
    cudaStreamSynchronize(stream_);
    cudaGraphExecDestroy(executable);
  }

 private:
  cudaStream_t stream_ = nullptr;
  cudaGraph_t graph_ = nullptr;
};

// Calls body(step, x) inside a capture of a kernel; right if the graph adds 1 to x.
template <class Body>
bool captures(Body const& body, unsigned flags = cudaStreamDefault) {
  captured_step step(flags);
  device_array<int> x(32, 1);
  step.begin();
  add_kernel<<<1, 32, 0, step.stream()>>>(x.get(), 1);
  body(step, x.get());
  step.end();
  step.launch();
  return x.read() == filled(32, 2);
}

template <bool correct>
bool waits_for_the_captured_stream() {
  return captures([](captured_step& step, int*) {
    if (!correct) cudaStreamSynchronize(step.stream());
  });
}

template <bool correct>
bool asks_the_captured_stream() {
  return captures([](captured_step& step, int*) {
    if (!correct) cudaStreamQuery(step.stream());
  });
}

template <bool correct>
bool waits_for_the_device() {
  return captures([](captured_step&, int*) {
    if (!correct) cudaDeviceSynchronize();
  });
}

template <bool correct>
bool allocates_a_workspace() {
  int* workspace = nullptr;
  if (correct) cudaMalloc(&workspace, 128);
  bool const right = captures([&](captured_step& step, int*) {
    if (!correct) cudaMalloc(&workspace, 128);
    cudaMemsetAsync(workspace, 0, 128, step.stream());
  });
  cudaFree(workspace);
  return right;
}

template <bool correct>
bool frees_a_workspace() {
  int* workspace = nullptr;
  cudaMalloc(&workspace, 128);
  bool const right = captures([&](captured_step&, int*) {
    if (!correct) cudaFree(workspace);
  });
  if (correct) cudaFree(workspace);
  return right;
}

// The helper does not know its caller's stream and takes the default one.
template <bool correct>
bool launches_in_the_legacy_stream() {
  return captures([](captured_step& step, int* x) {
    add_kernel<<<1, 32, 0, correct ? step.stream() : nullptr>>>(x, 0);
  });
}

template <bool correct>
bool copies_in_the_legacy_stream() {
  int const zero = 0;
  device_array<int> y(1);
  return captures([&](captured_step& step, int*) {
    if (correct) {
      cudaMemcpyAsync(y.get(), &zero, 4, cudaMemcpyHostToDevice, step.stream());
    } else {
      cudaMemcpy(y.get(), &zero, 4, cudaMemcpyHostToDevice);
    }
  });
}

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
std::vector<bug> const capture_bugs{
    {SEEDED(waits_for_the_captured_stream,
            "cudaStreamSynchronize returns cudaErrorStreamCaptureUnsupported"),
     {"captured", "no work to wait for", "launch the graph"},
     TWINS(waits_for_the_captured_stream)},
    {SEEDED(asks_the_captured_stream, "cudaStreamQuery returns cudaErrorStreamCaptureUnsupported"),
     {"captured", "to ask about"},
     TWINS(asks_the_captured_stream)},
    {SEEDED(waits_for_the_device,
            "cudaDeviceSynchronize returns cudaErrorStreamCaptureUnsupported"),
     {"prohibited while a stream is captured", "cudaStreamCaptureModeGlobal"},
     TWINS(waits_for_the_device)},
    {SEEDED(allocates_a_workspace, "cudaMalloc returns cudaErrorStreamCaptureUnsupported"),
     {"prohibited while a stream is captured", "cudaThreadExchangeStreamCaptureMode",
      "before cudaStreamBeginCapture"},
     TWINS(allocates_a_workspace)},
    {SEEDED(frees_a_workspace, "cudaFree returns cudaErrorStreamCaptureUnsupported"),
     {"prohibited while a stream is captured"},
     TWINS(frees_a_workspace)},
    {SEEDED(launches_in_the_legacy_stream,
            "cudaLaunchKernel returns cudaErrorStreamCaptureImplicit"),
     {"legacy stream", "blocking stream that is captured", "cudaStreamNonBlocking"},
     TWINS(launches_in_the_legacy_stream)},
    {SEEDED(copies_in_the_legacy_stream, "cudaMemcpy returns cudaErrorStreamCaptureImplicit"),
     {"legacy stream", "blocking stream that is captured"},
     TWINS(copies_in_the_legacy_stream)},
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
