// Sums and differences in double whose rounding does not grow with the number of terms, for the
// references.
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

/// a - b = rounded + lost exactly (Knuth's TwoSum); lost is 0 where rounded is not finite.
struct difference {
  double rounded;
  double lost;
  difference(double a, double b) : rounded(a - b), lost(0) {
    if (!std::isfinite(rounded)) return;
    double const taken = rounded - a;
    lost = (a - (rounded - taken)) - (b + taken);
  }
};

/// e^(a - b), the difference's own rounding made good.
inline double exponential_of(difference const& d) {
  double const e = std::exp(d.rounded);
  return e + e * d.lost;
}

}  // namespace activations_cuda::reference
