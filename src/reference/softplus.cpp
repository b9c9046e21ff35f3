#include "../reference.hpp"

#include <cmath>

namespace activations_cuda::reference {
namespace {

// The root of e^-|beta x|, the product with what it loses in rounding: e^t is 1 + t for that.
double root_of_decay(double beta, double x) {
  double const value = beta * x;
  if (!std::isfinite(value)) return std::isnan(value) ? value : 0.0;
  double const low = std::fma(beta, x, -value);
  return std::exp(-0.5 * std::fabs(value)) * (1 - 0.5 * (value > 0 ? low : -low));
}

}  // namespace

template <>
double pointwise<softplus>::forward(parameters values, double x) {
  double const beta = values[0];
  double const root = root_of_decay(beta, x);
  double const e = root * root;
  double const linear = beta * x > 0 ? x : 0.0;
  // In the tail log(1 + e) is e, which may underflow before e / beta does.
  return linear + (e < 1e-30 ? root * (root / beta) : std::log1p(e) / beta);
}

template <>
double pointwise<softplus>::backward(parameters values, double dy, double x) {
  double const beta = values[0];
  double const root = root_of_decay(beta, x);
  double const rest = 1 / (1 + root * root);
  return beta * x < 0 ? (dy * root) * (root * rest) : dy * rest;
}
template <>
double pointwise<softplus>::backward_from_output(parameters values, double dy, double y) {
  double const beta = values[0];
  double const t = beta * y;
  return std::fabs(t) < 1e-30 ? (dy * 0x1p-100) * (beta * (y * 0x1p100)) : dy * -std::expm1(-t);
}

}  // namespace activations_cuda::reference
