#pragma once

#include <activations_cuda/ops/softmax.cuh>

namespace activations_cuda {

/// Softmax of -scale x of each row, so that the smallest element gets the largest share. Its gradient,
/// special values and error are softmax's.
struct softmin {
  double scale = 1.0;

  static constexpr parameter<softmin> parameters[] = {
      {"scale", &softmin::scale, constraint::nonzero}};

  /// The op whose kernels compute it.
  constexpr softmax on_kernels() const { return {-scale}; }
};

}  // namespace activations_cuda
