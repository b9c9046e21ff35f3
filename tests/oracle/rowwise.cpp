#include "oracle/rowwise.hpp"

#include <cstddef>
#include <stdexcept>

namespace oracle {
namespace {

std::size_t index_of_maximum(row const& x) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < x.size(); ++i) {
    if (x[i] > x[best]) best = i;
  }
  return best;
}

std::vector<big> softmax(row const& x) {
  big const maximum = x[index_of_maximum(x)];
  std::vector<big> y;
  y.reserve(x.size());
  big sum;
  for (double const value : x) {
    y.push_back(exp(big(value) - maximum));
    sum = sum + y.back();
  }
  for (big& value : y) value = value / sum;
  return y;
}

std::vector<big> softmax_gradient(row const& dy, row const& y) {
  big sum;
  for (std::size_t i = 0; i < y.size(); ++i) sum = sum + big(dy[i]) * big(y[i]);
  std::vector<big> dx;
  dx.reserve(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) dx.push_back(big(y[i]) * (big(dy[i]) - sum));
  return dx;
}

// At 200 bits 1 + e^-139 would lose its tail: one maximum stays out of the sum.
std::vector<big> log_softmax(row const& x) {
  std::size_t const first = index_of_maximum(x);
  big const maximum = x[first];
  big rest;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (i != first) rest = rest + exp(big(x[i]) - maximum);
  }
  big const logarithm = log1p(rest);
  std::vector<big> y;
  y.reserve(x.size());
  for (double const value : x) y.push_back(big(value) - maximum - logarithm);
  return y;
}

std::vector<big> log_softmax_gradient(row const& dy, row const& y) {
  big sum;
  for (double const value : dy) sum = sum + big(value);
  std::vector<big> dx;
  dx.reserve(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) dx.push_back(big(dy[i]) - exp(big(y[i])) * sum);
  return dx;
}

row_activation const activations[] = {
    {"softmax", softmax, softmax_gradient, false},
    {"log_softmax", log_softmax, log_softmax_gradient, true},
};

}  // namespace

row_activation const& find_row(std::string const& name) {
  for (row_activation const& a : activations) {
    if (a.name == name) return a;
  }
  throw std::out_of_range("tests/oracle has no row-wise activation '" + name +
                          "': add its formula to rowwise.cpp");
}

}  // namespace oracle
