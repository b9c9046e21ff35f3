#include "../compensated.hpp"
#include "../reference.hpp"

namespace activations_cuda::reference {

template <>
double rowwise<softmin>::factor(parameters p) {
  return -p[0];
}

template <>
double rowwise<softmin>::forward(exact const& below_maximum, double others) {
  return exponential_of(below_maximum) / (1 + others);
}

template <>
double rowwise<softmin>::masked() {
  return 0;
}

template <>
double rowwise<softmin>::term(double dy, double y) {
  return dy * y;
}

template <>
double rowwise<softmin>::backward(parameters p, double dy, double y, double sum) {
  return p[0] * (y * (sum - dy));
}

}  // namespace activations_cuda::reference
