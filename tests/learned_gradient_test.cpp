// The gradients of the activations with learned parameters over shapes, as the compiled kernels give
// them: those by x and by every parameter are slopes of the kernels' own functions; and what is not
// plain IEEE arithmetic, and so not in learned_engine_test bit for bit, agrees with the reference.
#include "support/learned_call.hpp"
#include "support/slope.hpp"

#include <activations_cuda/reference.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace act = activations_cuda;
using support::host_array;
using support::storage;

using values = std::vector<double>;

/// One call's tensors.
class learned_call {
 public:
  learned_call(act_learned const& op, act::channel_shape const& shape)
      : op(op),
        shape(shape),
        rows(static_cast<std::int64_t>(support::learned_rows(op))),
        arrays(act_learned_array_count(static_cast<int>(op.index))) {
    // Thresholds and hinges at quarters, x an eighth away: further than a slope looks.
    auto const quarter = [&](int most) {
      return 0.25 * (static_cast<int>(random_() % static_cast<unsigned>(2 * most + 1)) - most);
    };
    std::normal_distribution<double> normal;
    for (std::int64_t i = 0; i < n(); ++i) {
      x.push_back(quarter(15) + 0.125);
      dy.push_back(normal(random_));
    }
    learned.resize(static_cast<std::size_t>(arrays));
    for (values& array : learned) {
      for (std::int64_t i = 0; i < rows * shape.channels; ++i) {
        double const value = quarter(8);
        array.push_back(value == 0 ? 0.5 : value);
      }
    }
  }

  std::int64_t n() const { return shape.outer * shape.channels * shape.inner; }
  std::size_t channel_of(std::size_t i) const {
    return i / static_cast<std::size_t>(shape.inner) % static_cast<std::size_t>(shape.channels);
  }
  support::learned_operands on_device(storage const& type) const {
    storage const& wide = support::storages[type.bytes == 2 ? ACT_FLOAT32 : type.dtype];
    std::vector<host_array> of_type;
    for (values const& array : learned) of_type.push_back(host_array::of(wide, array));
    return {op,
            type,
            wide,
            {shape.outer, shape.channels, shape.inner},
            host_array::of(type, x),
            host_array::of(type, dy),
            of_type};
  }
  std::string words() const {
    return std::string(act_learned_name(static_cast<int>(op.index))) + " of " +
           std::to_string(shape.outer) + ", " + std::to_string(shape.channels) + ", " +
           std::to_string(shape.inner);
  }

  act_learned op;
  act::channel_shape shape;
  std::int64_t rows;
  int arrays;
  values x, dy;
  std::vector<values> learned;

 private:
  std::mt19937 random_{20'240'610};
};

std::vector<act_learned> every_activation() {
  std::vector<act_learned> all;
  for (int i = 0; i < act_learned_count(); ++i)
    all.push_back(support::learned_named(act_learned_name(i)));
  all.push_back(support::apl_of(3));
  return all;
}

/// y(step) for x or a parameter moved by a step, as slope() asks for it: in double, all elements at
/// once.
template <class Move>
std::vector<double> slopes(learned_call const& call, Move const& move) {
  constexpr double h = support::slope_step;
  auto const y = [&](double step) {
    learned_call moved = call;
    move(moved, step);
    auto const device = moved.on_device(support::storages[ACT_FLOAT64]);
    device.forward();
    return device.y();
  };
  host_array const at[] = {y(-2 * h), y(-h), y(h), y(2 * h)};
  std::vector<double> result;
  for (std::size_t i = 0; i < call.x.size(); ++i) {
    result.push_back(support::slope(
        [&](double step) { return at[step < 0 ? (step < -h ? 0 : 1) : (step > h ? 3 : 2)][i]; },
        0));
  }
  return result;
}

// support/slope.hpp: the difference's own error is below 1e-10 for |y| up to 8, and y is off by up to
// 4 ulp, 2^-48 of that, which the steps make 18 / 12 2^14 times as large: another 1e-10.
constexpr double slope_error = 1e-9;

TEST(learned_gradient, IsTheSlopeOfTheKernels) {
  act::channel_shape const shapes[] = {{1, 1, 7},   {70000, 1, 1}, {5, 3, 1},   {2, 3, 4096},
                                       {3, 64, 49}, {2, 1000, 1},  {1, 1000, 7}};
  for (act_learned const& op : every_activation()) {
    for (act::channel_shape const& shape : shapes) {
      learned_call const call(op, shape);
      SCOPED_TRACE(call.words());
      auto const device = call.on_device(support::storages[ACT_FLOAT64]);
      device.backward_with_parameters(ACT_OVERWRITE);
      host_array const dx = device.dx();
      auto const by_x = slopes(call, [](learned_call& moved, double step) {
        for (double& x : moved.x) x += step;
      });
      auto const channels = static_cast<std::size_t>(shape.channels);
      values size(channels);
      for (std::size_t i = 0; i < call.x.size(); ++i) {
        ASSERT_NEAR(dx[i], call.dy[i] * by_x[i], slope_error * std::fabs(call.dy[i])) << i;
        size[call.channel_of(i)] += std::fabs(call.dy[i]);
      }
      for (std::size_t a = 0; a < device.arrays(); ++a) {
        host_array const gradient = device.gradient(a);
        for (std::size_t row = 0; row < static_cast<std::size_t>(call.rows); ++row) {
          auto const by = slopes(call, [&](learned_call& moved, double step) {
            for (std::size_t c = 0; c < channels; ++c) moved.learned[a][row * channels + c] += step;
          });
          values sum(channels);
          for (std::size_t i = 0; i < by.size(); ++i) sum[call.channel_of(i)] += call.dy[i] * by[i];
          for (std::size_t c = 0; c < channels; ++c) {
            ASSERT_NEAR(gradient[row * channels + c], sum[c], slope_error * size[c])
                << "array " << a << " row " << row << " channel " << c;
          }
        }
      }
    }
  }
}

struct reference_results {
  values y, dx, gradient;
};
template <class Op>
reference_results reference_of(learned_call const& call) {
  act::parameter_arrays<Op, double const> const learned{{call.learned[0].data()}};
  reference_results r{values(call.x.size()), values(call.x.size()), values(call.learned[0].size())};
  act::parameter_arrays<Op, double> const gradients{{r.gradient.data()}};
  act::reference::forward(Op{}, call.shape, call.x.data(), learned, r.y.data());
  act::reference::backward(Op{}, call.shape, call.dy.data(), call.x.data(), learned, r.dx.data());
  act::reference::backward_parameters(Op{}, call.shape, call.dy.data(), call.x.data(), learned,
                                      gradients, act::gradient_update::overwrite);
  return r;
}

// Whether each element meets its own channel; accuracy tests are stricter. Beside the contract's ulps
// learned_snake's phase is rounded, which its gradients multiply by up to 2 |phase| = 16: 16 roundings
// more. A term is off by 2^-15 at most, and sums by 600 roundings.
template <class Op>
void expect_reference(char const* name) {
  act::channel_shape const shapes[] = {{1, 1, 4096}, {3, 1, 5},    {20000, 3, 1}, {9, 3, 7},
                                       {2, 3, 49},   {1, 3, 4096}, {33, 64, 1},   {5, 64, 7},
                                       {2, 64, 49},  {5, 1000, 1}, {1, 1000, 7}};
  for (act::channel_shape const& shape : shapes) {
    for (storage const& type : support::storages) {
      learned_call call(support::learned_named(name), shape);
      for (double& dy : call.dy) dy = support::decode(type, support::encode(type, dy));
      SCOPED_TRACE(call.words() + " " + type.name);
      reference_results const expected = reference_of<Op>(call);
      auto const device = call.on_device(type);
      device.forward();
      device.backward_with_parameters(ACT_OVERWRITE);
      host_array const y = device.y();
      host_array const dx = device.dx();
      double const u = std::ldexp(0.5, -type.mantissa_bits);
      auto const channels = static_cast<std::size_t>(shape.channels);
      values size(channels);
      for (std::size_t i = 0; i < call.x.size(); ++i) {
        ASSERT_NEAR(y[i], expected.y[i], 32 * u * std::fabs(call.x[i])) << i;
        ASSERT_NEAR(dx[i], expected.dx[i], 2 * 32 * u * std::fabs(call.dy[i])) << i;
        size[call.channel_of(i)] += 2 * std::fabs(call.dy[i]) * call.x[i] * call.x[i];
      }
      double const per_size = type.bytes == 8 ? 640 * u : type.bytes == 4 ? 640 * u : 0x1p-14;
      host_array const gradient = device.gradient(0);
      for (std::size_t c = 0; c < channels; ++c)
        ASSERT_NEAR(gradient[c], expected.gradient[c], per_size * size[c]) << "channel " << c;
    }
  }
}

TEST(learned_gradient, OfSwishIsTheReferences) { expect_reference<act::swish>("swish"); }
TEST(learned_gradient, OfLearnedSnakeIsTheReferences) {
  expect_reference<act::learned_snake>("learned_snake");
}

// Empty dimensions, of every activation and type: overwritten gradients are 0, and nothing is added.
TEST(learned_gradient, OfNothingIsZero) {
  for (act_learned const& op : every_activation()) {
    for (storage const& type : support::storages) {
      for (act::channel_shape const& shape :
           {act::channel_shape{0, 5, 3}, {4, 5, 0}, {0, 5, 0}, {4, 0, 3}, {0, 0, 0}}) {
        learned_call const call(op, shape);
        SCOPED_TRACE(call.words() + " " + type.name);
        auto const device = call.on_device(type);
        device.forward();
        device.backward();
        device.backward_with_parameters(ACT_OVERWRITE);
        device.backward_parameters(ACT_OVERWRITE);
        device.backward_with_parameters(ACT_ADD);
        for (std::size_t a = 0; a < device.arrays(); ++a) {
          host_array const gradient = device.gradient(a);
          ASSERT_EQ(gradient.size(), call.learned[a].size());
          for (std::size_t i = 0; i < gradient.size(); ++i) ASSERT_EQ(gradient[i], 0.0);
        }
      }
    }
  }
}

}  // namespace
