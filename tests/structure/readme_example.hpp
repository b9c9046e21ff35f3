// The README's example, as it stands there between its fences: readme_test compares the two.
#pragma once

// readme-begin
#include <activations_cuda/activations.hpp>
namespace act = activations_cuda;

// y = f(x) and dx = dy f'(x) for n elements in device memory, queued on the stream.
void use(float const* x, float const* dy, float* y, float* dx, std::int64_t n,
         cudaStream_t stream) {
  act::leaky_relu const f{0.1};
  act::forward(f, x, y, n, stream);
  act::backward(f, dy, x, dx, n, stream);
  // Where the output determines the gradient, y serves as well, and x need not be kept.
  act::backward_from_output(f, dy, y, dx, n, stream);
}
// readme-end
