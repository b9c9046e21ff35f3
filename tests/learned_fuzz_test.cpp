// Random combinations of good and bad arguments of the activations with learned parameters through
// the C ABI.
#include "support/fuzz.hpp"
#include "support/learned_call.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

namespace {

using support::calls;
using support::fuzz_tensor;
using role = support::fuzz_tensor::role;

__extension__ using wide = __int128;

enum class call { forward, backward, with_parameters, parameters };

struct arguments {
  act_learned op;
  call which;
  int dtype, learned_dtype, update;
  act_channel_shape shape;
  std::size_t workspace_bytes;
  std::vector<fuzz_tensor> tensors;

  bool sums() const { return which == call::with_parameters || which == call::parameters; }
  int arrays() const { return act_learned_array_count(static_cast<int>(op.index)); }
  /// Or what is more than any number allowed.
  wide elements() const {
    constexpr wide too_many = wide{1} << 64;
    wide const row = std::min(wide{shape.channels} * shape.inner, too_many);
    return std::min(row * shape.outer, too_many);
  }
  std::string words() const {
    return std::string(act_learned_name(static_cast<int>(op.index))) + " call " +
           std::to_string(static_cast<int>(which)) + ", dtype " + std::to_string(dtype) +
           ", learned_dtype " + std::to_string(learned_dtype) + ", update " +
           std::to_string(update) + ", shape " + std::to_string(shape.outer) + " " +
           std::to_string(shape.channels) + " " + std::to_string(shape.inner) + ", workspace of " +
           std::to_string(workspace_bytes) + support::describe(tensors);
  }
};

bool is_type(int dtype) { return dtype >= 0 && dtype < 4; }
std::size_t bytes_of(int dtype) { return support::storages[dtype].bytes; }

std::vector<std::string> faults_without_tensors(arguments const& a) {
  std::vector<std::string> bad;
  if (!is_type(a.dtype)) bad.emplace_back("dtype");
  bool const wide_too = a.dtype >= ACT_FLOAT16 && a.learned_dtype == ACT_FLOAT32;
  if (!is_type(a.learned_dtype) || (a.learned_dtype != a.dtype && !wide_too))
    bad.emplace_back("learned_dtype");
  if (a.sums() && a.update != ACT_OVERWRITE && a.update != ACT_ADD) bad.emplace_back("update");
  if (a.shape.outer < 0) bad.emplace_back("outer");
  if (a.shape.channels < 0) bad.emplace_back("channels");
  if (a.shape.inner < 0) bad.emplace_back("inner");
  if (bad.empty() && a.elements() * bytes_of(a.dtype) > std::numeric_limits<std::int64_t>::max())
    bad = {"outer", "channels", "inner"};
  return bad;
}

class learned_fuzz : public support::fuzz {
 protected:
  std::int64_t size() {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    return once_in(24) ? one_of<std::int64_t>({0, -1, -most - 1})
                       : one_of<std::int64_t>({1, 2, 3, 4});
  }
  act_channel_shape any_shape() {
    act_channel_shape shape{one_of<std::int64_t>({1, 2, size()}), size(), size()};
    // Beyond every range, or nothing: a channel more would be arrays beyond every range too.
    if (once_in(16)) (once_in(2) ? shape.outer : shape.inner) = std::int64_t{1} << 62;
    return shape;
  }
  act_learned any_op() {
    act_learned op = support::learned_named(
        act_learned_name(static_cast<int>(random() % static_cast<unsigned>(act_learned_count()))));
    if (act_learned_parameter_count(static_cast<int>(op.index)) != 0 && once_in(2))
      op = support::apl_of(one_of({2, 3}));
    return op;
  }

  /// What the call has, as large as it says. No workspace is needed where there are no elements.
  void add_tensors(arguments& a) {
    auto const elements = static_cast<std::size_t>(a.elements());
    std::size_t const bytes = bytes_of(a.dtype);
    std::size_t const array = support::learned_rows(a.op) * bytes_of(a.learned_dtype) *
                              static_cast<std::size_t>(a.shape.channels);
    int const index = static_cast<int>(a.op.index);
    auto& all = a.tensors;
    all.push_back({"x", elements * bytes, bytes, role::input});
    if (a.which == call::forward) {
      all.push_back({"y", elements * bytes, bytes, role::output});
    } else {
      all.push_back({"dy", elements * bytes, bytes, role::input});
      if (a.which != call::parameters) all.push_back({"dx", elements * bytes, bytes, role::output});
    }
    for (int i = 0; i < a.arrays(); ++i) {
      all.push_back({act_learned_array_name(index, i), elements != 0 ? array : 0,
                     bytes_of(a.learned_dtype), role::parameter});
    }
    if (!a.sums()) return;
    bool const summed = elements != 0 || a.update == ACT_OVERWRITE;
    for (int i = 0; i < a.arrays(); ++i) {
      all.push_back({std::string("the gradient of ") + act_learned_array_name(index, i),
                     summed ? array : 0, bytes_of(a.learned_dtype), role::written});
    }
    all.push_back(
        {"workspace", a.workspace_bytes, a.dtype == ACT_FLOAT64 ? 8U : 4U, role::written});
  }

  fuzz_tensor const& tensor(arguments const& a, std::string const& name) const {
    static fuzz_tensor const none{"", 0, 1, role::input};
    for (fuzz_tensor const& t : a.tensors)
      if (t.name == name) return t;
    return none;
  }
  act_status run(arguments const& a) const {
    auto const dtype = static_cast<act_dtype>(a.dtype);
    auto const learned_dtype = static_cast<act_dtype>(a.learned_dtype);
    auto const update = static_cast<act_gradient_update>(a.update);
    void const* learned[4] = {};
    void* gradients[4] = {};
    for (int i = 0; i < a.arrays(); ++i) {
      std::string const name = act_learned_array_name(static_cast<int>(a.op.index), i);
      learned[i] = tensor(a, name).pointer();
      gradients[i] = tensor(a, "the gradient of " + name).pointer();
    }
    auto const at = [&](char const* name) { return tensor(a, name).pointer(); };
    switch (a.which) {
      case call::forward:
        return act_learned_forward(&a.op, dtype, a.shape, at("x"), learned_dtype, learned, at("y"),
                                   nullptr);
      case call::backward:
        return act_learned_backward(&a.op, dtype, a.shape, at("dy"), at("x"), learned_dtype,
                                    learned, at("dx"), nullptr);
      case call::with_parameters:
        return act_learned_backward_with_parameters(
            &a.op, dtype, a.shape, at("dy"), at("x"), learned_dtype, learned, at("dx"), gradients,
            update, at("workspace"), a.workspace_bytes, nullptr);
      default:
        return act_learned_backward_parameters(&a.op, dtype, a.shape, at("dy"), at("x"),
                                               learned_dtype, learned, gradients, update,
                                               at("workspace"), a.workspace_bytes, nullptr);
    }
  }
};

TEST_F(learned_fuzz, RefusesExactlyTheBadCalls) {
  for (int i = 0; i < 6000; ++i) {
    arguments a{
        any_op(), static_cast<call>(random() % 4), one_of({0, 1, 2, 3}), 0, 0, any_shape(), 0, {}};
    a.learned_dtype = a.dtype >= ACT_FLOAT16 && once_in(3) ? ACT_FLOAT32 : a.dtype;
    a.update = one_of<int>({ACT_OVERWRITE, ACT_ADD});
    if (once_in(24)) a.dtype = one_of({-1, 4, 1000, 0, 1});
    if (once_in(24)) a.learned_dtype = one_of({-1, 4, 0, 1, 2});
    if (once_in(24)) a.update = one_of({-1, 2});
    std::vector<std::string> bad = faults_without_tensors(a);
    if (bad.empty()) {
      if (a.sums()) {
        ASSERT_EQ(act_learned_backward_workspace(&a.op, static_cast<act_dtype>(a.dtype), a.shape,
                                                 &a.workspace_bytes),
                  ACT_OK);
      }
      add_tensors(a);
      place(a.tensors);
      bad = support::tensor_faults(a.tensors);
      if (a.workspace_bytes != 0 && once_in(8)) {
        --a.workspace_bytes;
        bad.emplace_back("workspace");
      }
    }
    bool const has_work =
        a.elements() > 0 || (a.sums() && a.update == ACT_OVERWRITE && a.shape.channels > 0);
    long const before = calls().launches;
    act_status const status = run(a);
    ASSERT_NO_FATAL_FAILURE(judge(bad, has_work, status, calls().launches - before, a.words()));
  }
  expect_both(1000);
}

}  // namespace
