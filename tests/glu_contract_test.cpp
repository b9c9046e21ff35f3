// The rules of the gated linear units' interfaces: names and parameters, and every bad argument
// refused in words and without a launch, through C, C++ and the references.
#include "support/glu_call.hpp"
#include "support/refusal.hpp"

#include <activations_cuda/glu.hpp>
#include <activations_cuda/reference.hpp>

#include <cmath>
#include <cstring>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <type_traits>

namespace {

namespace act = activations_cuda;
using act::glu_layout;
using support::device_buffer;
using support::expect_refusal;
using support::expect_words;

static_assert(act::is_glu<act::reglu> && !act::is_glu<act::relu>);
static_assert(!act::is_pointwise<act::reglu> && !act::is_rowwise<act::reglu>);
static_assert(!act::has_backward_from_output<act::glu>);

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

TEST(glu_c_api, KnowsEachNameOfTheTable) {
  ASSERT_GT(act_glu_count(), 0);
  for (int i = 0; i < act_glu_count(); ++i) {
    act_glu op;
    EXPECT_EQ(act_glu_from_name(act_glu_name(i), &op), ACT_OK);
    EXPECT_NE(act_glu_formula(i), nullptr);
    for (int p = 0; p < act_glu_parameter_count(i); ++p) {
      double value = NAN;
      EXPECT_EQ(act_glu_get(&op, act_glu_parameter_name(i, p), &value), ACT_OK);
      EXPECT_TRUE(std::isfinite(value));
      EXPECT_EQ(act_glu_set(&op, act_glu_parameter_name(i, p), NAN), ACT_INVALID_ARGUMENT);
      expect_words({act_glu_parameter_name(i, p), act_glu_parameter_allowed(i, p)});
    }
    EXPECT_EQ(act_glu_parameter_name(i, act_glu_parameter_count(i)), nullptr);
    EXPECT_EQ(act_glu_parameter_allowed(i, -1), nullptr);
  }
  for (int const outside : {-1, act_glu_count()}) {
    EXPECT_EQ(act_glu_name(outside), nullptr);
    EXPECT_EQ(act_glu_formula(outside), nullptr);
    EXPECT_EQ(act_glu_parameter_count(outside), 0);
  }
}

TEST(glu_c_api, RefusesUnknownNamesAndLeavesTheDescriptorAlone) {
  act_glu op = support::glu_named("glu");
  act_glu const before = op;
  EXPECT_EQ(act_glu_from_name("glue", &op), ACT_INVALID_ARGUMENT);
  expect_words({"act_glu_from_name", "name is \"glue\"", "glu, reglu"});
  EXPECT_EQ(act_glu_from_name("sigmoid", &op), ACT_INVALID_ARGUMENT);
  expect_words({"works on single elements", "act_op_from_name"});
  EXPECT_EQ(act_glu_from_name("softmax", &op), ACT_INVALID_ARGUMENT);
  expect_words({"works on rows", "act_softmax_from_name"});
  EXPECT_EQ(act_glu_from_name(nullptr, &op), ACT_INVALID_ARGUMENT);
  EXPECT_EQ(act_glu_from_name("glu", nullptr), ACT_INVALID_ARGUMENT);
  expect_words({"op is null", "act_glu"});
  EXPECT_EQ(act_glu_set(&op, "beta", 1), ACT_INVALID_ARGUMENT);
  expect_words({"beta", "glu has no parameters"});
  EXPECT_EQ(std::memcmp(&op, &before, sizeof(op)), 0);
  act_op other;
  EXPECT_EQ(act_op_from_name("glu", &other), ACT_INVALID_ARGUMENT);
  expect_words({"takes a gate", "act_glu_from_name"});
}

TEST(glu_c_api, RefusesBadDescriptorsTypesAndLayouts) {
  act_glu const op = support::glu_named("glu");
  act_glu const empty{};
  auto const forward = [](act_glu const* unit, int dtype, int layout) {
    return act_glu_packed_forward(unit, static_cast<act_dtype>(dtype),
                                  static_cast<act_glu_layout>(layout), nullptr, 8, nullptr, 4, 0, 4,
                                  nullptr);
  };
  EXPECT_EQ(forward(&op, ACT_FLOAT32, ACT_GLU_INTERLEAVED), ACT_OK);
  EXPECT_EQ(forward(&op, ACT_FLOAT32, 3), ACT_INVALID_ARGUMENT);
  expect_words({"act_glu_packed_forward", "layout is 3", "gate_first (0)", "interleaved (2)"});
  EXPECT_EQ(forward(&op, 4, ACT_GLU_INTERLEAVED), ACT_INVALID_ARGUMENT);
  expect_words({"dtype is 4"});
  EXPECT_EQ(forward(&empty, ACT_FLOAT32, ACT_GLU_INTERLEAVED), ACT_INVALID_ARGUMENT);
  expect_words({"struct_size", "act_glu_from_name"});
  EXPECT_EQ(forward(nullptr, ACT_FLOAT32, ACT_GLU_INTERLEAVED), ACT_INVALID_ARGUMENT);
  EXPECT_EQ(act_glu_packed_backward(&op, ACT_FLOAT16, static_cast<act_glu_layout>(-1), nullptr, 4,
                                    nullptr, 8, nullptr, 8, 0, 4, nullptr),
            ACT_INVALID_ARGUMENT);
  expect_words({"act_glu_packed_backward", "layout is -1"});
}

// The same refusals from the device's functions and from the references'.
template <bool on_device>
struct glu_calls {
  template <class T>
  static void forward(T const* gate, std::int64_t gs, T const* up, std::int64_t us, T* y,
                      std::int64_t ys, std::int64_t rows, std::int64_t columns) {
    if constexpr (on_device) {
      act::forward(act::glu{}, gate, gs, up, us, y, ys, rows, columns, nullptr);
    } else {
      act::reference::forward(act::glu{}, gate, gs, up, us, y, ys, rows, columns);
    }
  }
  template <class T>
  static void backward(T const* dy, std::int64_t dys, T const* gate, std::int64_t gs, T const* up,
                       std::int64_t us, T* dgate, std::int64_t dgs, T* dup, std::int64_t dus,
                       std::int64_t rows, std::int64_t columns) {
    if constexpr (on_device) {
      act::backward(act::glu{}, dy, dys, gate, gs, up, us, dgate, dgs, dup, dus, rows, columns,
                    nullptr);
    } else {
      act::reference::backward(act::glu{}, dy, dys, gate, gs, up, us, dgate, dgs, dup, dus, rows,
                               columns);
    }
  }
  template <class T>
  static void forward(glu_layout layout, T const* x, std::int64_t xs, T* y, std::int64_t ys,
                      std::int64_t rows, std::int64_t columns) {
    if constexpr (on_device) {
      act::forward(act::glu{}, layout, x, xs, y, ys, rows, columns, nullptr);
    } else {
      act::reference::forward(act::glu{}, layout, x, xs, y, ys, rows, columns);
    }
  }
  template <class T>
  static void backward(glu_layout layout, T const* dy, std::int64_t dys, T const* x,
                       std::int64_t xs, T* dx, std::int64_t dxs, std::int64_t rows,
                       std::int64_t columns) {
    if constexpr (on_device) {
      act::backward(act::glu{}, layout, dy, dys, x, xs, dx, dxs, rows, columns, nullptr);
    } else {
      act::reference::backward(act::glu{}, layout, dy, dys, x, xs, dx, dxs, rows, columns);
    }
  }
};

template <class Calls>
class glu_contract : public testing::Test {
 protected:
  static constexpr bool on_device = std::is_same_v<Calls, glu_calls<true>>;
  glu_contract() {
    if (on_device) support::check(cudaMemset(buffer.get(), 0, 8192), "cudaMemset");
  }
  device_buffer const buffer{8192};
  float host[2048] = {};
  float* const a = on_device ? static_cast<float*>(buffer.get()) : host;
  float* const b = a + 256;
  float* const c = a + 512;
  float* const d = a + 768;
  float* const e = a + 1024;
  float* const none = nullptr;
  float* const odd = reinterpret_cast<float*>(reinterpret_cast<char*>(a) + 2);
};
using both = testing::Types<glu_calls<true>, glu_calls<false>>;
struct call_names {
  template <class Calls>
  static std::string GetName(int) {
    return std::is_same_v<Calls, glu_calls<true>> ? "on_device" : "reference";
  }
};
TYPED_TEST_SUITE(glu_contract, both, call_names);

TYPED_TEST(glu_contract, RefusesEachBadShape) {
  using on = TypeParam;
  auto* const a = this->a;
  auto* const b = this->b;
  auto* const c = this->c;
  auto* const d = this->d;
  auto* const e = this->e;
  auto const layout = glu_layout::gate_second;
  expect_refusal({"rows is -1", "0 or more"}, [&] { on::forward(a, 4, b, 4, c, 4, -1, 4); });
  expect_refusal({"columns is -4"}, [&] { on::forward(a, 4, b, 4, c, 4, 0, -4); });
  expect_refusal({"gate_stride is 3", "columns = 4 or more"},
                 [&] { on::forward(a, 3, b, 4, c, 4, 2, 4); });
  expect_refusal({"up_stride is -4"}, [&] { on::forward(a, 4, b, -4, c, 4, 2, 4); });
  expect_refusal({"y_stride is 0"}, [&] { on::forward(a, 4, b, 4, c, 0, 0, 4); });
  expect_refusal({"dy_stride is 3"}, [&] { on::backward(a, 3, b, 4, c, 4, d, 4, e, 4, 2, 4); });
  expect_refusal({"dgate_stride is 3"}, [&] { on::backward(a, 4, b, 4, c, 4, d, 3, e, 4, 2, 4); });
  expect_refusal({"dup_stride is 3"}, [&] { on::backward(a, 4, b, 4, c, 4, d, 4, e, 3, 2, 4); });
  expect_refusal({"x_stride is 7", "2 * columns = 8 or more"},
                 [&] { on::forward(layout, a, 7, c, 4, 2, 4); });
  expect_refusal({"dx_stride is 7", "2 * columns = 8 or more"},
                 [&] { on::backward(layout, c, 4, a, 8, b, 7, 2, 4); });
  expect_refusal({"rows is 4294967296 and gate_stride is 4294967296", "2305843009213693951"}, [&] {
    on::forward(a, std::int64_t{1} << 32, b, 4, c, 4, std::int64_t{1} << 32, 4);
  });
  expect_refusal({"columns is 9223372036854775807", "at most 2305843009213693951"},
                 [&] { on::forward(a, most, b, most, c, most, 1, most); });
  expect_refusal({"columns is 2305843009213693951", "at most 1152921504606846975"},
                 [&] { on::forward(layout, a, most, c, most, 1, most / 4); });
  expect_refusal({"layout is 9", "gate_second (1)"},
                 [&] { on::forward(static_cast<glu_layout>(9), a, 8, c, 4, 0, 4); });
}

TYPED_TEST(glu_contract, RefusesEachBadPointer) {
  using on = TypeParam;
  auto* const a = this->a;
  auto* const b = this->b;
  auto* const c = this->c;
  auto* const d = this->d;
  auto* const e = this->e;
  auto* const none = this->none;
  auto* const odd = this->odd;
  auto* const end = reinterpret_cast<float*>(~std::uintptr_t{15});
  auto const layout = glu_layout::interleaved;
  expect_refusal({"gate is null", "rows * columns = 8"},
                 [&] { on::forward(none, 4, b, 4, c, 4, 2, 4); });
  expect_refusal({"up is null"}, [&] { on::forward(a, 4, none, 4, c, 4, 2, 4); });
  expect_refusal({"y is null"}, [&] { on::forward(a, 4, b, 4, none, 4, 2, 4); });
  expect_refusal({"dy is null"}, [&] { on::backward(none, 4, b, 4, c, 4, d, 4, e, 4, 2, 4); });
  expect_refusal({"dgate is null"}, [&] { on::backward(a, 4, b, 4, c, 4, none, 4, e, 4, 2, 4); });
  expect_refusal({"dup is null"}, [&] { on::backward(a, 4, b, 4, c, 4, d, 4, none, 4, 2, 4); });
  expect_refusal({"x is null", "rows * 2 * columns = 16"},
                 [&] { on::forward(layout, none, 8, c, 4, 2, 4); });
  expect_refusal({"dx is null"}, [&] { on::backward(layout, c, 4, a, 8, none, 8, 2, 4); });
  expect_refusal({"up is 0x", "aligned", "4 bytes"},
                 [&] { on::forward(b, 4, odd, 4, c, 4, 2, 4); });
  expect_refusal({"dup is 0x", "aligned"},
                 [&] { on::backward(b, 4, b, 4, c, 4, d, 4, odd, 4, 2, 4); });
  expect_refusal({"gate is 0x", "address space"}, [&] { on::forward(end, 8, b, 4, c, 4, 2, 4); });
  // Nothing to do is no error.
  EXPECT_NO_THROW(on::forward(none, 4, odd, 4, none, 4, 0, 4));
  EXPECT_NO_THROW(on::backward(none, 0, odd, 3, none, 0, none, 0, none, 0, 5, 0));
  EXPECT_NO_THROW(on::forward(layout, none, 8, odd, 4, 0, 4));
}

TYPED_TEST(glu_contract, RefusesOverlaps) {
  using on = TypeParam;
  auto* const a = this->a;
  auto* const b = this->b;
  auto* const c = this->c;
  auto* const d = this->d;
  auto const layout = glu_layout::gate_first;
  expect_refusal({"y (0x", "overlaps gate", "in place", "same stride"},
                 [&] { on::forward(a, 4, b, 4, a + 1, 4, 2, 4); });
  expect_refusal({"y (0x", "overlaps up"}, [&] { on::forward(a, 4, b, 4, b + 7, 4, 2, 4); });
  expect_refusal({"y (0x", "overlaps gate"}, [&] { on::forward(a, 8, b, 4, a, 4, 2, 4); });
  expect_refusal({"dgate (0x", "overlaps dup"},
                 [&] { on::backward(a, 4, b, 4, c, 4, d, 4, d, 4, 2, 4); });
  expect_refusal({"dgate (0x", "overlaps dup"},
                 [&] { on::backward(a, 8, b, 8, c, 8, d, 8, d + 3, 8, 2, 4); });
  expect_refusal({"dup (0x", "overlaps dy"},
                 [&] { on::backward(a, 4, b, 4, c, 4, d, 4, a + 4, 4, 2, 4); });
  expect_refusal({"y (0x", "overlaps x"}, [&] { on::forward(layout, a, 8, a, 8, 2, 4); });
  expect_refusal({"dx (0x", "overlaps dy"}, [&] { on::backward(layout, a, 8, b, 8, a, 8, 2, 4); });
  expect_refusal({"dx (0x", "overlaps x"},
                 [&] { on::backward(layout, c, 4, a, 8, a + 1, 8, 2, 4); });
  // Rows between rows: the row of a stride begins after the other's has ended, or ends before.
  expect_refusal({"overlaps gate"}, [&] { on::forward(a, 9, b, 9, a + 3, 9, 20, 4); });
  expect_refusal({"overlaps gate"}, [&] { on::forward(a, 9, b, 9, a + 6, 9, 20, 4); });
  expect_refusal({"overlaps gate"}, [&] { on::forward(a + 60, 9, b, 9, a, 9, 20, 4); });
  expect_refusal({"overlaps gate"}, [&] { on::forward(a, 9, b, 9, a + 9 * 19, 9, 20, 4); });
  expect_refusal({"overlaps gate"}, [&] { on::forward(a + 9 * 19, 9, b, 9, a, 9, 20, 4); });
  // Of different strides nothing lies between.
  expect_refusal({"overlaps gate"}, [&] { on::forward(a, 16, b, 8, a + 4, 8, 2, 4); });
}

TYPED_TEST(glu_contract, AllowsWhatIsApartOrInPlace) {
  using on = TypeParam;
  auto* const a = this->a;
  auto* const b = this->b;
  auto* const c = this->c;
  auto* const d = this->d;
  auto const layout = glu_layout::gate_first;
  EXPECT_NO_THROW(on::forward(a, 9, b, 9, a + 4, 9, 20, 4));
  EXPECT_NO_THROW(on::forward(a, 9, b, 9, a + 5, 9, 20, 4));
  EXPECT_NO_THROW(on::forward(a + 5, 9, b, 9, a, 9, 20, 4));
  EXPECT_NO_THROW(on::forward(a, 9, c, 9, a + 9 * 19 + 4, 9, 20, 4));
  EXPECT_NO_THROW(on::forward(a, 4, b, 6, a + 8, 8, 2, 4)) << "neighbours of other strides";
  EXPECT_NO_THROW(on::forward(a, 8, a + 4, 8, a, 8, 5, 4)) << "y over the gate's half";
  EXPECT_NO_THROW(on::forward(a, 5, b, 4, a, 7, 1, 4)) << "one row: no stride";
  EXPECT_NO_THROW(on::forward(a, 4, a + 1, 4, c, 4, 5, 4)) << "inputs overlap each other";
  EXPECT_NO_THROW(on::backward(a, 8, b, 8, b + 4, 8, b, 8, b + 4, 8, 5, 4));
  EXPECT_NO_THROW(on::backward(a, 8, b, 8, c, 8, d, 8, d + 4, 8, 5, 4));
  EXPECT_NO_THROW(on::backward(a, 8, b, 8, c, 8, a, 8, b, 8, 5, 4));
  EXPECT_NO_THROW(on::backward(layout, c, 4, a, 8, a, 8, 5, 4));
  support::check(cudaDeviceSynchronize(), "all launches");
}

template <class T>
void launch_each_unit(device_buffer const& buffer) {
  T* const at = static_cast<T*>(buffer.get());
  act::for_each(act::glu_ops{}, [&](auto tag) {
    typename decltype(tag)::type const op;
    static_assert(std::is_trivially_copyable_v<decltype(op)>);
    act::forward(op, at, 3, at, 3, at, 3, 3, 3, nullptr);
    act::backward(op, at, 3, at, 3, at, 3, at, 3, at + 9, 3, 3, 3, nullptr);
    act::forward(op, glu_layout::gate_first, at, 6, at + 18, 3, 3, 3, nullptr);
    act::backward(op, glu_layout::interleaved, at + 18, 3, at, 6, at, 6, 3, 3, nullptr);
  });
}

TEST(glu_cpp_api, HasEveryUnitForEveryType) {
  device_buffer const buffer(4096);
  support::check(cudaMemset(buffer.get(), 0, 4096), "cudaMemset");
  launch_each_unit<float>(buffer);
  launch_each_unit<double>(buffer);
  launch_each_unit<__half>(buffer);
  launch_each_unit<__nv_bfloat16>(buffer);
  support::check(cudaDeviceSynchronize(), "all launches");
}

}  // namespace
