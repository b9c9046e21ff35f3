#include "support/branch_points.hpp"

#include <activations_cuda/ops.hpp>

#include <map>
#include <type_traits>

namespace support {
namespace {

template <class Op, class = void>
struct knots_of {
  static std::vector<double> get() { return {}; }
};
template <class Op>
struct knots_of<Op, std::void_t<decltype(Op::knots)>> {
  static std::vector<double> get() {
    std::vector<double> all;
    for (double const knot : Op::knots) {
      all.push_back(knot);
      if (knot != 0) all.push_back(-knot);
    }
    return all;
  }
};

}  // namespace

std::vector<double> branch_points(std::string const& op) {
  static std::map<std::string, std::vector<double>> const table{
#define POINTWISE(name, formula) {#name, knots_of<activations_cuda::name>::get()},
#include <activations_cuda/activations.def>
  };
  return table.at(op);
}

}  // namespace support
