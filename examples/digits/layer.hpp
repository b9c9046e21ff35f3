// One fully connected layer: z = x W + b, its gradients and its step.
#pragma once

#include "parameter.hpp"
#include "random.hpp"

namespace digits {

class layer {
 public:
  /// Weights uniform in +-sqrt(6 / (inputs + outputs)) (Glorot & Bengio 2010), biases 0.
  layer(int inputs, int outputs, random_source& random, stream const& on);

  /// x [rows][inputs] to z [rows][outputs]
  void forward(float const* x, float* z, int rows) const;
  /// Keeps the gradients of weights and biases for step(). x is forward's; writes dx [rows][inputs]
  /// unless it is null.
  void backward(float const* x, float const* dz, float* dx, int rows);
  /// Gradient descent with momentum.
  void step(float rate, float momentum);

  /// Whether any gradient was other than exactly 0 in any step so far: the velocities are weighted
  /// sums of all of them.
  bool has_learned() const;

 private:
  int inputs_;
  int outputs_;
  stream const& stream_;
  parameter weights_;
  parameter bias_;
};

}  // namespace digits
