#include "oracle/glu.hpp"

#include <stdexcept>

namespace oracle {
namespace {

// Dauphin and others 2016; Shazeer 2020.
struct {
  char const* name;
  char const* activation;
} const units[] = {{"glu", "sigmoid"},
                   {"reglu", "relu"},
                   {"geglu", "gelu"},
                   {"geglu_tanh", "gelu_tanh"},
                   {"swiglu", "silu"}};

}  // namespace

activation const& gate_of(std::string const& name) {
  for (auto const& unit : units) {
    if (unit.name == name) return find(unit.activation);
  }
  throw std::out_of_range("tests/oracle has no gated linear unit '" + name +
                          "': add its activation to glu.cpp");
}

}  // namespace oracle
