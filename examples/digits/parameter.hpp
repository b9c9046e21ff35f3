// One array of what is trained.
#pragma once

#include "device.hpp"

namespace digits {

struct parameter {
  parameter(std::vector<float> const& initial, stream const& on);
  /// Gradient descent with momentum.
  void step(float rate, float momentum, stream const& on);

  device_array<float> value;
  device_array<float> gradient;
  device_array<float> velocity;
};

}  // namespace digits
