// The public references of the gated linear units: against the oracle, finite differences of
// themselves, and one another over strides and layouts.
#include "support/glu_judge.hpp"
#include "support/glu_subjects.hpp"
#include "support/samples.hpp"

#include <activations_cuda/glu.hpp>
#include <activations_cuda/reference.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace {

namespace act = activations_cuda;
using support::glu_result;
using support::host_array;

// The activations' references promise 8 ulp in double; a product puts up to 2 of its ulps where its
// factor had one, and adds half of one; for dgate, another product comes before. A narrower type is
// rounded to once: half an ulp, and what of the 18 ulp of double is left of it, and of the oracle's
// 2^-10 of float32.
template <class T, class Number>
void expect_agreement(support::storage const& type) {
  double const allowed = type.dtype == ACT_FLOAT64 ? 18 : 0.5 + 0x1p-10;
  int index = 0;  // the type list and the C ABI follow the same table
  act::for_each(act::glu_ops{}, [&](auto tag) {
    typename decltype(tag)::type const op;
    std::string const name = act_glu_name(index++);
    oracle::activation const& f = oracle::gate_of(name);
    auto const parameters = support::rounded_parameters(support::glu_named(name), type);
    std::mt19937_64 random(support::seed());
    host_array const gate = support::inputs(type, f.knots(parameters), random);
    host_array const up = support::output_gradients(type, gate.size(), random);
    host_array const dy = support::output_gradients(type, gate.size(), random);
    host_array y(type, gate.size());
    host_array dgate = y;
    host_array dup = y;
    auto const n = static_cast<std::int64_t>(gate.size());
    act::reference::forward(op, gate.as<T>(), n, up.as<T>(), n, y.as<T>(), n, 1, n);
    act::reference::backward(op, dy.as<T>(), n, gate.as<T>(), n, up.as<T>(), n, dgate.as<T>(), n,
                             dup.as<T>(), n, 1, n);
    auto const expect = [&](glu_result which, host_array const& results) {
      for (std::size_t i = 0; i < results.size(); ++i) {
        auto const exact =
            support::exact_product<Number>(type, f, parameters, which, gate[i], up[i], dy[i]);
        bool const by_slack = type.dtype == ACT_FLOAT64 && exact.slack > 0;
        if (by_slack &&
            support::within_contract(type, results[i],
                                     support::error_of(type, results[i], exact.exact), exact))
          continue;
        ASSERT_LE(support::error_of(type, results[i], exact.exact).ulps, allowed)
            << name << " " << type.name << " " << to_string(which) << " of gate " << gate[i]
            << ", up " << up[i] << ", dy " << dy[i] << ": " << results[i];
      }
    };
    expect(glu_result::y, y);
    expect(glu_result::dgate, dgate);
    expect(glu_result::dup, dup);
  });
}

TEST(reference_glu, AgreesWithTheOracleInFloat32) {
  expect_agreement<float, double>(support::storages[ACT_FLOAT32]);
}
TEST(reference_glu, AgreesWithTheOracleInFloat64) {
  expect_agreement<double, oracle::big>(support::storages[ACT_FLOAT64]);
}
TEST(reference_glu, AgreesWithTheOracleInFloat16) {
  expect_agreement<__half, double>(support::storages[ACT_FLOAT16]);
}
TEST(reference_glu, AgreesWithTheOracleInBfloat16) {
  expect_agreement<__nv_bfloat16, double>(support::storages[ACT_BFLOAT16]);
}

// Central differences, away from knots: error h^2 |f'''| up / 6 + 2^-52 |y| / h, below 1e-8 for
// h = 1e-5.
TEST(reference_glu, GradientsAreTheSlopesOfTheFunctions) {
  act::for_each(act::glu_ops{}, [](auto tag) {
    typename decltype(tag)::type const op;
    constexpr double h = 1e-5;
    auto const y_of = [&](double gate, double up) {
      double y = NAN;
      act::reference::forward(op, &gate, 1, &up, 1, &y, 1, 1, 1);
      return y;
    };
    for (double gate = -8.03; gate < 8; gate += 0.37) {
      double const up = 1.5 - gate / 5;
      double const dy = -2;
      double dgate = NAN;
      double dup = NAN;
      act::reference::backward(op, &dy, 1, &gate, 1, &up, 1, &dgate, 1, &dup, 1, 1, 1);
      EXPECT_NEAR(dgate, dy * (y_of(gate + h, up) - y_of(gate - h, up)) / (2 * h), 4e-8) << gate;
      EXPECT_NEAR(dup, dy * (y_of(gate, up + h) - y_of(gate, up - h)) / (2 * h), 4e-8) << gate;
    }
  });
}

// By hand: rows of 2 with a stride of 3 and of 5 for pairs; -1 stands where nothing is.
TEST(reference_glu, KnowsStridesAndLayouts) {
  act::reglu const op;
  double const gate[] = {1, 2, -1, 3, 4};
  double const up[] = {10, 20, -1, 30, 40};
  std::vector<double> const expected_y{10, 40, -1, 90, 160};
  std::vector<double> y(5, -1.0);
  act::reference::forward(op, gate, 3, up, 3, y.data(), 3, 2, 2);
  EXPECT_EQ(y, expected_y);
  struct {
    act::glu_layout layout;
    std::vector<double> x, dx;
  } const cases[] = {{act::glu_layout::gate_first,
                      {1, 2, 10, 20, -1, 3, 4, 30, 40},
                      {20, 40, 2, 4, -1, 60, 80, 6, 8}},
                     {act::glu_layout::gate_second,
                      {10, 20, 1, 2, -1, 30, 40, 3, 4},
                      {2, 4, 20, 40, -1, 6, 8, 60, 80}},
                     {act::glu_layout::interleaved,
                      {1, 10, 2, 20, -1, 3, 30, 4, 40},
                      {20, 2, 40, 4, -1, 60, 6, 80, 8}}};
  double const dy[] = {2, 2, -1, 2, 2};
  for (auto const& c : cases) {
    std::vector<double> packed_y(5, -1.0);
    act::reference::forward(op, c.layout, c.x.data(), 5, packed_y.data(), 3, 2, 2);
    EXPECT_EQ(packed_y, expected_y);
    std::vector<double> dx(9, -1.0);
    act::reference::backward(op, c.layout, dy, 3, c.x.data(), 5, dx.data(), 5, 2, 2);
    EXPECT_EQ(dx, c.dx);
  }
}

TEST(reference_glu, RefusesBadParameters) {
  act::for_each(act::glu_ops{}, [](auto tag) {
    using op = typename decltype(tag)::type;
    if constexpr (act::parameter_count<op> != 0) {
      op bad;
      bad.*op::parameters[0].member = NAN;
      double x = 0;
      EXPECT_THROW(act::reference::forward(bad, &x, 1, &x, 1, &x, 1, 1, 1), std::invalid_argument);
    }
  });
}

}  // namespace
