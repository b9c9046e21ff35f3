// The ops' evaluations as host code, against the oracle: the formulas alone, without engine or
// device. What is built of exact operations (all but reciprocals and approximate instructions)
// gives the same bits there as on the device.
#include "oracle/oracle.hpp"
#include "support/samples.hpp"

#include <activations_cuda/activations.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace {

namespace act = activations_cuda;
using support::host_array;
using support::storage;

template <class T>
T element(host_array const& a, std::size_t i) {
  T value;
  std::uint64_t const bits = a.bits(i);
  std::memcpy(static_cast<void*>(&value), &bits, sizeof(value));
  return value;
}

struct tally {
  std::string what;
  storage const& type;
  double worst = 0;
  int failures = 0;
  void judge(double x, double dy, double result, oracle::big const& exact) {
    support::error const e = support::error_of(type, result, exact);
    if (!e.subnormal) worst = std::max(worst, e.ulps);
    if (!support::within_contract(type, result, e, exact) && ++failures <= 5) {
      ADD_FAILURE() << what << " at " << x << ", dy " << dy << ": " << result << " instead of "
                    << exact.to_double() << ", off by " << e.ulps << " ulp";
    }
  }
  ~tally() {
    std::printf("%-45s worst %.3f ulp\n", what.c_str(), worst);
    EXPECT_EQ(failures, 0) << what;
  }
};

template <class Op, class T>
void judge(std::string const& name, storage const& type) {
  typename Op::template evaluator<act::arithmetic_for<T>> const evaluate{Op{}};
  oracle::activation const& exact = oracle::find(name);
  act_op descriptor;
  ASSERT_EQ(act_op_from_name(name.c_str(), &descriptor), ACT_OK);
  oracle::parameters parameters;
  for (std::size_t i = 0; i < act::parameter_count<Op>; ++i) {
    using real = typename act::arithmetic_for<T>::real;
    parameters.push_back(static_cast<real>(descriptor.parameters[i]));
  }
  std::mt19937_64 random(support::seed());
  host_array const x = support::inputs(type, exact.knots(parameters), random);
  host_array const dy = support::output_gradients(type, x.size(), random);
  tally forward{name + " " + type.name + " forward", type};
  tally backward{name + " " + type.name + " backward", type};
  tally from_output{name + " " + type.name + " backward_from_output", type};
  for (std::size_t i = 0; i < x.size(); ++i) {
    auto const rounded = [](auto real) {
      return static_cast<double>(act::to_real(act::from_real<T>(real)));
    };
    auto const real_x = act::to_real(element<T>(x, i));
    auto const real_dy = act::to_real(element<T>(dy, i));
    double const y = rounded(evaluate.forward(real_x));
    forward.judge(x[i], 0, y, exact.forward(parameters, x[i]));
    backward.judge(x[i], dy[i], rounded(evaluate.backward(real_dy, real_x)),
                   exact.gradient(parameters, x[i]) * oracle::big(dy[i]));
    if constexpr (act::has_backward_from_output<Op>) {
      if (!std::isfinite(y)) continue;
      auto const real_y = static_cast<decltype(real_x)>(y);
      from_output.judge(y, dy[i], rounded(evaluate.backward_from_output(real_dy, real_y)),
                        exact.gradient_from_output(parameters, y) * oracle::big(dy[i]));
    }
  }
}

#define POINTWISE(name, formula)                                             \
  TEST(evaluator_on_host, name) {                                            \
    judge<act::name, float>(#name, support::storages[ACT_FLOAT32]);          \
    judge<act::name, double>(#name, support::storages[ACT_FLOAT64]);         \
    judge<act::name, __half>(#name, support::storages[ACT_FLOAT16]);         \
    judge<act::name, __nv_bfloat16>(#name, support::storages[ACT_BFLOAT16]); \
  }
#include <activations_cuda/activations.def>

}  // namespace
