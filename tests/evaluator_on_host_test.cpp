// The ops' evaluations as host code, against the oracle: the formulas alone, without engine or
// device. What is built of exact operations (all but reciprocals and approximate instructions)
// gives the same bits there as on the device.
#include "support/contract.hpp"
#include "support/pointwise_oracle.hpp"
#include "support/samples.hpp"

#include <activations_cuda/activations.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace {

namespace act = activations_cuda;
using support::direction;
using support::host_array;
using support::storage;

template <class T>
T element(host_array const& a, std::size_t i) {
  T value;
  std::uint64_t const bits = a.bits(i);
  std::memcpy(static_cast<void*>(&value), &bits, sizeof(value));
  return value;
}

template <class Op, class T, class Number>
class judge {
 public:
  judge(std::string const& name, storage const& type)
      : name_(name),
        type_(type),
        exact_(oracle::find(name)),
        parameters_(support::rounded_parameters(support::op_named(name), type)) {}

  void run() {
    std::mt19937_64 random(support::seed());
    host_array const x = support::inputs(type_, exact_.knots(parameters_), random);
    host_array const dy = support::output_gradients(type_, x.size(), random);
    host_array y(type_, x.size());
    std::vector<double> result(x.size());
    auto const each = [&](auto const& function) {
      for (std::size_t i = 0; i < x.size(); ++i) {
        auto const real = function(act::to_real(element<T>(dy, i)), act::to_real(element<T>(x, i)),
                                   act::to_real(element<T>(y, i)));
        result[i] = static_cast<double>(act::to_real(act::from_real<T>(real)));
      }
    };
    each([&](auto, auto at, auto) { return evaluate_.forward(at); });
    expect(direction::forward, dy, x, result);
    for (std::size_t i = 0; i < x.size(); ++i) y.set(i, result[i]);
    each([&](auto gradient, auto at, auto) { return evaluate_.backward(gradient, at); });
    expect(direction::backward, dy, x, result);
    if constexpr (act::has_backward_from_output<Op>) {
      each([&](auto gradient, auto, auto output) {
        return evaluate_.backward_from_output(gradient, output);
      });
      expect(direction::backward_from_output, dy, y, result);
    }
  }

 private:
  void expect(direction way, host_array const& dy, host_array const& saved,
              std::vector<double> const& result) const {
    double worst = 0;
    int failures = 0;
    for (std::size_t i = 0; i < saved.size(); ++i) {
      if (!std::isfinite(saved[i])) continue;
      auto const exact = support::exact_result<Number>(exact_, way, parameters_, dy[i], saved[i]);
      support::error const e = support::error_of(type_, result[i], exact);
      if (!e.subnormal) worst = std::max(worst, e.ulps);
      if (!support::within_contract(type_, result[i], e, exact) && ++failures <= 5) {
        ADD_FAILURE() << to_string(way) << " at " << saved[i] << ", dy " << dy[i] << ": "
                      << result[i] << " instead of " << support::to_double(exact.value)
                      << ", off by " << e.ulps << " ulp";
      }
    }
    std::string const what = name_ + " " + type_.name + " " + to_string(way);
    std::printf("%-45s worst %.3f ulp\n", what.c_str(), worst);
    EXPECT_EQ(failures, 0) << what;
  }

  std::string const name_;
  storage const& type_;
  oracle::activation const& exact_;
  oracle::parameters const parameters_;
  typename Op::template evaluator<act::arithmetic_for<T>> const evaluate_{Op{}};
};

template <class Op, class T, class Number = double>
void run(std::string const& name, act_dtype dtype) {
  judge<Op, T, Number>(name, support::storages[dtype]).run();
}

#define POINTWISE(name, formula)                             \
  TEST(evaluator_on_host, name) {                            \
    run<act::name, float>(#name, ACT_FLOAT32);               \
    run<act::name, double, oracle::big>(#name, ACT_FLOAT64); \
    run<act::name, __half>(#name, ACT_FLOAT16);              \
    run<act::name, __nv_bfloat16>(#name, ACT_BFLOAT16);      \
  }
#include <activations_cuda/activations.def>

}  // namespace
