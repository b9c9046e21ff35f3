// A kernel that is captured, and what a program does meanwhile.
#pragma once

#include "program.cuh"

namespace seeded {

static __global__ void add_kernel(int* x, int amount) { x[threadIdx.x] += amount; }

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

}  // namespace seeded
