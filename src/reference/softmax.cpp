#include "../compensated.hpp"
#include "../reference.hpp"

namespace activations_cuda::reference {

template <>
double rowwise<softmax>::factor(parameters p) {
  return p[0];
}

template <>
double rowwise<softmax>::forward(exact const& below_maximum, double others) {
  return exponential_of(below_maximum) / (1 + others);
}

template <>
double rowwise<softmax>::masked() {
  return 0;
}

template <>
double rowwise<softmax>::term(double dy, double y) {
  return dy * y;
}

template <>
double rowwise<softmax>::backward(parameters p, double dy, double y, double sum) {
  return p[0] * (y * (dy - sum));
}

}  // namespace activations_cuda::reference
