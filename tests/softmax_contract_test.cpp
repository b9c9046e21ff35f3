// The rules of softmax with strides and options: every bad argument refused in words and without a
// launch, on the device and by the references; and what may lie where.
#include "support/device_buffer.hpp"
#include "support/refusal.hpp"

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

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

/// The same calls on the device and of the references.
template <bool on_device>
struct softmax_calls {
  template <class Op, class T>
  static void forward(Op const& op, act::softmax_shape const& shape,
                      act::softmax_tensor<T const> const& x, act::softmax_tensor<T> const& y,
                      act::softmax_options<T> const& options = {}) {
    if constexpr (on_device) {
      act::forward(op, shape, x, y, options, nullptr);
    } else {
      act::reference::forward(op, shape, x, y, options);
    }
  }
  template <class Op, class T>
  static void backward(Op const& op, act::softmax_shape const& shape,
                       act::softmax_tensor<T const> const& dy,
                       act::softmax_tensor<T const> const& y, act::softmax_tensor<T> const& dx,
                       act::softmax_options<T> const& options = {}) {
    if constexpr (on_device) {
      act::backward(op, shape, dy, y, dx, options, nullptr);
    } else {
      act::reference::backward(op, shape, dy, y, dx, options);
    }
  }
};

/// A shape of 2 rows of 4 columns of 3, without gaps, and pointers that are far apart.
template <class Calls>
class softmax_contract : public testing::Test {
 protected:
  static constexpr bool on_device = std::is_same_v<Calls, softmax_calls<true>>;
  using tensor = act::softmax_tensor<float>;
  using options = act::softmax_options<float>;

  softmax_contract() {
    if (on_device) support::check(cudaMemset(buffer.get(), 0, 16384), "cudaMemset");
  }

  static void forward(act::softmax_shape const& shape, tensor const& x, tensor const& y,
                      options const& with = {}) {
    Calls::forward(op, shape,
                   act::softmax_tensor<float const>{x.first, x.outer_stride, x.column_stride}, y,
                   with);
  }
  static void backward(act::softmax_shape const& shape, tensor const& dy, tensor const& y,
                       tensor const& dx, options const& with = {}) {
    using input = act::softmax_tensor<float const>;
    Calls::backward(op, shape, input{dy.first, dy.outer_stride, dy.column_stride},
                    input{y.first, y.outer_stride, y.column_stride}, dx, with);
  }
  // Of x and y without gaps, which differ in the options alone.
  static auto with(tensor const& x, tensor const& y, std::function<void(options&)> const& change) {
    return [=] {
      options changed;
      change(changed);
      forward({2, 4, 3}, x, y, changed);
    };
  }
  auto with(std::function<void(options&)> const& change) const { return with(x, y, change); }

  static constexpr act::softmax op{};
  device_buffer const buffer{16384};
  alignas(16) float host[4096] = {};
  float* const a = on_device ? static_cast<float*>(buffer.get()) : host;
  float* const b = a + 512;
  float* const c = a + 1024;
  float* const d = a + 1536;
  float* const odd = reinterpret_cast<float*>(reinterpret_cast<char*>(a) + 2);
  tensor const x{a, 12, 3};
  tensor const y{b, 12, 3};
  tensor const z{c, 12, 3};
};

using both = testing::Types<softmax_calls<true>, softmax_calls<false>>;
struct call_names {
  template <class Calls>
  static std::string GetName(int) {
    return std::is_same_v<Calls, softmax_calls<true>> ? "on_device" : "reference";
  }
};
TYPED_TEST_SUITE(softmax_contract, both, call_names);

TYPED_TEST(softmax_contract, RefusesEachBadShapeAndStride) {
  auto const& x = this->x;
  auto const& y = this->y;
  auto const& z = this->z;
  using tensor = typename TestFixture::tensor;
  auto const forward = [&](act::softmax_shape const& shape, tensor const& in, tensor const& out) {
    return [=] { TestFixture::forward(shape, in, out); };
  };
  expect_refusal({"outer is -1", "0 or more"}, forward({-1, 4, 3}, x, y));
  expect_refusal({"columns is -4", "0 or more"}, forward({0, -4, 3}, x, y));
  expect_refusal({"inner is -3", "0 or more"}, forward({2, 0, -3}, x, y));
  std::int64_t const half = std::int64_t{1} << 31;
  expect_refusal(
      {"outer is 2147483648, columns is 2147483648 and inner is 1", "4 bytes", "product"},
      forward({half, half, 1}, x, y));
  expect_refusal({"the column_stride of x is 2", "inner = 3"},
                 forward({2, 4, 3}, {x.first, 12, 2}, y));
  expect_refusal({"the column_stride of y is -3"}, forward({2, 4, 3}, x, {y.first, 12, -3}));
  expect_refusal({"the outer_stride of x is 11", "(columns - 1) * column_stride + inner = 12"},
                 forward({2, 4, 3}, {x.first, 11, 3}, y));
  expect_refusal({"the outer_stride of y is 14", "= 15"}, forward({2, 4, 3}, x, {y.first, 14, 4}));
  expect_refusal({"the outer_stride of y is -1"}, forward({2, 0, 3}, x, {y.first, -1, 3}));
  expect_refusal({"strides of x", "4 bytes", "2305843009213693951"},
                 forward({2, 4, 3}, {x.first, most / 4, 3}, y));
  expect_refusal({"strides of y"}, forward({2, 4, 3}, x, {y.first, most, most / 4}));
  expect_refusal({"the outer_stride of dy is 11"}, [&] {
    this->backward({2, 4, 3}, {x.first, 11, 3}, y, z);
  });
  expect_refusal({"the column_stride of y is 1"}, [&] {
    this->backward({2, 4, 3}, x, {y.first, 12, 1}, z);
  });
  expect_refusal({"the outer_stride of dx is 0"}, [&] {
    this->backward({2, 4, 3}, x, y, {z.first, 0, 3});
  });
  // The last row ends where its columns do.
  EXPECT_NO_THROW(forward({1, 4, 3}, {x.first, 12, 3}, {y.first, 12, 3})());
}

TYPED_TEST(softmax_contract, RefusesEachBadScale) {
  using on = TypeParam;
  auto const call = [&](auto const& op) {
    return [&, op] {
      on::forward(op, {2, 4, 3}, act::softmax_tensor<float const>{this->a, 12, 3}, this->y);
    };
  };
  for (double const bad : {0.0, double(NAN), double(INFINITY), -double(INFINITY)}) {
    expect_refusal({"scale is ", "a finite number other than 0"}, call(act::softmax{bad}));
    expect_refusal({"scale is "}, call(act::log_softmax{bad}));
    expect_refusal({"scale is "}, call(act::softmin{bad}));
  }
  expect_refusal({"scale is 1e-300", "float32"}, call(act::softmax{1e-300}));
  expect_refusal({"scale is 1.0000000000000001e+300", "float32"}, call(act::softmin{1e300}));
  EXPECT_NO_THROW(call(act::softmax{-0.5})());
}

TYPED_TEST(softmax_contract, RefusesEachBadPointer) {
  auto const& x = this->x;
  auto const& y = this->y;
  auto const& z = this->z;
  auto* const odd = this->odd;
  auto* const end = reinterpret_cast<float*>(~std::uintptr_t{15});
  act::softmax_shape const shape{2, 4, 3};
  expect_refusal({"x is null", "outer * columns * inner = 24 elements"}, [&] {
    this->forward(shape, {nullptr, 12, 3}, y);
  });
  expect_refusal({"y is null"}, [&] { this->forward(shape, x, {nullptr, 12, 3}); });
  expect_refusal({"y is 0x", "aligned", "4 bytes"}, [&] { this->forward(shape, x, {odd, 12, 3}); });
  expect_refusal({"x is 0x", "address space"}, [&] { this->forward(shape, {end, 12, 3}, y); });
  expect_refusal({"dy is null"}, [&] { this->backward(shape, {nullptr, 12, 3}, y, z); });
  expect_refusal({"dx is 0x", "aligned"}, [&] { this->backward(shape, x, y, {odd, 12, 3}); });
  // Nothing to do is no error.
  long const before = calls().launches;
  EXPECT_NO_THROW(this->forward({0, 4, 3}, {nullptr, 12, 3}, {odd, 12, 3}));
  EXPECT_NO_THROW(this->forward({2, 0, 3}, {nullptr, 0, 3}, {odd, 0, 3}));
  EXPECT_NO_THROW(this->backward({2, 4, 0}, {odd, 12, 3}, {nullptr, 12, 3}, {odd, 12, 3}));
  typename TestFixture::options statistics;
  statistics.maximum = odd;
  statistics.space = {odd, 2};
  EXPECT_NO_THROW(this->forward({2, 0, 3}, {nullptr, 0, 3}, {odd, 0, 3}, statistics));
  EXPECT_EQ(calls().launches, before);
}

TYPED_TEST(softmax_contract, RefusesOverlaps) {
  auto* const a = this->a;
  auto* const b = this->b;
  auto const forward = [&](act::softmax_shape const& shape, typename TestFixture::tensor const& in,
                           typename TestFixture::tensor const& out) {
    return [=] { TestFixture::forward(shape, in, out); };
  };
  expect_refusal({"y (0x", "96 bytes", "overlaps x", "in place", "same strides"},
                 forward({2, 4, 3}, {a, 12, 3}, {a + 1, 12, 3}));
  expect_refusal({"overlaps x"}, forward({2, 4, 3}, {a, 12, 3}, {a + 23, 12, 3}));
  expect_refusal({"overlaps x"}, forward({2, 4, 3}, {a, 12, 3}, {a, 13, 3}));
  expect_refusal({"overlaps x"}, forward({2, 4, 3}, {a, 16, 4}, {a, 16, 3}));
  expect_refusal({"dx (0x", "overlaps dy"}, [&] {
    this->backward({2, 4, 3}, {a, 12, 3}, {b, 12, 3}, {a + 12, 12, 3});
  });
  expect_refusal({"dx (0x", "overlaps y"}, [&] {
    this->backward({2, 4, 3}, {b, 12, 3}, {a, 12, 3}, {a + 2, 12, 3});
  });
  // Columns between columns: 3 of every 7, so that 3 or 4 on there is room.
  expect_refusal({"overlaps x"}, forward({5, 4, 3}, {a, 28, 7}, {a + 2, 28, 7}));
  expect_refusal({"overlaps x"}, forward({5, 4, 3}, {a, 28, 7}, {a + 5, 28, 7}));
  expect_refusal({"overlaps x"}, forward({5, 4, 3}, {a + 5, 28, 7}, {a, 28, 7}));
  expect_refusal({"overlaps x"}, forward({5, 4, 3}, {a, 28, 7}, {a + 7 * 19, 28, 7}));
  expect_refusal({"overlaps x"}, forward({5, 4, 3}, {a, 30, 7}, {a + 4 * 30 + 2, 30, 7}));
  // Of the next row, whose gap is not a column's.
  expect_refusal({"overlaps x"}, forward({5, 4, 3}, {a, 30, 7}, {a + 30 + 5, 30, 7}));
  // Of different strides nothing lies between.
  expect_refusal({"overlaps x"}, forward({5, 4, 3}, {a, 28, 7}, {a + 3, 35, 7}));
}

TYPED_TEST(softmax_contract, AllowsWhatIsApartOrInPlace) {
  auto* const a = this->a;
  auto* const b = this->b;
  using tensor = typename TestFixture::tensor;
  auto const forward = [&](act::softmax_shape const& shape, tensor const& in, tensor const& out) {
    TestFixture::forward(shape, in, out);
  };
  EXPECT_NO_THROW(forward({2, 4, 3}, {a, 12, 3}, {a, 12, 3}));
  EXPECT_NO_THROW(forward({2, 4, 3}, {a, 12, 3}, {a + 24, 12, 3})) << "neighbours";
  EXPECT_NO_THROW(forward({5, 4, 3}, {a, 28, 7}, {a + 3, 28, 7})) << "columns between columns";
  EXPECT_NO_THROW(forward({5, 4, 3}, {a, 28, 7}, {a + 4, 28, 7}));
  EXPECT_NO_THROW(forward({5, 4, 3}, {a + 4, 28, 7}, {a, 28, 7}));
  EXPECT_NO_THROW(forward({5, 4, 3}, {a, 30, 7}, {a + 30 + 3, 30, 7}));
  EXPECT_NO_THROW(forward({5, 4, 3}, {a, 24, 3}, {a + 12, 24, 3})) << "rows between rows";
  EXPECT_NO_THROW(forward({1, 4, 3}, {a, 12, 3}, {a, 99, 3})) << "one row: no outer stride";
  EXPECT_NO_THROW(forward({5, 1, 3}, {a, 3, 3}, {a, 3, 9})) << "one column: no column stride";
  EXPECT_NO_THROW(this->backward({2, 4, 3}, {a, 12, 3}, {a, 12, 3}, {a, 12, 3}));
  EXPECT_NO_THROW(this->backward({2, 4, 3}, {a, 12, 3}, {a + 1, 12, 3}, {b, 12, 3}))
      << "inputs overlap each other";
  if (TestFixture::on_device) support::check(cudaDeviceSynchronize(), "all launches");
}

TYPED_TEST(softmax_contract, RefusesEachBadMask) {
  using options = typename TestFixture::options;
  auto* const d = this->d;
  auto const* const bytes = reinterpret_cast<std::uint8_t const*>(d);
  auto const* const numbers = reinterpret_cast<std::int64_t const*>(d);
  act::mask_strides const fine{0, 0, 4, 1, 0};
  expect_refusal({"heads is 0", "1 or more"}, this->with([](options& o) { o.mask.heads = 0; }));
  expect_refusal({"queries is -1", "1 or more"},
                 this->with([](options& o) { o.mask.queries = -1; }));
  expect_refusal({"outer is 2, heads is 1 and queries is 3", "a multiple of heads * queries"},
                 this->with([](options& o) { o.mask.queries = 3; }));
  expect_refusal({"outer is 2, heads is 2 and queries is 2"},
                 this->with([](options& o) { o.mask.heads = o.mask.queries = 2; }));
  expect_refusal({"heads is 4611686018427387904"}, this->with([](options& o) {
    o.mask.heads = o.mask.queries = std::int64_t{1} << 62;
  }));
  struct {
    char const* words;
    act::mask_strides strides;
  } const bad[] = {
      {"the batch stride of", {-1, 0, 0, 1, 0}}, {"the head stride of", {0, -1, 0, 1, 0}},
      {"the query stride of", {0, 0, -1, 1, 0}}, {"the column stride of", {0, 0, 0, -1, 0}},
      {"the inner stride of", {0, 0, 0, 1, -1}}, {"the strides of", {0, 0, most, 1, 0}}};
  for (auto const& b : bad) {
    expect_refusal({b.words, "additive"}, this->with([&](options& o) {
      o.mask.queries = 2;
      o.mask.additive = {d, b.strides};
    }));
    expect_refusal({b.words, "boolean"}, this->with([&](options& o) {
      o.mask.queries = 2;
      o.mask.boolean = {bytes, b.strides, act::mask_meaning::nonzero_keeps};
    }));
  }
  expect_refusal({"the query stride of lengths is -2"}, this->with([&](options& o) {
    o.mask.lengths = {numbers, 0, 0, -2};
  }));
  expect_refusal({"meaning of boolean is 0", "nonzero_keeps (1) or nonzero_masks (2)"},
                 this->with([&](options& o) {
                   o.mask.boolean = {bytes, fine};
                 }));
  expect_refusal({"meaning of boolean is 3"}, this->with([&](options& o) {
    o.mask.boolean = {bytes, fine, static_cast<act::mask_meaning>(3)};
  }));
  expect_refusal({"the causal offset is 9223372036854775807 and queries is 1", "their sum"},
                 this->with([](options& o) {
                   o.mask.causal = {true, most};
                 }));
  EXPECT_NO_THROW(this->with([](options& o) { o.mask.causal = {false, most}; })());
  EXPECT_NO_THROW(this->with([](options& o) { o.mask.causal = {true, most - 1}; })());
  EXPECT_NO_THROW(this->with([](options& o) { o.mask.causal = {true, -most - 1}; })());
  expect_refusal({"additive is 0x", "aligned to its element, 4 bytes"}, this->with([&](options& o) {
    o.mask.additive = {this->odd, fine};
  }));
  expect_refusal({"lengths is 0x", "8 bytes"}, this->with([&](options& o) {
    o.mask.lengths = {reinterpret_cast<std::int64_t const*>(d + 1)};
  }));
  expect_refusal({"empty is 2", "nan (0) or zeros (1)"},
                 this->with([](options& o) { o.empty = static_cast<act::empty_rows>(2); }));
  // backward looks at no additive or boolean masks and at no statistics, but at all else.
  auto const backward = [&](std::function<void(options&)> const& change) {
    return [=] {
      options changed;
      change(changed);
      this->backward({2, 4, 3}, this->x, this->y, this->z, changed);
    };
  };
  EXPECT_NO_THROW(backward([&](options& o) {
    o.mask.additive = {this->odd, {-1, -1, -1, -1, -1}};
    o.mask.boolean = {bytes, {-1, -1, -1, -1, -1}};
    o.maximum = o.log_sum_exp = this->odd;
  })());
  expect_refusal({"heads is 0"}, backward([](options& o) { o.mask.heads = 0; }));
  expect_refusal({"the causal offset is "}, backward([](options& o) {
                   o.mask.causal = {true, most};
                 }));
  expect_refusal({"the batch stride of lengths is -1"}, backward([&](options& o) {
                   o.mask.lengths = {numbers, -1};
                 }));
  expect_refusal({"empty is -1"},
                 backward([](options& o) { o.empty = static_cast<act::empty_rows>(-1); }));
}

TYPED_TEST(softmax_contract, RefusesOutputsOverMasksAndStatistics) {
  using options = typename TestFixture::options;
  auto* const b = this->b;
  auto* const d = this->d;
  act::mask_strides const rows{0, 0, 4, 1, 0};
  auto const* const over_y = reinterpret_cast<std::uint8_t const*>(b);
  expect_refusal({"y (0x", "overlaps additive (0x", "32 bytes", "it must be apart"},
                 this->with([&](options& o) {
                   o.mask.queries = 2;
                   o.mask.additive = {b + 20, rows};
                 }));
  expect_refusal({"y (0x", "overlaps boolean (0x", "8 bytes"}, this->with([&](options& o) {
    o.mask.queries = 2;
    o.mask.boolean = {over_y - 7, rows, act::mask_meaning::nonzero_masks};
  }));
  expect_refusal({"y (0x", "overlaps lengths (0x"}, this->with([&](options& o) {
    o.mask.lengths = {reinterpret_cast<std::int64_t const*>(b + 22)};
  }));
  expect_refusal({"y (0x", "overlaps maximum (0x", "24 bytes"},
                 this->with([&](options& o) { o.maximum = b + 23; }));
  expect_refusal({"maximum (0x", "overlaps x (0x"},
                 this->with([&](options& o) { o.maximum = this->a + 23; }));
  expect_refusal({"maximum (0x", "overlaps log_sum_exp (0x"}, this->with([&](options& o) {
    o.maximum = d;
    o.log_sum_exp = d + 5;
  }));
  expect_refusal({"log_sum_exp (0x", "overlaps additive (0x"}, this->with([&](options& o) {
    o.mask.additive = {d, {0, 0, 0, 1, 0}};
    o.log_sum_exp = d + 3;
  }));
  expect_refusal({"log_sum_exp is 0x", "aligned"},
                 this->with([&](options& o) { o.log_sum_exp = this->odd; }));
  expect_refusal({"dx (0x", "overlaps lengths (0x"}, [&] {
    options changed;
    changed.mask.lengths = {reinterpret_cast<std::int64_t const*>(this->c + 22)};
    this->backward({2, 4, 3}, this->x, this->y, this->z, changed);
  });
  // Just apart; and masks may lie over inputs and each other.
  EXPECT_NO_THROW(this->with([&](options& o) {
    o.mask.queries = 2;
    o.mask.additive = {b + 24, rows};
    o.mask.boolean = {over_y - 8, rows, act::mask_meaning::nonzero_masks};
    o.mask.lengths = {reinterpret_cast<std::int64_t const*>(this->a + 22)};
    o.maximum = d;
    o.log_sum_exp = d + 6;
  })());
  if (TestFixture::on_device) support::check(cudaDeviceSynchronize(), "all launches");
}

// The statistics of 16-bit elements are floats: more bytes than the elements themselves.
TYPED_TEST(softmax_contract, KnowsTheSizeOfStatistics) {
  using on = TypeParam;
  auto* const first = reinterpret_cast<__half*>(this->a);
  act::softmax_options<__half> options;
  options.maximum = this->b;
  auto const call = [&](act::softmax_shape const& shape, std::int64_t stride, __half* y) {
    return [=] {
      on::forward(act::softmax{}, shape, act::softmax_tensor<__half const>{first, stride},
                  act::softmax_tensor<__half>{y, stride}, options);
    };
  };
  auto* const behind = reinterpret_cast<__half*>(this->b);
  expect_refusal({"y (0x", "overlaps maximum (0x", "16 bytes"}, call({4, 2, 1}, 2, behind + 7));
  EXPECT_NO_THROW(call({4, 2, 1}, 2, behind + 8)());
  expect_refusal({"outer is 4611686018427387903 and inner is 1", "4 bytes", "statistics"},
                 call({most / 2, 1, 1}, 1, behind + 8));
}

class softmax_workspaces : public testing::Test {
 protected:
  device_buffer const x{1 << 22};
  std::int64_t const columns = 1 << 20;
  act::softmax_shape const shape{1, columns, 1};
  float* const first = static_cast<float*>(x.get());
  act::softmax_tensor<float> const tensor{first, columns};
  std::size_t const bytes = act::softmax_workspace<float>(act::softmax{}, shape);

  void forward(act::workspace const& space) const {
    act::softmax_options<float> options;
    options.space = space;
    act::forward(act::softmax{}, shape, act::softmax_tensor<float const>{first, columns}, tensor,
                 options, nullptr);
  }
};

TEST_F(softmax_workspaces, AreCheckedWhereTheyAreUsed) {
  ASSERT_GT(bytes, 8U);
  device_buffer const scratch(bytes + 4);
  auto* const at = static_cast<char*>(scratch.get());
  expect_refusal({"workspace has 4 bytes", "softmax_workspace says"}, [&] { forward({at, 4}); });
  expect_refusal({"workspace is null"}, [&] { forward({nullptr, bytes}); });
  expect_refusal({"workspace is 0x", "4 bytes"}, [&] { forward({at + 2, bytes}); });
  expect_refusal({"y (0x", "overlaps workspace (0x"}, [&] { forward({first + 64, bytes}); });
  act::softmax_options<float> options;
  options.space = {first + 64, bytes};
  expect_refusal({"dx (0x", "overlaps workspace (0x"}, [&] {
    act::softmax_tensor<float const> const in{first, columns};
    act::backward(act::log_softmax{}, shape, in, in, tensor, options, nullptr);
  });
}

TEST_F(softmax_workspaces, AreNotLookedAtWhereTheyAreNot) {
  EXPECT_EQ(act::softmax_workspace<float>(act::softmax{}, {3, 100, 1}), 0U);
  EXPECT_EQ(act::softmax_workspace<double>(act::softmin{2}, {0, columns, 1}), 0U);
  act::softmax_options<float> options;
  options.space = {reinterpret_cast<char*>(first) + 1, 3};
  support::check(cudaMemset(first, 0, 64), "cudaMemset");
  EXPECT_NO_THROW(act::forward(act::softmax{}, {2, 4, 1},
                               act::softmax_tensor<float const>{first, 4},
                               act::softmax_tensor<float>{first, 4}, options, nullptr));
  EXPECT_THROW(act::softmax_workspace<float>(act::softmax{}, {-1, 2}), std::invalid_argument);
  EXPECT_THROW(act::softmax_workspace<float>(act::softmax{0}, {1, 2}), std::invalid_argument);
  support::check(cudaDeviceSynchronize(), "the launch");
}

}  // namespace
