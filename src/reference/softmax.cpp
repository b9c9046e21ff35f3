#include "../reference.hpp"

#include <algorithm>
#include <cmath>

namespace activations_cuda::reference {

template <>
void rowwise<softmax>::forward(double const* x, double* y, std::int64_t columns) {
  double const maximum = *std::max_element(x, x + columns);
  double sum = 0;
  for (std::int64_t i = 0; i < columns; ++i) {
    y[i] = std::exp(x[i] - maximum);  // NaN for inf - inf
    sum += y[i];
  }
  for (std::int64_t i = 0; i < columns; ++i) y[i] /= sum;
}

template <>
void rowwise<softmax>::backward(double const* dy, double const* y, double* dx,
                                std::int64_t columns) {
  double sum = 0;
  for (std::int64_t i = 0; i < columns; ++i) sum += dy[i] * y[i];
  for (std::int64_t i = 0; i < columns; ++i) dx[i] = y[i] * (dy[i] - sum);
}

}  // namespace activations_cuda::reference
