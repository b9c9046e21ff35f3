#include "../gate.hpp"
#include "../reference.hpp"

namespace activations_cuda::reference {

namespace {
constexpr long double root_of_half = 0.707106781186547524400844362104849039L;
constexpr long double density_at_zero = 0.398942280401432677939946059934381868L;

long double distribution(long double x) { return std::erfc(-root_of_half * x) / 2; }
}  // namespace

template <>
double pointwise<gelu>::forward(parameters, double x) {
  return static_cast<double>(gated(x, distribution(x)));
}
template <>
double pointwise<gelu>::backward(parameters, double dy, double x) {
  long double const density = density_at_zero * std::exp(-0.5L * x * x);
  return static_cast<double>(dy * (distribution(x) + gated(x, density)));
}

}  // namespace activations_cuda::reference
