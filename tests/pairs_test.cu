// Evaluations that are written for pairs of float32 numbers: each of the two gets the bits that it
// gets alone. On the device functor_test says so, where pairs are used (other_capabilities.cmake).
#include "../kernels/pointwise.cuh"
#include "support/samples.hpp"

#include <activations_cuda/activations.h>
#include <activations_cuda/ops.hpp>

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace {

namespace act = activations_cuda;
namespace kernels = activations_cuda::kernels;
using act::math::float_pair;

template <class Op>
using reduced = typename Op::template evaluator<act::reduced_arithmetic>;

template <template <class> class Direction, class Op>
constexpr bool in_pairs() {
  return kernels::takes_pairs<Direction<reduced<Op>>>;
}

class on_host : public testing::Test {
 protected:
  std::mt19937_64 random{support::seed()};

  /// Any sign, magnitudes of 2^-30 to 2^9.
  float number() {
    std::uniform_real_distribution<double> exponent(-30, 9);
    auto const magnitude = static_cast<float>(std::exp2(exponent(random)));
    return random() % 2 == 0 ? magnitude : -magnitude;
  }

  template <class... Arguments, class Function>
  void expect_each_alone(std::string const& name, Function const& function,
                         Arguments const&... pairs) {
    float_pair const both = function(pairs...);
    float const alone[] = {function(pairs.first...), function(pairs.second...)};
    EXPECT_EQ(std::memcmp(&both, alone, sizeof(both)), 0)
        << name << " of a pair: " << both.first << ", " << both.second << "; alone: " << alone[0]
        << ", " << alone[1];
  }
};

TEST_F(on_host, EachOfAPairGetsTheBitsThatItGetsAlone) {
  int index = 0;
  act::for_each(act::pointwise_ops{}, [&](auto tag) {
    using op = typename decltype(tag)::type;
    std::string const name = act_op_name(index++);
    reduced<op> const f{op{}};
    for (int i = 0; i < 1000; ++i) {
      float_pair const dy(number(), number());
      float_pair const x(number(), number());
      if constexpr (in_pairs<kernels::forward_function, op>())
        expect_each_alone(
            name, [&](auto at) { return f.forward(at); }, x);
      if constexpr (in_pairs<kernels::backward_function, op>())
        expect_each_alone(
            name, [&](auto d, auto at) { return f.backward(d, at); }, dy, x);
      if constexpr (act::has_backward_from_output<op>) {
        if constexpr (in_pairs<kernels::backward_from_output_function, op>())
          expect_each_alone(
              name, [&](auto d, auto at) { return f.backward_from_output(d, at); }, dy, x);
      }
    }
  });
}

}  // namespace
