// What src/reference/<name>.cpp defines for each row of the table. A missing one is an undefined
// symbol at link time that names the op.
#pragma once

#include <activations_cuda/activations.hpp>
#include <activations_cuda/softmax.hpp>

#include <cstdint>

namespace activations_cuda::reference {

/// f(x) and dx = dy f'(x) in double. backward takes dy because where the gradient is exactly 0 on
/// an interval, dx is +0 whatever dy is, and because f'(x) alone may underflow.
template <class Op>
struct pointwise {
  static double forward(Op const& op, double x);
  static double backward(Op const& op, double dy, double x);
  static double backward_from_output(Op const& op, double dy, double y);  // where the op has one
};

/// One row, in double.
template <class Op>
struct rowwise {
  static void forward(Op const& op, double const* x, double* y, std::int64_t columns);
  static void backward(Op const& op, double const* dy, double const* y, double* dx,
                       std::int64_t columns);
};

}  // namespace activations_cuda::reference
