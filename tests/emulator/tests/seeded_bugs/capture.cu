// Calls that a stream capture forbids.
#include "capture.cuh"

namespace {

using namespace seeded;

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
};

}  // namespace seeded
