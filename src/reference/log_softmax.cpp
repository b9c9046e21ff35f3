#include "../reference.hpp"

#include <algorithm>
#include <cmath>

namespace activations_cuda::reference {

template <>
void rowwise<log_softmax>::forward(double const* x, double* y, std::int64_t columns) {
  std::int64_t const first = std::max_element(x, x + columns) - x;
  double rest =
      0;  // without one occurrence of the maximum, which would hide the digits of the others
  for (std::int64_t i = 0; i < columns; ++i) {
    y[i] = x[i] - x[first];  // NaN for inf - inf
    rest += i == first ? y[i] : std::exp(y[i]);
  }
  for (std::int64_t i = 0; i < columns; ++i) y[i] -= std::log1p(rest);
}

template <>
void rowwise<log_softmax>::backward(double const* dy, double const* y, double* dx,
                                    std::int64_t columns) {
  double sum = 0;
  for (std::int64_t i = 0; i < columns; ++i) sum += dy[i];
  for (std::int64_t i = 0; i < columns; ++i) dx[i] = dy[i] - std::exp(y[i]) * sum;
}

}  // namespace activations_cuda::reference
