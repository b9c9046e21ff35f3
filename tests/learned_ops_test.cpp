// The evaluations of the activations with learned parameters as host code, against the oracle, one
// element at a time.
#include "support/learned_evaluation.hpp"
#include "support/learned_judge.hpp"
#include "support/samples.hpp"

#include <activations_cuda/traits.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace {

namespace act = activations_cuda;
using support::host_array;
using support::storage;

template <class T>
auto element(host_array const& a, std::size_t i) {
  T value;
  std::uint64_t const bits = a.bits(i);
  std::memcpy(static_cast<void*>(&value), &bits, sizeof(value));
  return act::to_real(value);
}
template <class T, class Real>
double stored(Real value) {
  return static_cast<double>(act::to_real(act::from_real<T>(value)));
}

template <class T, class Number>
struct host_results {
  support::learned_judge<Number>& judge;
  storage const& type;

  template <class Evaluator>
  void run() {
    using real = typename Evaluator::real;
    support::evaluation<Evaluator> const evaluate(judge.parameters().values);
    std::mt19937_64 random(support::seed());
    host_array const x = support::inputs(type, judge.knots(), random);
    host_array const dy = support::output_gradients(type, x.size(), random);
    std::vector<real> sums(judge.parameters().values.size());
    for (std::size_t i = 0; i < x.size() && !judge.gives_up(); ++i) {
      real const at = element<T>(x, i);
      real const g = element<T>(dy, i);
      real const dx = evaluate.backward(g, at);
      real const with_sums = evaluate.backward(g, at, sums);
      EXPECT_TRUE(with_sums == dx || (std::isnan(dx) && std::isnan(with_sums)))
          << "dx with the sums at " << x[i] << ", dy " << dy[i];
      judge.results_of(i, x[i], dy[i], stored<T>(evaluate.forward(at)), stored<T>(dx),
                       {sums.begin(), sums.end()});
    }
  }
};

template <class T, class Number>
void run(support::learned_subject const& subject, act_dtype dtype) {
  for (auto const& channel : subject.channels) {
    support::learned_judge<Number> judge(subject, channel, support::storages[dtype]);
    host_results<T, Number> results{judge, support::storages[dtype]};
    support::with_evaluator<act::arithmetic_for<T>>(subject.name, channel.size(), [&](auto t) {
      results.template run<typename decltype(t)::type>();
    });
  }
}

class learned_op : public testing::TestWithParam<std::size_t> {
 protected:
  support::learned_subject const& subject() const {
    return support::learned_subjects()[GetParam()];
  }
};

TEST_P(learned_op, IsWithinTheContractInFloat32) { run<float, double>(subject(), ACT_FLOAT32); }
TEST_P(learned_op, IsWithinTheContractInFloat64) {
  run<double, oracle::big>(subject(), ACT_FLOAT64);
}
TEST_P(learned_op, IsWithinTheContractInFloat16) { run<__half, double>(subject(), ACT_FLOAT16); }
TEST_P(learned_op, IsWithinTheContractInBfloat16) {
  run<__nv_bfloat16, double>(subject(), ACT_BFLOAT16);
}

INSTANTIATE_TEST_SUITE_P(evaluator, learned_op,
                         testing::Range(std::size_t{0}, support::learned_subjects().size()),
                         [](auto const& info) {
                           return support::learned_subjects()[info.param].name;
                         });

}  // namespace
