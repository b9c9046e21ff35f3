#pragma once

#include <cstdint>

namespace activations_cuda {

/// A contiguous tensor of [outer, channels, inner] elements, each channel with parameters of its
/// own: an [N, C, H, W] tensor is {N, C, H * W}, [N, C] is {N, C, 1}, channels-last [N, H, W, C] is
/// {N * H * W, C, 1}, and one parameter for all n elements is {1, 1, n}.
struct channel_shape {
  std::int64_t outer, channels, inner;
};

}  // namespace activations_cuda
