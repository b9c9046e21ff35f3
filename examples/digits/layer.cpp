#include "layer.hpp"

#include "kernels.hpp"
#include "matrix_multiply.hpp"

#include <algorithm>
#include <cmath>

namespace digits {
namespace {

std::vector<float> initial_weights(int inputs, int outputs, random_source& random) {
  float const limit = std::sqrt(6.0f / static_cast<float>(inputs + outputs));
  std::vector<float> weights(static_cast<std::size_t>(inputs) * outputs);
  for (float& weight : weights) weight = random.uniform(limit);
  return weights;
}

bool any_nonzero(std::vector<float> const& values) {
  return std::any_of(values.begin(), values.end(), [](float value) { return value != 0.0f; });
}

}  // namespace

layer::layer(int inputs, int outputs, random_source& random, stream const& on)
    : inputs_(inputs),
      outputs_(outputs),
      stream_(on),
      weights_(initial_weights(inputs, outputs, random), on),
      bias_(std::vector<float>(outputs), on) {}

void layer::forward(float const* x, float* z, int rows) const {
  multiply(row_major(x, rows, inputs_), row_major(weights_.value.data(), inputs_, outputs_), z,
           stream_);
  add_bias(bias_.value.data(), z, rows, outputs_, stream_);
}

void layer::backward(float const* x, float const* dz, float* dx, int rows) {
  matrix const output_gradient = row_major(dz, rows, outputs_);
  multiply(transposed(row_major(x, rows, inputs_)), output_gradient, weights_.gradient.data(),
           stream_);
  sum_rows(dz, bias_.gradient.data(), rows, outputs_, stream_);
  if (dx != nullptr)
    multiply(output_gradient, transposed(row_major(weights_.value.data(), inputs_, outputs_)), dx,
             stream_);
}

void layer::step(float rate, float momentum) {
  weights_.step(rate, momentum, stream_);
  bias_.step(rate, momentum, stream_);
}

bool layer::has_learned() const {
  return any_nonzero(weights_.velocity.download(stream_)) ||
         any_nonzero(bias_.velocity.download(stream_));
}

}  // namespace digits
