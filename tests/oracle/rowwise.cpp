#include "oracle/rowwise.hpp"

#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace oracle {
namespace {

std::size_t index_of_maximum(std::vector<big> const& z) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < z.size(); ++i) {
    if (z[i] > z[best]) best = i;
  }
  return best;
}

std::vector<big> softmax(std::vector<big> const& z) {
  big const top = maximum(z);
  std::vector<big> y;
  y.reserve(z.size());
  big sum;
  for (big const& value : z) {
    y.push_back(exp(value - top));
    sum = sum + y.back();
  }
  for (big& value : y) value = value / sum;
  return y;
}

// The logarithm of the sum of e^(z - maximum). At 200 bits 1 + e^-139 would lose its tail: one maximum
// stays out of the sum.
big logarithm_of_sum(std::vector<big> const& z) {
  std::size_t const first = index_of_maximum(z);
  big rest;
  for (std::size_t i = 0; i < z.size(); ++i) {
    if (i != first) rest = rest + exp(z[i] - z[first]);
  }
  return log1p(rest);
}

std::vector<big> log_softmax(std::vector<big> const& z) {
  big const top = maximum(z);
  big const logarithm = logarithm_of_sum(z);
  std::vector<big> y;
  y.reserve(z.size());
  for (big const& value : z) y.push_back(value - top - logarithm);
  return y;
}

row_activation const activations[] = {
    {"softmax", 1, false},
    {"log_softmax", 1, true},
    {"softmin", -1, false},
};

}  // namespace

big maximum(std::vector<big> const& logits) { return logits[index_of_maximum(logits)]; }

big log_sum_exp(std::vector<big> const& logits) {
  return maximum(logits) + logarithm_of_sum(logits);
}

std::vector<big> row_activation::logits(row const& x, double scale, row const& added) const {
  std::vector<big> z;
  z.reserve(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    bool const masked = !added.empty() && added[i] == -INFINITY;
    z.push_back(masked ? big(-INFINITY) : big(sign * scale) * big(x[i]));
    if (!masked && !added.empty()) z.back() = z.back() + big(added[i]);
  }
  return z;
}

std::vector<big> row_activation::forward(row const& x, double scale, row const& added) const {
  std::vector<big> const z = logits(x, scale, added);
  return logarithm ? log_softmax(z) : softmax(z);
}

std::vector<big> row_activation::backward(row const& dy, row const& y, double scale,
                                          absent what) const {
  double const of_masked = logarithm ? -INFINITY : 0;
  auto const is_absent = [&](std::size_t i) { return what == absent::masked && y[i] == of_masked; };
  big sum;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (!is_absent(i)) sum = sum + (logarithm ? big(dy[i]) : big(dy[i]) * big(y[i]));
  }
  std::vector<big> dx;
  dx.reserve(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    big const slope =
        logarithm ? big(dy[i]) - exp(big(y[i])) * sum : big(y[i]) * (big(dy[i]) - sum);
    dx.push_back(is_absent(i) ? big() : big(sign * scale) * slope);
  }
  return dx;
}

row_activation const& find_row(std::string const& name) {
  for (row_activation const& a : activations) {
    if (a.name == name) return a;
  }
  throw std::out_of_range("tests/oracle has no row-wise activation '" + name +
                          "': add its formula to rowwise.cpp");
}

}  // namespace oracle
