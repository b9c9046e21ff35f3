// What src/reference/<name>.cpp defines for each activation with learned parameters; otherwise as in
// reference.hpp.
#pragma once

#include "reference.hpp"

#include <cstddef>

namespace activations_cuda {

struct prelu;
struct s_shaped_relu;
struct apl;
struct swish;
struct learned_snake;

namespace reference {

/// The learned parameters of one channel, flat: for each parameter its rows, in the op's order.
struct channel : parameters {
  std::size_t count;
};

/// One element, in double.
template <class Op>
struct channelwise {
  static double forward(channel, double x);
  static double backward(channel, double dy, double x);
  /// What the element adds to the gradient of each of the channel's parameters; NaN for a NaN x or
  /// dy.
  static void parameter_terms(channel, double dy, double x, double* terms);
};

}  // namespace reference
}  // namespace activations_cuda
