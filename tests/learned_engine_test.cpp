// The channelwise engine on the compiled kernels: y and dx are the bits of the evaluation on the host
// for every shape; sums are those of the model of the engine's order, bit for bit, and within the
// documented bound of the exact ones; nothing depends on what a call may choose freely.
#include "support/channel_model.hpp"
#include "support/device_buffer.hpp"

#include <activations_cuda/channelwise.hpp>
#include <activations_cuda/reference.hpp>

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace {

namespace act = activations_cuda;
namespace kernels = act::kernels;
using act::channel_shape;
using act::gradient_update;

/// The engine's choice of packs, as kernels/channelwise.cuh makes it.
template <class T, class Evaluator>
int mixed_width() {
  int const shortest = sizeof(T) < 4 ? 4 / static_cast<int>(sizeof(T)) : 1;
  int width = act::tuning::full_width<T>;
  while (width > shortest && width * Evaluator::count > act::tuning::channel_mixed_parameters)
    width /= 2;
  return width;
}

// An op, its evaluator with the room that the engine gives it, and how many rows its arrays have.

template <class Op>
struct with_evaluator {
  template <class Arithmetic>
  using evaluator = typename Op::template evaluator<Arithmetic>;
  static constexpr int capacity = 1;
  static Op op() { return Op{}; }
};
struct prelu : with_evaluator<act::prelu> {};
struct s_shaped_relu : with_evaluator<act::s_shaped_relu> {};
template <int hinges, int room>
struct apl {
  template <class Arithmetic>
  using evaluator = act::apl::evaluator_of<Arithmetic, room>;
  static constexpr int capacity = room;
  static act::apl op() { return act::apl(hinges); }
};

/// One call's tensors on the host.
template <class Subject, class T>
struct sample {
  using evaluator = typename Subject::template evaluator<act::arithmetic_for<T>>;
  using real = typename evaluator::real;
  using op_type = decltype(Subject::op());
  static constexpr int arrays = act::learned_count<op_type>;

  channel_shape shape;
  std::vector<T> dy, x;
  std::vector<real> learned[4];

  explicit sample(channel_shape const& shape) : shape(shape) {
    auto const n = static_cast<std::size_t>(shape.outer * shape.channels * shape.inner);
    auto const rows = static_cast<std::size_t>(act::learned_rows(Subject::op()));
    std::mt19937 random(n + rows + static_cast<std::size_t>(shape.channels));
    std::normal_distribution<float> normal;
    for (std::size_t i = 0; i < n; ++i) {
      dy.push_back(act::from_real<T>(static_cast<real>(normal(random))));
      x.push_back(act::from_real<T>(static_cast<real>(normal(random))));
    }
    for (int a = 0; a < arrays; ++a) {
      for (std::size_t i = 0; i < rows * static_cast<std::size_t>(shape.channels); ++i)
        learned[a].push_back(static_cast<real>(normal(random)));
    }
  }

  evaluator of_channel(std::int64_t channel) const {
    real parameters[evaluator::count];
    int const rows = act::learned_rows(Subject::op());
    for (int i = 0; i < evaluator::count; ++i) {
      int const array = i / Subject::capacity;
      int const row = i % Subject::capacity;
      real const missing = array == 0 ? real(0) : -std::numeric_limits<real>::infinity();
      parameters[i] = row < rows
                          ? learned[array][static_cast<std::size_t>(row * shape.channels + channel)]
                          : missing;
    }
    return evaluator(parameters);
  }
  std::int64_t channel_of(std::size_t i) const {
    return static_cast<std::int64_t>(i) / shape.inner % shape.channels;
  }
};

template <class E>
class on_device {
 public:
  on_device(std::vector<E> const& values, std::size_t offset = 0)
      : n_(values.size()), buffer_(values.size() * sizeof(E), offset) {
    if (n_ != 0) {
      support::check(
          cudaMemcpy(buffer_.get(), values.data(), n_ * sizeof(E), cudaMemcpyHostToDevice), "up");
    }
  }
  E* get() const { return static_cast<E*>(buffer_.get()); }
  std::vector<E> values() const {
    std::vector<E> result(n_);
    if (n_ != 0) {
      support::check(
          cudaMemcpy(result.data(), buffer_.get(), n_ * sizeof(E), cudaMemcpyDeviceToHost), "down");
    }
    return result;
  }

 private:
  std::size_t n_;
  support::device_buffer buffer_;
};

template <class E>
bool same_bits(std::vector<E> const& a, std::vector<E> const& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(static_cast<void const*>(a.data()),
                                   static_cast<void const*>(b.data()), a.size() * sizeof(E)) == 0);
}

template <class Subject, class T>
struct results {
  using real = typename sample<Subject, T>::real;
  std::vector<T> y, dx, fused_dx;
  std::vector<real> gradients[4], alone[4];
};

/// All calls, with parameters and gradients in the type that T computes in, and tensors that many
/// bytes off a 16-byte boundary.
template <class Subject, class T>
results<Subject, T> call(sample<Subject, T> const& s, std::size_t offset,
                         gradient_update update = gradient_update::overwrite,
                         typename sample<Subject, T>::real before = 0) {
  using real = typename sample<Subject, T>::real;
  using op_type = typename sample<Subject, T>::op_type;
  auto const op = Subject::op();
  on_device<T> const x(s.x, offset), dy(s.dy, offset);
  on_device<T> const y(s.x, offset), dx(s.x, offset), fused(s.x, offset);
  std::vector<on_device<real>> learned, gradients, alone;
  act::parameter_arrays<op_type, real const> parameters{};
  act::parameter_arrays<op_type, real> sums{}, sums_alone{};
  for (int a = 0; a < s.arrays; ++a) {
    std::vector<real> const old(s.learned[a].size(), before);
    learned.emplace_back(s.learned[a]);
    gradients.emplace_back(old);
    alone.emplace_back(old);
    parameters.array[a] = learned.back().get();
    sums.array[a] = gradients.back().get();
    sums_alone.array[a] = alone.back().get();
  }
  std::size_t const bytes = act::backward_workspace<T>(op, s.shape);
  support::device_buffer const space(bytes);
  act::workspace const workspace{space.get(), bytes};
  act::forward(op, s.shape, x.get(), parameters, y.get(), nullptr);
  act::backward(op, s.shape, dy.get(), x.get(), parameters, dx.get(), nullptr);
  act::backward(op, s.shape, dy.get(), x.get(), parameters, fused.get(), sums, update, workspace,
                nullptr);
  act::backward_parameters(op, s.shape, dy.get(), x.get(), parameters, sums_alone, update,
                           workspace, nullptr);
  support::check(cudaDeviceSynchronize(), "the calls");
  results<Subject, T> r{y.values(), dx.values(), fused.values(), {}, {}};
  for (int a = 0; a < s.arrays; ++a) {
    r.gradients[a] = gradients[static_cast<std::size_t>(a)].values();
    r.alone[a] = alone[static_cast<std::size_t>(a)].values();
  }
  return r;
}

template <class Subject, class T>
kernels::channel_plan plan_of(channel_shape const& shape, bool aligned) {
  using evaluator = typename sample<Subject, T>::evaluator;
  return kernels::plan_channels(
      shape, {static_cast<int>(sizeof(T)), static_cast<int>(sizeof(typename evaluator::real)),
              aligned ? act::tuning::full_width<T> : 1, aligned ? mixed_width<T, evaluator>() : 1,
              evaluator::count});
}

/// The model's gradients in the layout of the op's arrays.
template <class Subject, class T>
void expect_model(sample<Subject, T> const& s, results<Subject, T> const& r, bool aligned) {
  using evaluator = typename sample<Subject, T>::evaluator;
  std::vector<evaluator> channels;
  for (std::int64_t c = 0; c < s.shape.channels; ++c) channels.push_back(s.of_channel(c));
  auto const of_channel = [&](std::int64_t c) -> evaluator const& {
    return channels[static_cast<std::size_t>(c)];
  };
  support::channel_model<evaluator, T, decltype(of_channel)> model(
      plan_of<Subject, T>(s.shape, aligned), s.dy.data(), s.x.data(), of_channel);
  auto const expected = model.gradients();
  int const rows = act::learned_rows(Subject::op());
  for (int a = 0; a < s.arrays; ++a) {
    for (int row = 0; row < rows; ++row) {
      for (std::int64_t c = 0; c < s.shape.channels; ++c) {
        auto const at = static_cast<std::size_t>(row * s.shape.channels + c);
        auto const flat =
            static_cast<std::size_t>((a * Subject::capacity + row) * s.shape.channels + c);
        ASSERT_EQ(r.gradients[a][at], expected[flat])
            << "array " << a << " row " << row << " channel " << c;
      }
    }
  }
}

/// Of the exact sums, which know nothing of the plan. No term is above ten times its dy.
template <class Subject, class T>
void expect_exact(sample<Subject, T> const& s, results<Subject, T> const& r) {
  using real = typename sample<Subject, T>::real;
  using op_type = typename sample<Subject, T>::op_type;
  act::parameter_arrays<op_type, real const> parameters{};
  act::parameter_arrays<op_type, real> sums{};
  std::vector<real> exact[4];
  for (int a = 0; a < s.arrays; ++a) {
    exact[a].resize(s.learned[a].size());
    parameters.array[a] = s.learned[a].data();
    sums.array[a] = exact[a].data();
  }
  act::reference::backward_parameters(Subject::op(), s.shape, s.dy.data(), s.x.data(), parameters,
                                      sums, gradient_update::overwrite);
  std::vector<double> size(static_cast<std::size_t>(s.shape.channels));
  for (std::size_t i = 0; i < s.dy.size(); ++i)
    size[static_cast<std::size_t>(s.channel_of(i))] +=
        std::fabs(static_cast<double>(act::to_real(s.dy[i])));
  constexpr double u = std::numeric_limits<real>::epsilon() / 2;
  for (int a = 0; a < s.arrays; ++a) {
    for (std::size_t i = 0; i < exact[a].size(); ++i) {
      ASSERT_NEAR(static_cast<double>(r.gradients[a][i]), static_cast<double>(exact[a][i]),
                  600 * u * 10 * size[i % size.size()])
          << "array " << a << " at " << i;
    }
  }
}

template <class Subject, class T>
void expect_right(channel_shape const& shape, std::size_t offset) {
  sample<Subject, T> const s(shape);
  auto const r = call(s, offset);
  SCOPED_TRACE(std::to_string(shape.outer) + ", " + std::to_string(shape.channels) + ", " +
               std::to_string(shape.inner) + " offset " + std::to_string(offset));
  std::vector<T> y(s.x.size()), dx(s.x.size());
  for (std::int64_t c = 0; c < shape.channels; ++c) {
    auto const evaluate = s.of_channel(c);
    for (std::int64_t o = 0; o < shape.outer; ++o) {
      for (std::int64_t i = 0; i < shape.inner; ++i) {
        auto const at = static_cast<std::size_t>((o * shape.channels + c) * shape.inner + i);
        y[at] = act::from_real<T>(evaluate.forward(act::to_real(s.x[at])));
        dx[at] =
            act::from_real<T>(evaluate.backward(act::to_real(s.dy[at]), act::to_real(s.x[at])));
      }
    }
  }
  EXPECT_TRUE(same_bits(r.y, y)) << "y";
  EXPECT_TRUE(same_bits(r.dx, dx)) << "dx";
  EXPECT_TRUE(same_bits(r.fused_dx, dx)) << "dx beside the gradients";
  expect_model(s, r, offset % 16 == 0);
  expect_exact(s, r);
  for (int a = 0; a < s.arrays; ++a)
    EXPECT_TRUE(same_bits(r.gradients[a], r.alone[a])) << "gradients alone, array " << a;
}

// Channels and inner lengths around packs, warps, tiles and blocks; rows that merge and that do not;
// every pair of channels 1, 3, 64, 1000 and inner 1, 7, 49, 4096, the largest of them below.
constexpr channel_shape shapes[] = {
    {1, 1, 1},     {1, 1, 7},     {2, 1, 49},    {3, 1, 5},     {1, 1, 4096},  {2, 1, 70001},
    {1, 3, 1},     {70000, 3, 1}, {5, 3, 1},     {9, 3, 7},     {2, 3, 49},    {3, 3, 4096},
    {1, 64, 1},    {130, 64, 1},  {33, 64, 7},   {9, 64, 49},   {2, 64, 4096}, {1, 1000, 1},
    {70, 1000, 1}, {5, 1000, 7},  {2, 1000, 49}, {1, 1000, 64}, {3, 5, 257},   {17, 8, 16},
    {4, 2, 2056},  {3, 3, 2049},  {11, 1, 1},    {257, 16, 2},  {8, 7, 1025},  {600, 40, 3},
    {3, 2, 20011}};

template <class Subject, class T>
void run_all_shapes() {
  for (channel_shape const& shape : shapes) {
    expect_right<Subject, T>(shape, 0);
    expect_right<Subject, T>(shape, sizeof(T));
    if (testing::Test::HasFailure()) return;
  }
}

template <class T>
class learned_engine : public testing::Test {};
using types = testing::Types<float, double, __half, __nv_bfloat16>;
TYPED_TEST_SUITE(learned_engine, types);

TYPED_TEST(learned_engine, PreluOfEveryShape) {
  run_all_shapes<prelu, TypeParam>();
  expect_right<prelu, TypeParam>({1, 1000, 4096}, 0);
  expect_right<prelu, TypeParam>({1, 1000, 4096}, sizeof(TypeParam));
}
TYPED_TEST(learned_engine, SShapedReluOfEveryShape) { run_all_shapes<s_shaped_relu, TypeParam>(); }
TYPED_TEST(learned_engine, AplOfEveryShape) {
  run_all_shapes<apl<1, 2>, TypeParam>();
  for (channel_shape const& shape : {channel_shape{9, 64, 49}, {130, 64, 1}, {2, 64, 4096}}) {
    expect_right<apl<3, 4>, TypeParam>(shape, 0);
    expect_right<apl<5, 8>, TypeParam>(shape, 0);
    expect_right<apl<16, 16>, TypeParam>(shape, 0);
    expect_right<apl<16, 16>, TypeParam>(shape, sizeof(TypeParam));
  }
}

TYPED_TEST(learned_engine, GradientsCanBeAdded) {
  sample<s_shaped_relu, TypeParam> const s({40, 24, 9});
  auto const plain = call(s, 0);
  auto const added = call(s, 0, gradient_update::add, 2);
  for (int a = 0; a < s.arrays; ++a) {
    for (std::size_t i = 0; i < plain.gradients[a].size(); ++i) {
      // The sum is not rounded before it is added: half an ulp of either.
      double const exact = static_cast<double>(plain.gradients[a][i]) + 2.0;
      double const u = std::numeric_limits<typename decltype(s)::real>::epsilon();
      EXPECT_NEAR(static_cast<double>(added.gradients[a][i]), exact,
                  u * (std::fabs(exact) + std::fabs(exact - 2.0)));
    }
  }
}

TYPED_TEST(learned_engine, TwoRunsAreTheSameBits) {
  sample<prelu, TypeParam> const s({7, 33, 65});
  auto const first = call(s, 0);
  auto const second = call(s, 0);
  EXPECT_TRUE(same_bits(first.gradients[0], second.gradients[0]));
  EXPECT_TRUE(same_bits(first.fused_dx, second.fused_dx));
}

// No elements, but channels: overwritten gradients are 0, and others stay.
TYPED_TEST(learned_engine, EmptyTensorsHaveGradientsOfZero) {
  for (channel_shape const& shape : {channel_shape{0, 5, 3}, {4, 5, 0}}) {
    sample<prelu, TypeParam> const s(shape);
    auto const replaced = call(s, 0, gradient_update::overwrite, 7);
    auto const added = call(s, 0, gradient_update::add, 7);
    for (std::size_t c = 0; c < 5; ++c) {
      EXPECT_EQ(static_cast<double>(replaced.gradients[0][c]), 0.0);
      EXPECT_EQ(static_cast<double>(added.gradients[0][c]), 7.0);
    }
  }
  EXPECT_EQ(act::backward_workspace<TypeParam>(act::prelu{}, {4, 0, 3}), 0U);
}

}  // namespace
