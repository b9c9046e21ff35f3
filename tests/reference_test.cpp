// The public references: against the oracle, finite differences of themselves, and the guide's
// published values.
#include "support/pointwise_oracle.hpp"
#include "support/samples.hpp"
#include "support/slope.hpp"

#include <activations_cuda/reference.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

namespace act = activations_cuda;
using support::direction;
using support::host_array;

template <class Op>
double forward_of(Op const& op, double x) {
  double y = NAN;
  act::reference::forward(op, &x, &y, 1);
  return y;
}

template <class Op>
double gradient_of(Op const& op, double x) {
  double const dy = 1;
  double dx = NAN;
  act::reference::backward(op, &dy, &x, &dx, 1);
  return dx;
}

// In double the references promise a few ulp; 8 is what their three to five library calls and
// operations can add up to. A narrower type is rounded to once: half an ulp, and what of the 8 ulp
// of double is left of it, and of the oracle's 2^-10 of float32.
template <class T, class Number>
void expect_agreement(support::storage const& type) {
  double const allowed = type.dtype == ACT_FLOAT64 ? 8 : 0.5 + 0x1p-10;
  int index = 0;  // the type list and the C ABI follow the same table
  act::for_each(act::pointwise_ops{}, [&](auto tag) {
    using op = typename decltype(tag)::type;
    std::string const name = act_op_name(index++);
    oracle::activation const& exact = oracle::find(name);
    oracle::parameters const parameters =
        support::rounded_parameters(support::op_named(name), type);
    std::mt19937_64 random(support::seed());
    host_array const x = support::inputs(type, exact.knots(parameters), random);
    host_array const dy = support::output_gradients(type, x.size(), random);
    host_array y(type, x.size());
    host_array dx(type, x.size());
    auto const n = static_cast<std::int64_t>(x.size());
    auto const expect = [&](direction way, host_array const& saved, host_array const& results) {
      for (std::size_t i = 0; i < saved.size(); ++i) {
        if (!std::isfinite(saved[i])) continue;
        auto const value = support::exact_result<Number>(exact, way, parameters, dy[i], saved[i]);
        ASSERT_LE(support::error_of(type, results[i], value).ulps, allowed)
            << name << " " << type.name << " " << to_string(way) << " at " << saved[i] << ", dy "
            << dy[i] << ": " << results[i];
      }
    };
    act::reference::forward(op{}, x.as<T>(), y.as<T>(), n);
    expect(direction::forward, x, y);
    act::reference::backward(op{}, dy.as<T>(), x.as<T>(), dx.as<T>(), n);
    expect(direction::backward, x, dx);
    if constexpr (act::has_backward_from_output<op>) {
      act::reference::backward_from_output(op{}, dy.as<T>(), y.as<T>(), dx.as<T>(), n);
      expect(direction::backward_from_output, y, dx);
    }
  });
}

TEST(reference, AgreesWithTheOracleInFloat32) {
  expect_agreement<float, double>(support::storages[ACT_FLOAT32]);
}
TEST(reference, AgreesWithTheOracleInFloat64) {
  expect_agreement<double, oracle::big>(support::storages[ACT_FLOAT64]);
}
TEST(reference, AgreesWithTheOracleInFloat16) {
  expect_agreement<__half, double>(support::storages[ACT_FLOAT16]);
}
TEST(reference, AgreesWithTheOracleInBfloat16) {
  expect_agreement<__nv_bfloat16, double>(support::storages[ACT_BFLOAT16]);
}

// Away from knots.
TEST(reference, GradientsAreTheSlopesOfTheFunctions) {
  int index = 0;  // the type list and the C ABI follow the same table
  act::for_each(act::pointwise_ops{}, [&](auto tag) {
    using op = typename decltype(tag)::type;
    act_op const descriptor = support::op_named(act_op_name(index++));
    for (double x = -8.03; x < 8; x += 0.37) {
      if (support::near_knot(descriptor, x, 3 * support::slope_step)) continue;
      double const slope = support::slope([](double at) { return forward_of(op{}, at); }, x);
      ASSERT_NEAR(gradient_of(op{}, x), slope, 1e-8) << act_op_name(index - 1) << " at " << x;
    }
  });
}

TEST(reference, RowwiseGradientsAreTheSlopesOfTheFunctions) {
  // Central differences: error h^2 |f'''| / 6 + 2^-52 |f| / h, below 1e-8 for h = 1e-5.
  act::for_each(act::rowwise_ops{}, [](auto tag) {
    typename decltype(tag)::type const op;
    constexpr double h = 1e-5;
    std::vector<double> const x{0.3, -1.2, 2.0, 0.1, -0.7};
    std::vector<double> const dy{1.0, -2.0, 0.5, 0.0, 3.0};
    auto const columns = static_cast<std::int64_t>(x.size());
    auto const loss = [&](std::vector<double> const& at) {
      std::vector<double> y(x.size());
      act::reference::forward(op, at.data(), y.data(), 1, columns);
      double sum = 0;
      for (std::size_t i = 0; i < y.size(); ++i) sum += dy[i] * y[i];
      return sum;
    };
    std::vector<double> y(x.size());
    std::vector<double> dx(x.size());
    act::reference::forward(op, x.data(), y.data(), 1, columns);
    act::reference::backward(op, dy.data(), y.data(), dx.data(), 1, columns);
    for (std::size_t i = 0; i < x.size(); ++i) {
      std::vector<double> up = x;
      std::vector<double> down = x;
      up[i] += h;
      down[i] -= h;
      EXPECT_NEAR(dx[i], (loss(up) - loss(down)) / (2 * h), 1e-8) << "column " << i;
    }
  });
}

TEST(reference, SoftmaxHasItsSpecialRows) {
  double const inf = INFINITY;
  std::vector<std::vector<double>> const undefined{{-inf, -inf}, {1, inf}, {NAN, 1}, {1, NAN}};
  act::for_each(act::rowwise_ops{}, [&](auto tag) {
    typename decltype(tag)::type const op;
    bool const turned = std::is_same_v<decltype(op), act::softmin const>;
    for (auto x : undefined) {
      if (turned) std::transform(x.begin(), x.end(), x.begin(), std::negate<>());
      double y[2] = {0, 0};
      act::reference::forward(op, x.data(), y, 1, 2);
      EXPECT_TRUE(std::isnan(y[0]) && std::isnan(y[1])) << x[0] << ", " << x[1];
    }
  });
  double const masked[] = {-inf, 0, 0, -inf};
  double y[4];
  act::reference::forward(act::softmax{}, masked, y, 1, 4);
  EXPECT_EQ(y[0], 0);
  EXPECT_EQ(y[1], 0.5);
  act::reference::forward(act::log_softmax{}, masked, y, 1, 4);
  EXPECT_EQ(y[0], -inf);
  EXPECT_DOUBLE_EQ(y[1], -std::log(2.0));
  // A dominant column keeps its digits: -log1p(e^-40).
  double const dominant[] = {0, -40};
  act::reference::forward(act::log_softmax{}, dominant, y, 1, 2);
  EXPECT_DOUBLE_EQ(y[0], -std::exp(-40.0));
}

// The guide's values, some of which are truncated there: to 1e-4.
TEST(reference, GivesTheGuidesValues) {
  EXPECT_EQ(forward_of(act::heaviside{}, 2), 1);
  EXPECT_EQ(forward_of(act::heaviside{}, -4), 0);
  EXPECT_EQ(forward_of(act::heaviside{}, 0), 1);
  EXPECT_NEAR(forward_of(act::sigmoid{}, 4), .982, 1e-4);
  EXPECT_NEAR(forward_of(act::sigmoid{}, -3), .0474, 1e-4);
  EXPECT_NEAR(forward_of(act::sigmoid{}, -5), .0067, 1e-4);
  EXPECT_NEAR(forward_of(act::tanh{}, 2), .9640, 1e-4);
  EXPECT_NEAR(forward_of(act::tanh{}, -.567), -.5131, 1e-4);
  EXPECT_EQ(forward_of(act::tanh{}, 0), 0);
  EXPECT_EQ(forward_of(act::relu{}, -5), 0);
  EXPECT_EQ(forward_of(act::relu{}, 0), 0);
  EXPECT_EQ(forward_of(act::relu{}, 5), 5);
  EXPECT_EQ(forward_of(act::identity{}, -4), -4);
  EXPECT_DOUBLE_EQ(forward_of(act::leaky_relu{}, -5), -0.05);
}

TEST(reference, RefusesBadArguments) {
  double x = 0;
  EXPECT_THROW(act::reference::forward(act::relu{}, &x, &x, -1), std::invalid_argument);
  EXPECT_THROW(act::reference::forward(act::leaky_relu{NAN}, &x, &x, 1), std::invalid_argument);
  EXPECT_THROW(act::reference::backward_from_output(act::leaky_relu{-1}, &x, &x, &x, 1),
               act::unsupported);
  __half half{};
  EXPECT_THROW(
      act::reference::backward_from_output(act::hard_tanh{-1, 0.1}, &half, &half, &half, 1),
      act::unsupported);
  EXPECT_THROW(act::reference::forward(act::softmax{}, &x, &x, -1, 1), std::invalid_argument);
  double* const none = nullptr;
  EXPECT_THROW(act::reference::forward(act::relu{}, none, &x, 1), std::invalid_argument);
}

}  // namespace
