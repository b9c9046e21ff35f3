#pragma once

namespace activations_cuda {

/// One learned parameter of an activation: an array in device memory, [channels], for apl [hinges,
/// channels], and the value that it is usually trained from.
struct learned_parameter {
  char const* name;
  double initial;
};

}  // namespace activations_cuda
