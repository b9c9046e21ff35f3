#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {
namespace {
constexpr double lambda = 1.0507009873554804934;
// lambda alpha in two parts: near -lambda alpha, y + lambda alpha is made of their digits.
constexpr double lambda_alpha = 1.7580993408473768599;
constexpr double lambda_alpha_low = 1.4153519380084477e-17;
}  // namespace

template <>
double pointwise<selu>::forward(parameters, double x) {
  return x > 0 ? lambda * x : lambda_alpha * std::expm1(x);
}

// e^x as two factors, so that neither underflows early.
template <>
double pointwise<selu>::backward(parameters, double dy, double x) {
  if (x > 0) return lambda * dy;
  double const root = std::exp(0.5 * x);
  return (dy * root) * (lambda_alpha * root);
}
template <>
double pointwise<selu>::backward_from_output(parameters, double dy, double y) {
  return dy * (y > 0 ? lambda : (y + lambda_alpha) + lambda_alpha_low);
}

}  // namespace activations_cuda::reference
