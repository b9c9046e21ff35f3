#pragma once

#include <cstddef>

namespace activations_cuda {

/// Device memory for a call's own use, aligned to the type that T computes in; its contents do not
/// matter before the call and are lost in it.
struct workspace {
  void* pointer;
  std::size_t bytes;
};

}  // namespace activations_cuda
