#include "../compensated.hpp"
#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {

template <>
double rowwise<log_softmax>::factor(parameters p) {
  return p[0];
}

template <>
double rowwise<log_softmax>::forward(exact const& below_maximum, double others) {
  return (below_maximum.rounded - std::log1p(others)) + below_maximum.lost;
}

template <>
double rowwise<log_softmax>::masked() {
  return -INFINITY;
}

template <>
double rowwise<log_softmax>::term(double dy, double) {
  return dy;
}

template <>
double rowwise<log_softmax>::backward(parameters p, double dy, double y, double sum) {
  return p[0] * (dy - std::exp(y) * sum);
}

}  // namespace activations_cuda::reference
