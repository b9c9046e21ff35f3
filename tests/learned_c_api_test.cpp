// The rules of the C interface of the activations with learned parameters: names, numbers and arrays
// of the table, and what only C can get wrong. The tensors' rules are in learned_contract_test.cpp.
#include "support/learned_call.hpp"
#include "support/refusal.hpp"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

using support::calls;
using support::device_buffer;
using support::expect_words;

static_assert(sizeof(act_learned) == 256 && sizeof(act_channel_shape) == 24, "part of the ABI");

TEST(learned_c_api, KnowsEachNameOfTheTable) {
  ASSERT_GT(act_learned_count(), 0);
  for (int i = 0; i < act_learned_count(); ++i) {
    act_learned op;
    EXPECT_EQ(act_learned_from_name(act_learned_name(i), &op), ACT_OK);
    EXPECT_NE(act_learned_formula(i), nullptr);
    int const arrays = act_learned_array_count(i);
    EXPECT_GE(arrays, 1);
    for (int a = 0; a < arrays; ++a) {
      EXPECT_NE(act_learned_array_name(i, a), nullptr);
      EXPECT_TRUE(std::isfinite(act_learned_array_initial(i, a)));
    }
    for (int const outside : {-1, arrays}) {
      EXPECT_EQ(act_learned_array_name(i, outside), nullptr);
      EXPECT_EQ(act_learned_array_initial(i, outside), 0.0);
    }
    EXPECT_EQ(act_learned_parameter_name(i, act_learned_parameter_count(i)), nullptr);
    EXPECT_EQ(act_learned_parameter_allowed(i, -1), nullptr);
  }
  for (int const outside : {-1, act_learned_count()}) {
    EXPECT_EQ(act_learned_name(outside), nullptr);
    EXPECT_EQ(act_learned_formula(outside), nullptr);
    EXPECT_EQ(act_learned_parameter_count(outside), 0);
    EXPECT_EQ(act_learned_array_count(outside), 0);
    EXPECT_EQ(act_learned_array_name(outside, 0), nullptr);
    EXPECT_EQ(act_learned_array_initial(outside, 0), 0.0);
  }
}

// As docs/definitions.md has them, from the papers.
TEST(learned_c_api, HasTheArraysInOrderWithTheirInitialValues) {
  struct array {
    char const* name;
    double initial;
  };
  std::vector<std::pair<std::string, std::vector<array>>> const expected{
      {"prelu", {{"alpha", 0.25}}},
      {"s_shaped_relu",
       {{"right_threshold", 1}, {"right_slope", 1}, {"left_threshold", 0}, {"left_slope", 0.2}}},
      {"apl", {{"a", 0}, {"b", 0}}},
      {"swish", {{"beta", 1}}},
      {"learned_snake", {{"alpha", 1}}}};
  ASSERT_EQ(act_learned_count(), static_cast<int>(expected.size()));
  for (auto const& [name, arrays] : expected) {
    int const index = static_cast<int>(support::learned_named(name).index);
    EXPECT_EQ(act_learned_name(index), name);
    ASSERT_EQ(act_learned_array_count(index), static_cast<int>(arrays.size())) << name;
    for (int a = 0; a < act_learned_array_count(index); ++a) {
      auto const at = static_cast<std::size_t>(a);
      EXPECT_STREQ(act_learned_array_name(index, a), arrays[at].name);
      EXPECT_EQ(act_learned_array_initial(index, a), arrays[at].initial);
    }
  }
}

TEST(learned_c_api, SetsAndGetsHinges) {
  act_learned op = support::learned_named("apl");
  double value = NAN;
  EXPECT_EQ(act_learned_get(&op, "hinges", &value), ACT_OK);
  EXPECT_EQ(value, 1.0);
  EXPECT_EQ(act_learned_set(&op, "hinges", 16), ACT_OK);
  EXPECT_EQ(act_learned_get(&op, "hinges", &value), ACT_OK);
  EXPECT_EQ(value, 16.0);
  act_learned const before = op;
  for (double const bad : {0.0, 17.0, 2.5, -3.0, double(NAN), double(INFINITY)}) {
    EXPECT_EQ(act_learned_set(&op, "hinges", bad), ACT_INVALID_ARGUMENT);
    expect_words({"act_learned_set", "hinges is ", "a whole number from 1 to 16"});
  }
  EXPECT_EQ(act_learned_set(&op, "a", 1), ACT_INVALID_ARGUMENT);
  expect_words({"parameter is \"a\"", "apl has hinges"});
  EXPECT_EQ(act_learned_set(&op, nullptr, 1), ACT_INVALID_ARGUMENT);
  EXPECT_EQ(act_learned_get(&op, "hinges", nullptr), ACT_INVALID_ARGUMENT);
  expect_words({"act_learned_get", "value is null"});
  EXPECT_EQ(std::memcmp(&op, &before, sizeof(op)), 0);
  act_learned prelu = support::learned_named("prelu");
  EXPECT_EQ(act_learned_set(&prelu, "alpha", 1), ACT_INVALID_ARGUMENT);
  expect_words({"parameter is \"alpha\"", "prelu has no parameters"});
}

TEST(learned_c_api, SaysHowManyRowsArraysHave) {
  for (int i = 0; i < act_learned_count(); ++i) {
    act_learned op = support::learned_named(act_learned_name(i));
    std::int64_t rows = -1;
    EXPECT_EQ(act_learned_array_rows(&op, &rows), ACT_OK);
    EXPECT_EQ(rows, 1) << act_learned_name(i);
  }
  std::int64_t rows = -1;
  for (int const hinges : {2, 7, 16}) {
    act_learned const op = support::apl_of(hinges);
    EXPECT_EQ(act_learned_array_rows(&op, &rows), ACT_OK);
    EXPECT_EQ(rows, hinges);
  }
  EXPECT_EQ(act_learned_array_rows(nullptr, &rows), ACT_INVALID_ARGUMENT);
  expect_words({"act_learned_array_rows", "op is null", "act_learned_from_name"});
  act_learned op = support::learned_named("apl");
  EXPECT_EQ(act_learned_array_rows(&op, nullptr), ACT_INVALID_ARGUMENT);
  expect_words({"act_learned_array_rows", "rows is null", "int64_t"});
  op.parameters[0] = 2.5;  // as only one who does not call act_learned_set can
  EXPECT_EQ(act_learned_array_rows(&op, &rows), ACT_INVALID_ARGUMENT);
  expect_words({"act_learned_array_rows", "hinges is 2.5", "a whole number from 1 to 16"});
  EXPECT_EQ(rows, 16);
}

TEST(learned_c_api, NamesTheRightCall) {
  act_learned op = support::learned_named("swish");
  act_learned const before = op;
  EXPECT_EQ(act_learned_from_name("preluu", &op), ACT_INVALID_ARGUMENT);
  expect_words({"act_learned_from_name", "name is \"preluu\"", "prelu, s_shaped_relu, apl"});
  EXPECT_EQ(act_learned_from_name("relu", &op), ACT_INVALID_ARGUMENT);
  expect_words({"works on single elements", "act_op_from_name"});
  EXPECT_EQ(act_learned_from_name("rrelu", &op), ACT_INVALID_ARGUMENT);
  expect_words({"draws random numbers", "act_random_from_name"});
  EXPECT_EQ(act_learned_from_name(nullptr, &op), ACT_INVALID_ARGUMENT);
  EXPECT_EQ(act_learned_from_name("prelu", nullptr), ACT_INVALID_ARGUMENT);
  expect_words({"op is null", "act_learned"});
  EXPECT_EQ(std::memcmp(&op, &before, sizeof(op)), 0);
  auto const expect_pointed = [](act_status status) {
    EXPECT_EQ(status, ACT_INVALID_ARGUMENT);
    expect_words({"\"prelu\"", "has learned parameters", "act_learned_from_name"});
  };
  act_op pointwise;
  act_glu glu;
  act_random random;
  act_softmax softmax;
  expect_pointed(act_op_from_name("prelu", &pointwise));
  expect_pointed(act_glu_from_name("prelu", &glu));
  expect_pointed(act_random_from_name("prelu", &random));
  expect_pointed(act_softmax_from_name("prelu", &softmax));
}

class learned_c_calls : public testing::Test {
 protected:
  static constexpr act_channel_shape shape{2, 3, 4};
  act_learned const op = support::learned_named("prelu");
  device_buffer const buffer{4096};
  char* const x = static_cast<char*>(buffer.get());
  char* const y = x + 1024;
  void const* const learned[1] = {x + 2048};
  void* const gradients[1] = {x + 3072};
  long const before = calls().launches;

  act_status forward(act_learned const* f, int dtype, int learned_dtype,
                     void const* const* arrays) const {
    return act_learned_forward(f, static_cast<act_dtype>(dtype), shape, x,
                               static_cast<act_dtype>(learned_dtype), arrays, y, nullptr);
  }
  void expect_refusals(std::initializer_list<char const*> words,
                       std::vector<act_status> const& statuses) const {
    for (act_status const status : statuses) EXPECT_EQ(status, ACT_INVALID_ARGUMENT);
    expect_words(words);  // of the last
    EXPECT_EQ(calls().launches, before);
  }
  // Each call.
  void expect_refused(std::initializer_list<char const*> words, act_learned const* f,
                      int dtype_of_x, int learned_dtype_of,
                      act_channel_shape const& s = shape) const {
    auto const dtype = static_cast<act_dtype>(dtype_of_x);
    auto const learned_dtype = static_cast<act_dtype>(learned_dtype_of);
    expect_refusals(words,
                    {act_learned_forward(f, dtype, s, x, learned_dtype, learned, y, nullptr)});
    expect_refusals(words,
                    {act_learned_backward(f, dtype, s, x, x, learned_dtype, learned, y, nullptr)});
    expect_refusals(words, {act_learned_backward_with_parameters(
                               f, dtype, s, x, x, learned_dtype, learned, y, gradients,
                               ACT_OVERWRITE, nullptr, 0, nullptr)});
    expect_refusals(
        words, {act_learned_backward_parameters(f, dtype, s, x, x, learned_dtype, learned,
                                                gradients, ACT_OVERWRITE, nullptr, 0, nullptr)});
  }
};

TEST_F(learned_c_calls, RefuseBadDescriptorsTypesAndShapes) {
  act_learned const empty{};
  expect_refused({"op is null", "act_learned_from_name"}, nullptr, ACT_FLOAT32, ACT_FLOAT32);
  expect_refused({"struct_size 0", "act_learned_from_name"}, &empty, ACT_FLOAT32, ACT_FLOAT32);
  expect_refused({"dtype is 4", "ACT_BFLOAT16 (3)"}, &op, 4, ACT_FLOAT32);
  expect_refused({"learned_dtype is -1", "ACT_BFLOAT16 (3)"}, &op, ACT_FLOAT32, -1);
  expect_refused({"outer is -2"}, &op, ACT_FLOAT32, ACT_FLOAT32, {-2, 3, 4});
  for (int dtype = 0; dtype < 4; ++dtype) {
    for (int learned_dtype = 0; learned_dtype < 4; ++learned_dtype) {
      bool const is_16_bit = dtype == ACT_FLOAT16 || dtype == ACT_BFLOAT16;
      if (dtype == learned_dtype || (is_16_bit && learned_dtype == ACT_FLOAT32)) continue;
      std::string const both = "learned_dtype is " + std::to_string(learned_dtype) +
                               " and dtype is " + std::to_string(dtype);
      expect_refused({both.c_str(), "it must be dtype or", "ACT_FLOAT32 (0)"}, &op, dtype,
                     learned_dtype);
    }
  }
}

TEST_F(learned_c_calls, RefuseNullArraysOfPointers) {
  auto const type = ACT_FLOAT32;
  expect_refusals({"act_learned_forward", "learned is null", "array of pointers"},
                  {forward(&op, type, type, nullptr)});
  expect_refusals({"act_learned_backward", "learned is null"},
                  {act_learned_backward(&op, type, shape, x, x, type, nullptr, y, nullptr)});
  expect_refusals({"act_learned_backward_with_parameters", "gradients is null"},
                  {act_learned_backward_with_parameters(&op, type, shape, x, x, type, learned, y,
                                                        nullptr, ACT_ADD, nullptr, 0, nullptr)});
  expect_refusals({"act_learned_backward_parameters", "gradients is null"},
                  {act_learned_backward_parameters(&op, type, shape, x, x, type, learned, nullptr,
                                                   ACT_ADD, nullptr, 0, nullptr)});
  void const* const none[1] = {nullptr};
  expect_refusals({"alpha is null", "channels = 3"}, {forward(&op, type, type, none)});
}

TEST_F(learned_c_calls, RefuseBadUpdatesAndWorkspaces) {
  auto const type = ACT_FLOAT32;
  auto const update = static_cast<act_gradient_update>(2);
  expect_refusals({"act_learned_backward_with_parameters", "update is 2", "add (1)"},
                  {act_learned_backward_with_parameters(&op, type, shape, x, x, type, learned, y,
                                                        gradients, update, nullptr, 0, nullptr)});
  expect_refusals({"act_learned_backward_parameters", "update is 2"},
                  {act_learned_backward_parameters(&op, type, shape, x, x, type, learned, gradients,
                                                   update, nullptr, 0, nullptr)});
  act_channel_shape const large{1, 1, 1 << 20};
  std::size_t bytes = 0;
  ASSERT_EQ(act_learned_backward_workspace(&op, type, large, &bytes), ACT_OK);
  ASSERT_GT(bytes, 0U);
  auto const words = "workspace has " + std::to_string(bytes - 1) + " bytes";
  expect_refusals(
      {words.c_str(), std::to_string(bytes).c_str()},
      {act_learned_backward_with_parameters(&op, type, large, x, x, type, learned, y, gradients,
                                            ACT_OVERWRITE, y, bytes - 1, nullptr)});
  std::size_t const asked = bytes;
  expect_refusals({"act_learned_backward_workspace", "bytes is null"},
                  {act_learned_backward_workspace(&op, type, large, nullptr)});
  expect_refusals({"act_learned_backward_workspace", "inner is -1"},
                  {act_learned_backward_workspace(&op, type, {1, 1, -1}, &bytes)});
  EXPECT_EQ(bytes, asked);
}

}  // namespace
