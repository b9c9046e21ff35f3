// The README's example of learned parameters, as it stands there: readme_test compares the two.
#pragma once

// readme-begin
#include <activations_cuda/channelwise.hpp>
namespace act = activations_cuda;

// prelu over an [images, channels, height, width] tensor: dx, and d_alpha += the gradients of alpha.
// scratch has act::backward_workspace<float>(act::prelu{}, shape) bytes of device memory.
void train(act::channel_shape const& shape, float const* x, float const* dy, float const* alpha,
           float* y, float* dx, float* d_alpha, act::workspace scratch, cudaStream_t stream) {
  act::parameter_arrays<act::prelu, float const> const learned{{alpha}};
  act::parameter_arrays<act::prelu, float> const gradients{{d_alpha}};
  act::forward(act::prelu{}, shape, x, learned, y, stream);
  act::backward(act::prelu{}, shape, dy, x, learned, dx, gradients, act::gradient_update::add,
                scratch, stream);
}
// readme-end
