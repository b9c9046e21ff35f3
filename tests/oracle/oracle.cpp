#include "oracle/oracle.hpp"

#include <stdexcept>

namespace oracle {
namespace {

std::vector<double> no_knots(parameters const&) { return {}; }
std::vector<double> at_zero(parameters const&) { return {0.0}; }

activation const activations[] = {
    {"identity", [](parameters const&, big const& x) { return x; },
     [](parameters const&, big const&) { return big(1); },
     [](parameters const&, big const&) { return big(1); }, no_knots},
    // threshold, a0, a1
    {"heaviside", [](parameters const& p, big const& x) { return big(x < p[0] ? p[1] : p[2]); },
     [](parameters const&, big const&) { return big(0); }, nullptr,
     [](parameters const& p) { return std::vector<double>{p[0]}; }, true},
    {"sigmoid", [](parameters const&, big const& x) { return big(1) / (big(1) + exp(-x)); },
     [](parameters const&, big const& x) {
       return big(1) / (big(1) + exp(-x)) / (big(1) + exp(x));
     },
     [](parameters const&, big const& y) { return y * (big(1) - y); }, no_knots},
    {"tanh", [](parameters const&, big const& x) { return tanh(x); },
     [](parameters const&, big const& x) { return sech(x) * sech(x); },
     [](parameters const&, big const& y) { return big(1) - y * y; }, no_knots},
    {"relu", [](parameters const&, big const& x) { return x > 0 ? x : big(0); },
     [](parameters const&, big const& x) { return big(x > 0 ? 1 : 0); },
     [](parameters const&, big const& y) { return big(y > 0 ? 1 : 0); }, at_zero},
    // slope
    {"leaky_relu", [](parameters const& p, big const& x) { return x > 0 ? x : big(p[0]) * x; },
     [](parameters const& p, big const& x) { return big(x > 0 ? 1 : p[0]); },
     [](parameters const& p, big const& y) { return big(y > 0 ? 1 : p[0]); }, at_zero},
};

}  // namespace

activation const& find(std::string const& name) {
  for (activation const& a : activations) {
    if (a.name == name) return a;
  }
  throw std::out_of_range("tests/oracle has no activation '" + name +
                          "': add its formula to oracle.cpp");
}

}  // namespace oracle
