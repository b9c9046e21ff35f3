#include "../compensated.hpp"
#include "../reference.hpp"

#include <algorithm>

namespace activations_cuda::reference {

template <>
void rowwise<softmax>::forward(double const* x, double* y, std::int64_t columns) {
  double const maximum = *std::max_element(x, x + columns);
  compensated_sum sum;
  for (std::int64_t i = 0; i < columns; ++i) {
    y[i] = exponential_of({x[i], maximum});  // NaN for inf - inf
    sum.add(y[i]);
  }
  for (std::int64_t i = 0; i < columns; ++i) y[i] /= sum.value();
}

template <>
void rowwise<softmax>::backward(double const* dy, double const* y, double* dx,
                                std::int64_t columns) {
  compensated_sum sum;
  for (std::int64_t i = 0; i < columns; ++i) sum.add(dy[i] * y[i]);
  for (std::int64_t i = 0; i < columns; ++i) dx[i] = y[i] * (dy[i] - sum.value());
}

}  // namespace activations_cuda::reference
