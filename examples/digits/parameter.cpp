#include "parameter.hpp"

#include "kernels.hpp"

namespace digits {

parameter::parameter(std::vector<float> const& initial, stream const& on)
    : value(initial, on), gradient(value.size()), velocity(value.size()) {
  velocity.clear(on);
}

void parameter::step(float rate, float momentum, stream const& on) {
  momentum_step(gradient.data(), velocity.data(), value.data(), value.size(), rate, momentum, on);
}

}  // namespace digits
