// The C++ API's rules: every bad argument throws in words and launches nothing; each exception's
// type; every op and type links. What must not compile is in the traits that the calls assert.
#include "support/device_buffer.hpp"
#include "support/refusal.hpp"

#include <activations_cuda/activations.hpp>
#include <activations_cuda/reference.hpp>
#include <activations_cuda/softmax.hpp>

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <type_traits>

namespace {

namespace act = activations_cuda;
using support::calls;
using support::device_buffer;
using support::expect_refusal;
using support::refusal;

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

// What the calls demand of their types.
struct no_activation {};
static_assert(act::is_pointwise<act::relu> && !act::is_rowwise<act::relu>);
static_assert(act::is_rowwise<act::softmax> && !act::is_pointwise<act::softmax>);
static_assert(act::is_rowwise<act::softmin> && std::is_trivially_copyable_v<act::softmin>);
static_assert(!act::is_pointwise<no_activation> && !act::is_rowwise<no_activation>);
static_assert(act::contains<act::element_types, __half> && !act::contains<act::element_types, int>);
static_assert(act::has_backward_from_output<act::leaky_relu>);
static_assert(!act::has_backward_from_output<act::heaviside>);

class cpp_api : public testing::Test {
 protected:
  cpp_api() { support::check(cudaMemset(buffer.get(), 0, 4096), "cudaMemset"); }
  device_buffer const buffer{4096};
  float* const x = static_cast<float*>(buffer.get());
  float* const y = x + 256;
  float* const z = x + 512;
  float* const none = nullptr;
  float* const odd = reinterpret_cast<float*>(reinterpret_cast<char*>(x) + 2);
};

TEST_F(cpp_api, PointwiseRefusesEachBadArgument) {
  act::tanh const op;
  expect_refusal({"n is -1", "0 or more"}, [&] { act::forward(op, x, y, -1, nullptr); });
  expect_refusal({"n is 9223372036854775807", "4 bytes", "2305843009213693951"},
                 [&] { act::forward(op, x, y, most, nullptr); });
  expect_refusal({"x is null", "n = 8"}, [&] { act::forward(op, none, y, 8, nullptr); });
  expect_refusal({"y is null"}, [&] { act::forward(op, x, none, 8, nullptr); });
  expect_refusal({"x is 0x", "aligned", "4 bytes"}, [&] { act::forward(op, odd, y, 8, nullptr); });
  expect_refusal({"y (0x", "overlaps x", "in place"},
                 [&] { act::forward(op, x, x + 7, 8, nullptr); });
  expect_refusal({"dy is null"}, [&] { act::backward(op, none, x, y, 8, nullptr); });
  expect_refusal({"dx is 0x", "aligned"}, [&] { act::backward(op, x, y, odd, 8, nullptr); });
  expect_refusal({"dx (0x", "overlaps dy"}, [&] { act::backward(op, x, z, x + 1, 8, nullptr); });
  expect_refusal({"dx (0x", "overlaps x"}, [&] { act::backward(op, z, x, x + 1, 8, nullptr); });
  expect_refusal({"n is -2"}, [&] { act::backward_from_output(op, x, y, z, -2, nullptr); });
  expect_refusal({"y is null"}, [&] { act::backward_from_output(op, x, none, z, 2, nullptr); });
  auto* const end = reinterpret_cast<float*>(~std::uintptr_t{15});
  expect_refusal({"x is 0x", "address space"}, [&] { act::forward(op, end, y, 8, nullptr); });
}

TEST_F(cpp_api, RowwiseRefusesEachBadArgument) {
  act::log_softmax const op;
  expect_refusal({"rows is -1", "0 or more"}, [&] { act::forward(op, x, y, -1, 4, nullptr); });
  expect_refusal({"columns is -4", "0 or more"}, [&] { act::forward(op, x, y, 0, -4, nullptr); });
  expect_refusal({"rows is 4294967296 and columns is 4294967296", "product"}, [&] {
    act::forward(op, x, y, std::int64_t{1} << 32, std::int64_t{1} << 32, nullptr);
  });
  expect_refusal({"x is null", "rows * columns = 8 elements"},
                 [&] { act::forward(op, none, y, 2, 4, nullptr); });
  expect_refusal({"y (0x", "overlaps x"}, [&] { act::forward(op, x, x + 7, 2, 4, nullptr); });
  expect_refusal({"dy is 0x", "aligned"}, [&] { act::backward(op, odd, x, y, 2, 4, nullptr); });
  expect_refusal({"dx (0x", "overlaps y"}, [&] { act::backward(op, z, x, x + 7, 2, 4, nullptr); });
}

// A message names the arguments that the call has: rows and columns, not n.
TEST_F(cpp_api, RowwiseRefusalsSpeakOfRowsAndColumns) {
  act::softmax const op;
  std::function<void()> const calls[] = {
      [&] { act::forward(op, none, y, 2, 4, nullptr); },
      [&] { act::forward(op, x, none, 2, 4, nullptr); },
      [&] { act::backward(op, x, none, z, 2, 4, nullptr); },
      [&] { act::forward(op, x, y, -1, 4, nullptr); },
      [&] { act::forward(op, x, y, 1, -4, nullptr); },
      [&] { act::forward(op, x, y, most, 4, nullptr); },
      [&] { act::reference::forward(op, x, none, 2, 4); },
      [&] { act::reference::forward(op, x, y, most, 4); },
  };
  for (auto const& call : calls) {
    std::string const words = refusal(call);
    EXPECT_FALSE(words.empty());
    for (char const* const foreign : {"n =", "n is"})
      EXPECT_EQ((' ' + words).find(std::string(" ") + foreign), std::string::npos) << words;
  }
}

TEST_F(cpp_api, RefusesBadParametersByType) {
  double const bad[] = {NAN, INFINITY, -INFINITY};
  for (double const value : bad) {
    expect_refusal({"slope is ", "finite"},
                   [&] { act::forward(act::leaky_relu{value}, x, y, 0, nullptr); });
    expect_refusal({"threshold is ", "finite"}, [&] {
      act::forward(act::heaviside{value, 0, 1}, x, y, 8, nullptr);
    });
  }
  expect_refusal({"slope is 1.0000000000000001e+300", "float32"},
                 [&] { act::forward(act::leaky_relu{1e300}, x, y, 8, nullptr); });
  auto* const wide = reinterpret_cast<double*>(x);
  EXPECT_NO_THROW(act::forward(act::leaky_relu{1e300}, wide, wide, 8, nullptr));
}

TEST_F(cpp_api, SaysWhereTheOutputHidesTheGradient) {
  EXPECT_THROW(act::backward_from_output(act::leaky_relu{-0.5}, x, y, z, 0, nullptr),
               act::unsupported);
  EXPECT_NO_THROW(act::backward_from_output(act::leaky_relu{0}, x, y, z, 0, nullptr));
}

TEST_F(cpp_api, NothingToDoIsNoError) {
  long const before = calls().launches;
  act::forward(act::relu{}, none, none, 0, nullptr);
  act::forward(act::relu{}, odd, x, 0, nullptr);
  act::forward(act::softmax{}, none, none, 0, 5, nullptr);
  act::backward(act::softmax{}, none, none, none, 5, 0, nullptr);
  EXPECT_EQ(calls().launches, before);
}

// Inputs may overlap each other as they like.
TEST_F(cpp_api, InputsMayOverlap) {
  EXPECT_NO_THROW(act::backward(act::tanh{}, x, x + 1, y, 8, nullptr));
  EXPECT_NO_THROW(act::backward(act::tanh{}, x, x, y, 8, nullptr));
  EXPECT_NO_THROW(act::backward(act::tanh{}, x, x, x, 8, nullptr));
  EXPECT_NO_THROW(act::forward(act::tanh{}, x, x + 8, 8, nullptr)) << "neighbours are apart";
  support::check(cudaDeviceSynchronize(), "all launches");
}

// Out of reach of constant propagation, and for a processor that could fuse.
#ifdef __clang__
#define OPAQUE optnone, noinline
#else
#define OPAQUE noipa
#endif
#ifdef __x86_64__
#define MAY_FUSE __attribute__((target("fma"), OPAQUE))
bool const fuses = __builtin_cpu_supports("fma");
#else
#define MAY_FUSE __attribute__((OPAQUE))
bool const fuses = true;
#endif
template <class Real>
MAY_FUSE Real product_plus_fusing(Real a, Real b, Real c) {
  return act::math::product(a, b) + c;
}
template <class Real>
__attribute__((OPAQUE)) Real product_plus_separate(Real a, Real b, Real c) {
  return act::math::product(a, b) + c;
}
template <class Real>
Real product_plus(Real a, Real b, Real c) {
  return fuses ? product_plus_fusing(a, b, c) : product_plus_separate(a, b, c);
}

// a * a = 1 + 2u + u^2 rounds to 1 + 2u. Fused, u^2 would be left.
TEST_F(cpp_api, ProductsAreNotContractedOnTheHost) {
  float const a = 1 + std::ldexp(1.0F, -14);
  EXPECT_EQ(product_plus(a, a, -1 - std::ldexp(1.0F, -13)), 0);
  double const b = 1 + std::ldexp(1.0, -30);
  EXPECT_EQ(product_plus(b, b, -1 - std::ldexp(1.0, -29)), 0);
}

// The payload of a NaN becomes the exponent of its e^x, which may be any int.
TEST_F(cpp_api, EveryNaNStaysNaNOnTheHost) {
  auto const sigmoid = act::functor<double>(act::sigmoid{});
  auto const tanh = act::functor<double>(act::tanh{});
  for (char const* const payload : {"0", "0x3ffffffff", "0x7ffffbff", "0x7fffffff", "0x80000000"}) {
    double const nan = std::nan(payload);
    for (double const x : {nan, -nan}) {
      EXPECT_TRUE(std::isnan(sigmoid(x)) && std::isnan(sigmoid.backward(1, x))) << payload;
      EXPECT_TRUE(std::isnan(tanh(x)) && std::isnan(tanh.backward(1, x))) << payload;
    }
  }
  EXPECT_EQ(act::math::power_of_two<double>(-1022), std::numeric_limits<double>::min());
  EXPECT_EQ(act::math::power_of_two<float>(127), std::ldexp(1.0F, 127));
}

template <class T>
void launch_each_op(device_buffer const& buffer) {
  T* const at = static_cast<T*>(buffer.get());
  act::for_each(act::pointwise_ops{}, [&](auto tag) {
    using op = typename decltype(tag)::type;
    static_assert(std::is_trivially_copyable_v<op>);
    act::forward(op{}, at, at, 9, nullptr);
    act::backward(op{}, at, at, at, 9, nullptr);
    if constexpr (act::has_backward_from_output<op>)
      act::backward_from_output(op{}, at, at, at, 9, nullptr);
  });
  act::for_each(act::rowwise_ops{}, [&](auto tag) {
    using op = typename decltype(tag)::type;
    act::forward(op{}, at, at, 3, 3, nullptr);
    act::backward(op{}, at, at, at, 3, 3, nullptr);
    act::softmax_shape const shape{3, 4, 2};
    auto const in = act::contiguous<T const>(at, shape);
    auto const out = act::contiguous(at, shape);
    act::softmax_options<T> options;
    options.empty = act::empty_rows::zeros;
    act::forward(op{}, shape, in, out, options, nullptr);
    act::backward(op{}, shape, in, in, out, options, nullptr);
    EXPECT_EQ(act::softmax_workspace<T>(op{}, shape), 0U);
  });
}

TEST_F(cpp_api, HasEveryOpForEveryType) {
  launch_each_op<float>(buffer);
  launch_each_op<double>(buffer);
  launch_each_op<__half>(buffer);
  launch_each_op<__nv_bfloat16>(buffer);
  support::check(cudaDeviceSynchronize(), "all launches");
}

}  // namespace
