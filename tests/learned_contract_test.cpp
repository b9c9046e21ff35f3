// The rules of the C++ interface of the activations with learned parameters: every bad argument
// refused in words and without a launch, by the library and by the references; what is allowed runs.
#include "support/device_buffer.hpp"
#include "support/refusal.hpp"

#include <activations_cuda/channelwise.hpp>
#include <activations_cuda/reference.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

namespace {

namespace act = activations_cuda;
using act::channel_shape;
using act::gradient_update;
using support::calls;
using support::device_buffer;
using support::expect_refusal;

static_assert(act::is_learned<act::prelu> && !act::is_pointwise<act::prelu>);
static_assert(!act::is_learned<act::silu> && !act::is_random<act::apl>);

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

template <class Op>
using parameters = act::parameter_arrays<Op, float const>;
template <class Op>
using gradients = act::parameter_arrays<Op, float>;

class learned_contract : public testing::Test {
 protected:
  learned_contract() { support::check(cudaMemset(buffer.get(), 0, bytes), "cudaMemset"); }

  static constexpr std::size_t bytes = 1 << 19;
  // Of one thread's block and of several, whose sums need the workspace.
  static constexpr channel_shape shape{2, 3, 4};
  static constexpr channel_shape large{1, 1, 70'001};
  static constexpr std::int64_t n = 24;

  device_buffer const buffer{bytes};
  float* const x = static_cast<float*>(buffer.get());
  float* const y = x + 32;
  float* const dy = x + 64;
  float* const dx = x + 96;
  float* const learned = x + 192;
  float* const sums = x + 128;
  float* const none = nullptr;
  float* const odd = reinterpret_cast<float*>(reinterpret_cast<char*>(x) + 2);
  act::prelu const op{};
  parameters<act::prelu> const alpha{{learned}};
  gradients<act::prelu> const d_alpha{{sums}};
  act::workspace const nothing{nullptr, 0};

  template <class Op>
  void fused(Op const& f, parameters<Op> const& p, gradients<Op> const& g) const {
    act::backward(f, shape, dy, x, p, dx, g, gradient_update::overwrite, nothing, nullptr);
  }
  void fused_of(channel_shape const& s, act::workspace const& space,
                gradient_update update = gradient_update::overwrite) const {
    act::backward(op, s, dy, x, alpha, dx, d_alpha, update, space, nullptr);
  }
  void alone_of(channel_shape const& s, act::workspace const& space,
                gradient_update update = gradient_update::overwrite) const {
    act::backward_parameters(op, s, dy, x, alpha, d_alpha, update, space, nullptr);
  }
  // Each call that takes a shape.
  void expect_bad_shape(std::initializer_list<char const*> words, channel_shape const& s) const {
    expect_refusal(words, [&] { act::forward(op, s, x, alpha, y, nullptr); });
    expect_refusal(words, [&] { act::backward(op, s, dy, x, alpha, dx, nullptr); });
    expect_refusal(words, [&] { fused_of(s, nothing); });
    expect_refusal(words, [&] { alone_of(s, nothing); });
    expect_refusal(words, [&] { act::backward_workspace<float>(op, s); });
    expect_refusal(words, [&] { act::reference::forward(op, s, x, alpha, y); });
  }
};

TEST_F(learned_contract, RefusesBadShapes) {
  expect_bad_shape({"outer is -1", "0 or more"}, {-1, 3, 4});
  expect_bad_shape({"channels is -3"}, {2, -3, 4});
  expect_bad_shape({"inner is -4"}, {0, 3, -4});
  expect_bad_shape({"outer is 3037000500", "channels is 3037000500", "inner is 4", "4 bytes",
                    "2305843009213693951"},
                   {3'037'000'500, 3'037'000'500, 4});
  expect_bad_shape({"channels is 4294967296", "inner is 4294967296"},
                   {1, std::int64_t{1} << 32, std::int64_t{1} << 32});
  expect_bad_shape({"inner is 2305843009213693952"}, {1, 1, std::int64_t{1} << 61});
  // No elements, but gradients to be 0.
  expect_refusal({"channels is 9223372036854775807", "1 rows", "2305843009213693951"}, [&] {
    fused_of({0, most, 1}, nothing);
  });
  EXPECT_NO_THROW(fused_of({0, most, 1}, nothing, gradient_update::add));
}

TEST_F(learned_contract, RefusesBadNumbersOfHinges) {
  act::apl hinges;
  parameters<act::apl> const p{{learned, learned}};
  for (double const bad : {0.0, 17.0, 2.5, -1.0, double(NAN), double(INFINITY)}) {
    hinges.hinges = bad;
    auto const words = {"hinges is ", "a whole number from 1 to 16"};
    expect_refusal(words, [&] { act::forward(hinges, shape, x, p, y, nullptr); });
    expect_refusal(words, [&] { act::backward(hinges, shape, dy, x, p, dx, nullptr); });
    expect_refusal(words, [&] { fused<act::apl>(hinges, p, {{sums, sums + 32}}); });
    expect_refusal(words, [&] { act::backward_workspace<float>(hinges, shape); });
    expect_refusal(words, [&] { act::reference::forward(hinges, shape, x, p, y); });
  }
}

TEST_F(learned_contract, RefusesNullPointersByName) {
  auto const forward = [&](float const* in, float const* p, float* out) {
    return [=] { act::forward(op, shape, in, {{p}}, out, nullptr); };
  };
  expect_refusal({"x is null", "outer * channels * inner = 24"}, forward(none, learned, y));
  expect_refusal({"alpha is null", "channels = 3"}, forward(x, none, y));
  expect_refusal({"y is null"}, forward(x, learned, none));
  auto const backward = [&](float const* g, float const* in, float const* p, float* out) {
    return [=] { act::backward(op, shape, g, in, {{p}}, out, nullptr); };
  };
  expect_refusal({"dy is null"}, backward(none, x, learned, dx));
  expect_refusal({"x is null"}, backward(dy, none, learned, dx));
  expect_refusal({"alpha is null"}, backward(dy, x, none, dx));
  expect_refusal({"dx is null"}, backward(dy, x, learned, none));
  auto const both = [&](float* out, float const* b, float* d_b) {
    return [=] {
      act::backward(act::apl(2), shape, dy, x, parameters<act::apl>{{learned, b}}, out,
                    gradients<act::apl>{{sums, d_b}}, gradient_update::add, nothing, nullptr);
    };
  };
  expect_refusal({"dx is null"}, both(none, learned, sums + 32));
  expect_refusal({"b is null", "hinges * channels = 6"}, both(dx, none, sums + 32));
  expect_refusal({"the gradient of b is null", "hinges * channels = 6"}, both(dx, learned, none));
  expect_refusal({"the gradient of left_slope is null"}, [&] {
    fused<act::s_shaped_relu>({}, {{learned, learned, learned, learned}},
                              {{sums, sums + 4, sums + 8, none}});
  });
}

TEST_F(learned_contract, RefusesMisalignedPointers) {
  expect_refusal({"x is 0x", "aligned", "4 bytes"},
                 [&] { act::forward(op, shape, odd, alpha, y, nullptr); });
  expect_refusal({"alpha is 0x", "aligned", "4 bytes"},
                 [&] { act::forward(op, shape, x, parameters<act::prelu>{{odd}}, y, nullptr); });
  expect_refusal({"the gradient of alpha is 0x", "aligned"},
                 [&] { fused<act::prelu>(op, alpha, {{odd}}); });
  // Each array has its own type's alignment.
  auto* const half = reinterpret_cast<__half*>(x);
  expect_refusal({"alpha is 0x", "4 bytes"}, [&] {
    act::forward(op, shape, half, parameters<act::prelu>{{odd}}, half, nullptr);
  });
  EXPECT_NO_THROW(act::forward(op, shape, half,
                               act::parameter_arrays<act::prelu, __half const>{{half + 65}}, half,
                               nullptr));
  support::check(cudaDeviceSynchronize(), "what is aligned");
}

TEST_F(learned_contract, OutputsMayBeInputsAndNothingElse) {
  EXPECT_NO_THROW(act::forward(op, shape, x, alpha, x, nullptr));
  EXPECT_NO_THROW(act::backward(op, shape, dy, x, alpha, dy, nullptr));
  EXPECT_NO_THROW(act::backward(op, shape, dy, x, alpha, x, nullptr));
  EXPECT_NO_THROW(
      act::backward(op, shape, x, x, alpha, x, d_alpha, gradient_update::add, nothing, nullptr));
  auto const in_place = {"it must be apart, or the same pointer (in place)"};
  expect_refusal(in_place, [&] { act::forward(op, shape, x, alpha, x + 1, nullptr); });
  expect_refusal(in_place, [&] { act::backward(op, shape, dy, x, alpha, dy + n - 1, nullptr); });
  expect_refusal(in_place, [&] { act::backward(op, shape, dy, x, alpha, x - 1 + n, nullptr); });
  expect_refusal({"y (0x", "96 bytes", "overlaps alpha (0x", "12 bytes"},
                 [&] { act::forward(op, shape, x, alpha, learned + 2, nullptr); });
  expect_refusal({"dx (0x", "overlaps alpha"},
                 [&] { act::backward(op, shape, dy, x, alpha, learned - n + 1, nullptr); });
  expect_refusal({"dx (0x", "overlaps the gradient of alpha"}, [&] {
    act::backward(op, shape, dy, x, alpha, sums, d_alpha, gradient_update::add, nothing, nullptr);
  });
  expect_refusal({"the gradient of alpha (0x", "12 bytes", "overlaps x"},
                 [&] { fused<act::prelu>(op, alpha, {{x + n - 1}}); });
  expect_refusal({"the gradient of alpha", "overlaps dy"},
                 [&] { fused<act::prelu>(op, alpha, {{dy}}); });
  expect_refusal({"the gradient of alpha", "overlaps alpha", "it must be apart"},
                 [&] { fused<act::prelu>(op, alpha, {{learned}}); });
  expect_refusal({"the gradient of right_threshold", "overlaps the gradient of right_slope"}, [&] {
    fused<act::s_shaped_relu>({}, {{learned, learned, learned, learned}},
                              {{sums, sums + 2, sums + 8, sums + 12}});
  });
  expect_refusal({"the gradient of a", "24 bytes", "overlaps the gradient of b"}, [&] {
    fused<act::apl>(act::apl(2), {{learned, learned}}, {{sums, sums + 5}});
  });
  EXPECT_NO_THROW(fused<act::apl>(act::apl(2), {{learned, learned}}, {{sums, sums + 6}}));
  // dx is no tensor of this call.
  EXPECT_NO_THROW(alone_of(shape, nothing));
  support::check(cudaDeviceSynchronize(), "what is allowed");
}

TEST_F(learned_contract, RefusesBadWorkspacesAndUpdates) {
  std::size_t const needed = act::backward_workspace<float>(op, large);
  ASSERT_GT(needed, 8U);
  EXPECT_EQ(act::backward_workspace<float>(op, shape), 0U);
  device_buffer const tensors(3 * 70'004 * sizeof(float));
  device_buffer const space(needed + 8);
  support::check(cudaMemset(tensors.get(), 0, 3 * 70'004 * sizeof(float)), "cudaMemset");
  auto* const big_x = static_cast<float*>(tensors.get());
  auto const with = [&](act::workspace const& w, gradient_update update) {
    return [=] {
      act::backward(op, large, big_x, big_x + 70'004, alpha, big_x + 2 * 70'004, d_alpha, update, w,
                    nullptr);
    };
  };
  auto const alone = [&](act::workspace const& w, gradient_update update) {
    return [=] {
      act::backward_parameters(op, large, big_x, big_x + 70'004, alpha, d_alpha, update, w,
                               nullptr);
    };
  };
  auto const replace = gradient_update::overwrite;
  auto const too_few = "workspace has " + std::to_string(needed - 1) + " bytes";
  auto const have = "it must have the " + std::to_string(needed);
  auto* const middle = static_cast<char*>(space.get());
  expect_refusal({too_few.c_str(), have.c_str()}, with({middle, needed - 1}, replace));
  expect_refusal({too_few.c_str(), have.c_str()}, alone({middle, needed - 1}, replace));
  expect_refusal({"workspace has 0 bytes"}, with(nothing, replace));
  expect_refusal({"workspace is null"}, with({nullptr, needed}, replace));
  expect_refusal({"workspace is 0x", "aligned"}, with({middle + 2, needed}, replace));
  expect_refusal({"dx (0x", "overlaps workspace"}, with({big_x + 2 * 70'004, needed}, replace));
  expect_refusal({"workspace (0x", "overlaps x"}, with({big_x + 70'004, needed}, replace));
  expect_refusal({"workspace (0x", "overlaps dy"}, alone({big_x + 70'000, needed}, replace));
  expect_refusal({"workspace (0x", "overlaps alpha"}, alone({learned, needed}, replace));
  expect_refusal({"overlaps workspace"}, alone({sums, needed}, replace));
  for (int const bad : {-1, 2}) {
    auto const words = "update is " + std::to_string(bad);
    auto const update = static_cast<gradient_update>(bad);
    expect_refusal({words.c_str(), "overwrite (0)", "add (1)"}, with({middle, needed}, update));
    expect_refusal({words.c_str()}, alone({middle, needed}, update));
  }
  // More than is needed is as good.
  EXPECT_NO_THROW(with({middle, needed + 8}, replace)());
  support::check(cudaDeviceSynchronize(), "what is allowed");
}

TEST_F(learned_contract, NothingIsLaunchedWithoutElements) {
  long const before = calls().launches;
  parameters<act::prelu> const no_alpha{{nullptr}};
  gradients<act::prelu> const no_gradient{{nullptr}};
  for (channel_shape const& s : {channel_shape{0, 3, 4}, {2, 0, 4}, {2, 3, 0}}) {
    EXPECT_NO_THROW(act::forward(op, s, none, no_alpha, odd, nullptr));
    EXPECT_NO_THROW(act::backward(op, s, none, odd, no_alpha, none, nullptr));
    EXPECT_NO_THROW(act::backward(op, s, none, none, no_alpha, none, no_gradient,
                                  gradient_update::add, nothing, nullptr));
    EXPECT_EQ(act::backward_workspace<float>(op, s), 0U);
  }
  EXPECT_NO_THROW(act::backward(op, {2, 0, 4}, none, none, no_alpha, none, no_gradient,
                                gradient_update::overwrite, nothing, nullptr));
  EXPECT_EQ(calls().launches, before);
  // Gradients become 0: the kernel needs nothing but them.
  expect_refusal({"the gradient of alpha is null", "channels = 3"}, [&] {
    act::backward(op, {0, 3, 4}, none, none, no_alpha, none, no_gradient,
                  gradient_update::overwrite, nothing, nullptr);
  });
  EXPECT_NO_THROW(act::backward(op, {0, 3, 4}, none, none, no_alpha, none, d_alpha,
                                gradient_update::overwrite, nothing, nullptr));
  EXPECT_EQ(calls().launches, before + 1);
  support::check(cudaDeviceSynchronize(), "the zeros");
}

}  // namespace
