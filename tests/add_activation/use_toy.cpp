// The toy and its gated linear unit through the C++ API, by name through the C ABI, and their
// references, all on one tensor.
#include <activations_cuda/activations.h>
#include <activations_cuda/activations.hpp>
#include <activations_cuda/glu.hpp>
#include <activations_cuda/reference.hpp>
#include <cuda_runtime_api.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace act = activations_cuda;

namespace {

constexpr int n = 1000;

void demand(bool condition, char const* what) {
  if (condition) return;
  std::fprintf(stderr, "use_toy: %s: %s\n", what, act_last_error());
  std::exit(1);
}

std::vector<float> on_host(float const* device) {
  std::vector<float> values(n);
  cudaMemcpy(values.data(), device, n * sizeof(float), cudaMemcpyDeviceToHost);
  return values;
}

}  // namespace

int main() {
  act::toy const toy{3.0};
  std::vector<float> x(n);
  for (int i = 0; i < n; ++i) x[i] = static_cast<float>(i - n / 2) / 8.0F;
  std::vector<float> y(n);
  std::vector<float> dx(n);
  act::reference::forward(toy, x.data(), y.data(), n);
  act::reference::backward(toy, x.data(), x.data(), dx.data(), n);

  void* device[2] = {nullptr, nullptr};
  for (void*& pointer : device)
    demand(cudaMalloc(&pointer, n * sizeof(float)) == cudaSuccess, "cudaMalloc");
  auto* const in = static_cast<float*>(device[0]);
  auto* const out = static_cast<float*>(device[1]);
  cudaMemcpy(in, x.data(), n * sizeof(float), cudaMemcpyHostToDevice);

  act::forward(toy, in, out, n, nullptr);
  demand(on_host(out) == y, "forward differs from the reference");
  act::backward(toy, in, in, out, n, nullptr);
  demand(on_host(out) == dx, "backward differs from the reference");

  act_op op;
  demand(act_op_from_name("toy", &op) == ACT_OK, "act_op_from_name");
  demand(act_op_set(&op, "scale", 3.0) == ACT_OK, "act_op_set");
  demand(act_forward(&op, ACT_FLOAT32, in, out, n, nullptr) == ACT_OK, "act_forward");
  demand(on_host(out) == y, "act_forward differs from the reference");
  demand(act_backward(&op, ACT_FLOAT32, in, in, out, n, nullptr) == ACT_OK, "act_backward");
  demand(on_host(out) == dx, "act_backward differs from the reference");

  act::toy_glu const unit{3.0};
  act::reference::forward(unit, x.data(), n, x.data(), n, y.data(), n, 1, n);
  act::forward(unit, in, n, in, n, out, n, 1, n, nullptr);
  demand(on_host(out) == y, "the unit's forward differs from the reference");
  act_glu glu;
  demand(act_glu_from_name("toy_glu", &glu) == ACT_OK, "act_glu_from_name");
  demand(act_glu_set(&glu, "scale", 3.0) == ACT_OK, "act_glu_set");
  demand(act_glu_forward(&glu, ACT_FLOAT32, in, n, in, n, out, n, 1, n, nullptr) == ACT_OK,
         "act_glu_forward");
  demand(on_host(out) == y, "act_glu_forward differs from the reference");
  std::puts("the toy works");
  return 0;
}
