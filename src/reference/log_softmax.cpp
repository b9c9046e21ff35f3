#include "../compensated.hpp"
#include "../reference.hpp"

#include <algorithm>
#include <cmath>

namespace activations_cuda::reference {

template <>
void rowwise<log_softmax>::forward(double const* x, double* y, std::int64_t columns) {
  std::int64_t const first = std::max_element(x, x + columns) - x;
  double const maximum = x[first];
  // Without one occurrence of the maximum, which would hide the digits of the others; that one adds
  // 0, or NaN for inf - inf.
  compensated_sum rest;
  for (std::int64_t i = 0; i < columns; ++i)
    rest.add(i == first ? x[i] - maximum : exponential_of({x[i], maximum}));
  double const logarithm = std::log1p(rest.value());
  for (std::int64_t i = 0; i < columns; ++i) {
    difference const d(x[i], maximum);
    y[i] = (d.rounded - logarithm) + d.lost;
  }
}

template <>
void rowwise<log_softmax>::backward(double const* dy, double const* y, double* dx,
                                    std::int64_t columns) {
  compensated_sum sum;
  for (std::int64_t i = 0; i < columns; ++i) sum.add(dy[i]);
  for (std::int64_t i = 0; i < columns; ++i) dx[i] = dy[i] - std::exp(y[i]) * sum.value();
}

}  // namespace activations_cuda::reference
