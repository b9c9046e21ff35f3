// Sums and products in double without their rounding, for the references.
#pragma once

#include <cmath>

namespace activations_cuda::reference {

/// A sum that carries what its additions round away (Neumaier 1974).
class compensated_sum {
 public:
  void add(double term) {
    double const next = sum_ + term;
    lost_ += std::fabs(sum_) >= std::fabs(term) ? (sum_ - next) + term : (term - next) + sum_;
    sum_ = next;
  }
  double value() const { return std::isfinite(sum_) ? sum_ + lost_ : sum_; }

 private:
  double sum_ = 0;
  double lost_ = 0;
};

/// A number in two parts, the second what rounding to the first has lost; 0 where that is not finite.
struct exact {
  double rounded;
  double lost;
};

/// a + b exactly (Knuth's TwoSum).
inline exact sum_of(double a, double b) {
  double const rounded = a + b;
  if (!std::isfinite(rounded)) return {rounded, 0};
  double const taken = rounded - a;
  return {rounded, (a - (rounded - taken)) + (b - taken)};
}

/// a b exactly, but for what is below the smallest number. Through a volatile, lest a compiler fuses
/// the product with a later sum.
inline exact product_of(double a, double b) {
  double const volatile product = a * b;
  double const rounded = product;
  return {rounded, std::isfinite(rounded) ? std::fma(a, b, -rounded) : 0};
}

/// a plus what is small beside it.
inline exact operator+(exact const& a, double small) {
  return std::isfinite(a.rounded) ? sum_of(a.rounded, a.lost + small) : a;
}

/// e^x
inline double exponential_of(exact const& x) {
  double const e = std::exp(x.rounded);
  return e + e * x.lost;
}

}  // namespace activations_cuda::reference
