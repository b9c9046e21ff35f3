// The rules of the random activations' interfaces: names and parameters, inference, and every bad
// argument refused in words and without a launch, through C, C++ and the references.
#include "support/random_call.hpp"
#include "support/refusal.hpp"

#include <activations_cuda/random.hpp>
#include <activations_cuda/reference.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <type_traits>

namespace {

namespace act = activations_cuda;
using support::device_buffer;
using support::expect_refusal;
using support::expect_words;

static_assert(act::is_random<act::rrelu> && !act::is_random<act::leaky_relu>);
static_assert(!act::is_pointwise<act::rrelu> && !act::is_rowwise<act::rrelu>);
static_assert(sizeof(act_random_position) == 40, "part of the ABI");

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

TEST(random_c_api, KnowsEachNameOfTheTable) {
  ASSERT_GT(act_random_count(), 0);
  for (int i = 0; i < act_random_count(); ++i) {
    act_random op;
    EXPECT_EQ(act_random_from_name(act_random_name(i), &op), ACT_OK);
    EXPECT_NE(act_random_formula(i), nullptr);
    for (int p = 0; p < act_random_parameter_count(i); ++p) {
      double value = NAN;
      EXPECT_EQ(act_random_get(&op, act_random_parameter_name(i, p), &value), ACT_OK);
      EXPECT_TRUE(std::isfinite(value));
      for (double const bad : {double(NAN), double(INFINITY)}) {
        EXPECT_EQ(act_random_set(&op, act_random_parameter_name(i, p), bad), ACT_INVALID_ARGUMENT);
        expect_words({act_random_parameter_name(i, p), act_random_parameter_allowed(i, p)});
      }
    }
    EXPECT_EQ(act_random_parameter_name(i, act_random_parameter_count(i)), nullptr);
    EXPECT_EQ(act_random_parameter_allowed(i, -1), nullptr);
  }
  for (int const outside : {-1, act_random_count()}) {
    EXPECT_EQ(act_random_name(outside), nullptr);
    EXPECT_EQ(act_random_formula(outside), nullptr);
    EXPECT_EQ(act_random_parameter_count(outside), 0);
  }
}

TEST(random_c_api, HasPyTorchsDefaults) {
  act_random const op = support::random_named("rrelu");
  double lower = 0;
  double upper = 0;
  ASSERT_EQ(act_random_get(&op, "lower", &lower), ACT_OK);
  ASSERT_EQ(act_random_get(&op, "upper", &upper), ACT_OK);
  EXPECT_EQ(lower, 1.0 / 8);
  EXPECT_EQ(upper, 1.0 / 3);
}

TEST(random_c_api, RefusesUnknownNamesAndLeavesTheDescriptorAlone) {
  act_random op = support::random_named("rrelu");
  act_random const before = op;
  EXPECT_EQ(act_random_from_name("rreluu", &op), ACT_INVALID_ARGUMENT);
  expect_words({"act_random_from_name", "name is \"rreluu\"", "rrelu"});
  EXPECT_EQ(act_random_from_name("relu", &op), ACT_INVALID_ARGUMENT);
  expect_words({"works on single elements", "act_op_from_name"});
  EXPECT_EQ(act_random_from_name(nullptr, &op), ACT_INVALID_ARGUMENT);
  EXPECT_EQ(act_random_from_name("rrelu", nullptr), ACT_INVALID_ARGUMENT);
  expect_words({"op is null", "act_random"});
  EXPECT_EQ(act_random_set(&op, "slope", 1), ACT_INVALID_ARGUMENT);
  expect_words({"slope", "rrelu has lower, upper"});
  EXPECT_EQ(std::memcmp(&op, &before, sizeof(op)), 0);
  act_op other;
  EXPECT_EQ(act_op_from_name("rrelu", &other), ACT_INVALID_ARGUMENT);
  expect_words({"draws random numbers", "act_random_from_name"});
}

TEST(random_c_api, RefusesBadDescriptorsTypesAndPositions) {
  act_random const op = support::random_named("rrelu");
  act_random const empty{};
  act_random_position const position{};
  auto const forward = [](act_random const* f, int dtype, act_random_position const* where) {
    return act_random_forward(f, static_cast<act_dtype>(dtype), nullptr, nullptr, 0, where,
                              nullptr);
  };
  EXPECT_EQ(forward(&op, ACT_FLOAT32, &position), ACT_OK);
  EXPECT_EQ(forward(&op, ACT_FLOAT32, nullptr), ACT_INVALID_ARGUMENT);
  expect_words({"act_random_forward", "position is null", "act_random_position"});
  EXPECT_EQ(forward(&op, 4, &position), ACT_INVALID_ARGUMENT);
  expect_words({"dtype is 4"});
  EXPECT_EQ(forward(&empty, ACT_FLOAT32, &position), ACT_INVALID_ARGUMENT);
  expect_words({"struct_size", "act_random_from_name"});
  EXPECT_EQ(forward(nullptr, ACT_FLOAT32, &position), ACT_INVALID_ARGUMENT);
  EXPECT_EQ(act_random_backward(&op, ACT_FLOAT32, nullptr, nullptr, nullptr, 0, nullptr, nullptr),
            ACT_INVALID_ARGUMENT);
  expect_words({"act_random_backward", "position is null"});
  EXPECT_EQ(act_random_slopes(&op, ACT_FLOAT32, nullptr, 0, nullptr, nullptr),
            ACT_INVALID_ARGUMENT);
  expect_words({"act_random_slopes", "position is null"});
}

TEST(random_c_api, InferenceIsLeakyReluWithTheMeanSlope) {
  act_random const op = support::random_named("rrelu");
  act_op inference;
  double slope = 0;
  ASSERT_EQ(act_random_inference(&op, ACT_SLOPE_MEAN_ARITHMETIC, &inference), ACT_OK);
  ASSERT_EQ(act_op_get(&inference, "slope", &slope), ACT_OK);
  EXPECT_EQ(slope, (1.0 / 8 + 1.0 / 3) / 2);
  EXPECT_STREQ(act_op_name(static_cast<int>(inference.index)), "leaky_relu");
  ASSERT_EQ(act_random_inference(&op, ACT_SLOPE_MEAN_HARMONIC, &inference), ACT_OK);
  ASSERT_EQ(act_op_get(&inference, "slope", &slope), ACT_OK);
  EXPECT_NEAR(slope, 1 / 5.5, 1e-16);
  auto const& type = support::storages[ACT_FLOAT64];
  EXPECT_EQ(support::call(inference, support::direction::forward, nullptr,
                          support::host_array::of(type, {-11}))[0],
            -11 * slope);

  act_op const before = inference;
  EXPECT_EQ(act_random_inference(&op, static_cast<act_slope_mean>(2), &inference),
            ACT_INVALID_ARGUMENT);
  expect_words({"act_random_inference", "mean is 2", "ACT_SLOPE_MEAN_HARMONIC (1)"});
  EXPECT_EQ(act_random_inference(&op, ACT_SLOPE_MEAN_ARITHMETIC, nullptr), ACT_INVALID_ARGUMENT);
  expect_words({"inference is null"});
  act_random const from_zero = support::rrelu_between(0, 1);
  EXPECT_EQ(act_random_inference(&from_zero, ACT_SLOPE_MEAN_HARMONIC, &inference),
            ACT_INVALID_ARGUMENT);
  expect_words({"lower is 0", "above 0"});
  act_random const turned = support::rrelu_between(2, 1);
  EXPECT_EQ(act_random_inference(&turned, ACT_SLOPE_MEAN_ARITHMETIC, &inference),
            ACT_INVALID_ARGUMENT);
  expect_words({"lower must be at most upper"});
  EXPECT_EQ(std::memcmp(&inference, &before, sizeof(before)), 0);
}

// The same refusals from the device's functions and from the references'.
template <bool on_device>
struct random_calls {
  template <class T>
  static void forward(act::rrelu const& op, T const* x, T* y, std::int64_t n,
                      act::random_position const& position = {}) {
    if constexpr (on_device) {
      act::forward(op, x, y, n, position, nullptr);
    } else {
      act::reference::forward(op, x, y, n, position);
    }
  }
  template <class T>
  static void backward(act::rrelu const& op, T const* dy, T const* x, T* dx, std::int64_t n,
                       act::random_position const& position = {}) {
    if constexpr (on_device) {
      act::backward(op, dy, x, dx, n, position, nullptr);
    } else {
      act::reference::backward(op, dy, x, dx, n, position);
    }
  }
  template <class Real>
  static void slopes(act::rrelu const& op, Real* slope, std::int64_t n,
                     act::random_position const& position = {}) {
    if constexpr (on_device) {
      act::slopes(op, slope, n, position, nullptr);
    } else {
      act::reference::slopes(op, slope, n, position);
    }
  }
};

template <class Calls>
class random_contract : public testing::Test {
 protected:
  static constexpr bool on_device = std::is_same_v<Calls, random_calls<true>>;
  random_contract() {
    if (on_device) support::check(cudaMemset(buffer.get(), 0, 4096), "cudaMemset");
  }
  device_buffer const buffer{4096};
  alignas(16) float host[1024] = {};
  act::rrelu const op;
  float* const x = on_device ? static_cast<float*>(buffer.get()) : host;
  float* const y = x + 64;
  float* const dy = x + 128;
  float* const none = nullptr;
  float* const odd = reinterpret_cast<float*>(reinterpret_cast<char*>(x) + 2);
  std::uint64_t const* const number = reinterpret_cast<std::uint64_t*>(x + 256);

  std::uint64_t const* number_at(float const* place) const {
    return reinterpret_cast<std::uint64_t const*>(place);
  }
};
using both = testing::Types<random_calls<true>, random_calls<false>>;
struct call_names {
  template <class Calls>
  static std::string GetName(int) {
    return std::is_same_v<Calls, random_calls<true>> ? "on_device" : "reference";
  }
};
TYPED_TEST_SUITE(random_contract, both, call_names);

TYPED_TEST(random_contract, RefusesBadBounds) {
  using on = TypeParam;
  auto* const x = this->x;
  auto* const y = this->y;
  act::rrelu const turned{0.5, 0.25};
  expect_refusal({"lower is 0.5", "upper is 0.25", "lower must be at most upper"},
                 [&] { on::forward(turned, x, y, 8); });
  expect_refusal({"lower is 0.5"}, [&] { on::backward(turned, x, x, y, 8); });
  expect_refusal({"lower is 0.5"}, [&] { on::slopes(turned, x, 0); });
  expect_refusal({"lower is nan", "finite"}, [&] { on::forward({NAN, 1}, x, y, 8); });
  expect_refusal({"upper is inf", "finite"}, [&] { on::forward({0, INFINITY}, x, y, 8); });
  expect_refusal({"upper is 1.0000000000000001e+300", "float32"}, [&] {
    on::forward({0, 1e300}, x, y, 8);
  });
  EXPECT_NO_THROW(on::slopes(act::rrelu{-1e300, 1e300}, reinterpret_cast<double*>(x), 8));
}

TYPED_TEST(random_contract, RefusesBadTensors) {
  using on = TypeParam;
  auto* const x = this->x;
  auto* const y = this->y;
  auto* const dy = this->dy;
  auto* const none = this->none;
  auto* const odd = this->odd;
  auto const& op = this->op;
  expect_refusal({"n is -1"}, [&] { on::forward(op, x, y, -1); });
  expect_refusal({"n is -1"}, [&] { on::slopes(op, y, -1); });
  expect_refusal({"n is 9223372036854775807"}, [&] { on::backward(op, dy, x, y, most); });
  expect_refusal({"x is null"}, [&] { on::forward(op, none, y, 8); });
  expect_refusal({"y is null"}, [&] { on::forward(op, x, none, 8); });
  expect_refusal({"dy is null"}, [&] { on::backward(op, none, x, y, 8); });
  expect_refusal({"dx is null"}, [&] { on::backward(op, dy, x, none, 8); });
  expect_refusal({"slope is null"}, [&] { on::slopes(op, none, 8); });
  expect_refusal({"x is 0x", "aligned"}, [&] { on::forward(op, odd, y, 8); });
  expect_refusal({"slope is 0x", "aligned"}, [&] { on::slopes(op, odd, 8); });
  expect_refusal({"y (0x", "overlaps x"}, [&] { on::forward(op, x, x + 1, 8); });
  expect_refusal({"dx (0x", "overlaps dy"}, [&] { on::backward(op, dy, x, dy + 7, 8); });
  EXPECT_NO_THROW(on::forward(op, none, odd, 0));
  EXPECT_NO_THROW(on::slopes(op, none, 0));
  EXPECT_NO_THROW(on::forward(op, x, x, 8));
  EXPECT_NO_THROW(on::backward(op, dy, x, dy, 8));
}

TYPED_TEST(random_contract, RefusesBadPositions) {
  using on = TypeParam;
  using act::random_position;
  auto* const x = this->x;
  auto* const y = this->y;
  auto* const dy = this->dy;
  auto const& op = this->op;
  auto const* const number = this->number;
  expect_refusal({"first_element is -1", "0 or more"}, [&] {
    on::forward(op, x, y, 8, {1, 2, -1});
  });
  expect_refusal({"first_element is -1"}, [&] { on::slopes(op, y, 0, {1, 2, -1}); });
  expect_refusal({"first_element is 9223372036854775800", "n is 8", "9223372036854775807"}, [&] {
    on::backward(op, dy, x, y, 8, {1, 2, most - 7});
  });
  EXPECT_NO_THROW(on::backward(op, dy, x, y, 8, {1, 2, most - 8}));
  EXPECT_NO_THROW(on::slopes(op, y, 8, {1, ~0ULL, most - 8}));
  auto const at = [&](float const* place) { return this->number_at(place); };
  expect_refusal({"device_seed is 0x", "aligned", "8 bytes"}, [&] {
    on::forward(op, x, y, 8, random_position::in_device_memory(at(dy + 1), number));
  });
  expect_refusal({"device_offset is 0x", "aligned"}, [&] {
    on::forward(op, x, y, 8, random_position::in_device_memory(number, at(dy + 1)));
  });
  expect_refusal({"y (0x", "32 bytes", "overlaps device_seed", "apart"}, [&] {
    on::forward(op, x, y, 8, random_position::in_device_memory(at(y + 6), number));
  });
  expect_refusal({"dx (0x", "overlaps device_offset"}, [&] {
    on::backward(op, dy, x, y + 1, 8, random_position::in_device_memory(number, at(y)));
  });
  expect_refusal({"slope (0x", "overlaps device_offset"},
                 [&] { on::slopes(op, y, 8, random_position::in_device_memory(number, at(y))); });
  // An input may hold them; and they may lie beside an output.
  EXPECT_NO_THROW(on::forward(op, x, y, 8, random_position::in_device_memory(at(x), at(x + 2))));
  EXPECT_NO_THROW(
      on::forward(op, x, y, 8, random_position::in_device_memory(at(y + 8), at(y - 2))));
  EXPECT_NO_THROW(on::forward(op, x, y, 0, random_position::in_device_memory(at(dy + 1), at(y))));
  support::check(cudaDeviceSynchronize(), "all launches");
}

template <class T>
void launch_each(device_buffer const& buffer) {
  T* const at = static_cast<T*>(buffer.get());
  act::for_each(act::random_ops{}, [&](auto tag) {
    typename decltype(tag)::type const op;
    static_assert(std::is_trivially_copyable_v<decltype(op)>);
    act::forward(op, at, at, 9, {1, 2, 3}, nullptr);
    act::backward(op, at, at, at, 9, {1, 2, 3}, nullptr);
    act::forward(op.inference(), at, at, 9, nullptr);
    using real = typename act::arithmetic_for<T>::real;
    act::slopes(op, reinterpret_cast<real*>(at), 9, {1, 2, 3}, nullptr);
  });
}

TEST(random_cpp_api, HasEveryActivationForEveryType) {
  device_buffer const buffer(4096);
  support::check(cudaMemset(buffer.get(), 0, 4096), "cudaMemset");
  launch_each<float>(buffer);
  launch_each<double>(buffer);
  launch_each<__half>(buffer);
  launch_each<__nv_bfloat16>(buffer);
  support::check(cudaDeviceSynchronize(), "all launches");
}

}  // namespace
