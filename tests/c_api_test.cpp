// The C ABI's rules: names, parameters, every bad argument in words and without a launch.
#include "support/refusal.hpp"
#include "support/rowwise_call.hpp"

#include <activations_cuda/activations.h>

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <string>

namespace {

using support::calls;
using support::device_buffer;
using support::expect_words;

TEST(c_api, KnowsEachNameOfTheTable) {
  ASSERT_GT(act_op_count(), 0);
  for (int i = 0; i < act_op_count(); ++i) {
    act_op op;
    EXPECT_EQ(act_op_from_name(act_op_name(i), &op), ACT_OK);
    for (int p = 0; p < act_op_parameter_count(i); ++p) {
      double value = NAN;
      EXPECT_EQ(act_op_get(&op, act_op_parameter_name(i, p), &value), ACT_OK);
      EXPECT_TRUE(std::isfinite(value));
    }
  }
  EXPECT_EQ(act_op_name(-1), nullptr);
  EXPECT_EQ(act_op_name(act_op_count()), nullptr);
}

TEST(c_api, RefusesUnknownNamesAndLeavesTheDescriptorAlone) {
  act_op op = support::op_named("relu");
  act_op const before = op;
  EXPECT_EQ(act_op_from_name("rellu", &op), ACT_INVALID_ARGUMENT);
  expect_words({"name", "rellu", "relu", "sigmoid"});
  EXPECT_EQ(act_op_from_name("softmax", &op), ACT_INVALID_ARGUMENT);
  expect_words({"act_softmax_from_name"});
  EXPECT_EQ(act_op_from_name(nullptr, &op), ACT_INVALID_ARGUMENT);
  EXPECT_EQ(act_op_from_name("relu", nullptr), ACT_INVALID_ARGUMENT);
  EXPECT_EQ(std::memcmp(&op, &before, sizeof(op)), 0);
}

TEST(c_api, RefusesBadParameters) {
  act_op op = support::op_named("leaky_relu");
  EXPECT_EQ(act_op_set(&op, "slop", 1), ACT_INVALID_ARGUMENT);
  expect_words({"slop", "slope"});
  EXPECT_EQ(act_op_set(&op, "slope", NAN), ACT_INVALID_ARGUMENT);
  expect_words({"slope", "nan", "finite"});
  double slope = 0;
  EXPECT_EQ(act_op_get(&op, "slope", &slope), ACT_OK);
  EXPECT_EQ(slope, 0.01);
  // Finite, but not when rounded to float32: known with the type.
  EXPECT_EQ(act_op_set(&op, "slope", 1e300), ACT_OK);
  long const before = calls().launches;
  EXPECT_EQ(act_forward(&op, ACT_FLOAT32, nullptr, nullptr, 0, nullptr), ACT_INVALID_ARGUMENT);
  expect_words({"slope", "1e+300", "float32"});
  EXPECT_EQ(act_forward(&op, ACT_FLOAT64, nullptr, nullptr, 0, nullptr), ACT_OK);
  EXPECT_EQ(calls().launches, before);
}

TEST(c_api, RefusesWhatTheOutputCannotTell) {
  act_op op = support::op_named("heaviside");
  EXPECT_EQ(act_backward_from_output(&op, ACT_FLOAT32, nullptr, nullptr, nullptr, 0, nullptr),
            ACT_UNSUPPORTED);
  expect_words({"heaviside", "act_backward"});
  op = support::op_named("leaky_relu");
  ASSERT_EQ(act_op_set(&op, "slope", -0.5), ACT_OK);
  EXPECT_EQ(act_backward_from_output(&op, ACT_FLOAT32, nullptr, nullptr, nullptr, 0, nullptr),
            ACT_UNSUPPORTED);
  expect_words({"slope", "0 or more"});
}

// 0.1 and 0.3 are not numbers of 16 bits: rounded, they are on another side of themselves.
TEST(c_api, RefusesWhatAStoredOutputCannotTell) {
  auto const in_type = [](act_op const& op, act_dtype dtype) {
    return act_backward_from_output(&op, dtype, nullptr, nullptr, nullptr, 0, nullptr);
  };
  act_op clip = support::op_named("hard_tanh");
  ASSERT_EQ(act_op_set(&clip, "upper", 0.1), ACT_OK);
  EXPECT_EQ(in_type(clip, ACT_FLOAT16), ACT_UNSUPPORTED);  // 0.09998
  expect_words({"upper", "rounds outwards", "call backward"});
  EXPECT_EQ(in_type(clip, ACT_BFLOAT16), ACT_OK);  // 0.1001
  EXPECT_EQ(in_type(clip, ACT_FLOAT32), ACT_OK);
  EXPECT_EQ(in_type(clip, ACT_FLOAT64), ACT_OK);
  ASSERT_EQ(act_op_set(&clip, "upper", 2), ACT_OK);
  ASSERT_EQ(act_op_set(&clip, "lower", -0.1), ACT_OK);
  EXPECT_EQ(in_type(clip, ACT_FLOAT16), ACT_UNSUPPORTED);
  EXPECT_EQ(in_type(clip, ACT_BFLOAT16), ACT_OK);

  act_op threshold = support::op_named("threshold");
  ASSERT_EQ(act_op_set(&threshold, "threshold", 0.3), ACT_OK);
  ASSERT_EQ(act_op_set(&threshold, "value", 0.3), ACT_OK);
  EXPECT_EQ(in_type(threshold, ACT_FLOAT16), ACT_UNSUPPORTED);  // 0.30005
  expect_words({"value", "at most threshold", "rounded"});
  EXPECT_EQ(in_type(threshold, ACT_BFLOAT16), ACT_UNSUPPORTED);
  EXPECT_EQ(in_type(threshold, ACT_FLOAT32), ACT_OK);
  ASSERT_EQ(act_op_set(&threshold, "value", 0.25), ACT_OK);
  EXPECT_EQ(in_type(threshold, ACT_FLOAT16), ACT_OK);
}

TEST(c_api, RefusesBadTensorsWithoutALaunch) {
  act_op const op = support::op_named("relu");
  device_buffer const a(1024);
  device_buffer const b(1024);
  auto* const x = static_cast<char*>(a.get());
  auto* const y = static_cast<char*>(b.get());
  long const before = calls().launches;
  struct {
    void* x;
    void* y;
    std::int64_t n;
    int dtype;
    char const* word;
  } const cases[] = {
      {x, y, -1, ACT_FLOAT32, "n is -1"},
      {x, y, std::numeric_limits<std::int64_t>::max(), ACT_FLOAT32, "n is 9223372036854775807"},
      {nullptr, y, 8, ACT_FLOAT32, "x is null"},
      {x, nullptr, 8, ACT_FLOAT32, "y is null"},
      {x + 1, y, 8, ACT_FLOAT16, "x is 0x"},
      {x, y + 2, 8, ACT_FLOAT32, "y is 0x"},
      {x, x + 4, 8, ACT_FLOAT32, "overlaps"},
      {x + 8, x, 8, ACT_FLOAT64, "overlaps"},
      {x, y, 8, 4, "dtype is 4"},
      {x, y, 8, -1, "dtype is -1"},
  };
  for (auto const& c : cases) {
    EXPECT_EQ(act_forward(&op, static_cast<act_dtype>(c.dtype), c.x, c.y, c.n, nullptr),
              ACT_INVALID_ARGUMENT);
    expect_words({"act_forward", c.word});
  }
  act_op empty{};
  EXPECT_EQ(act_forward(&empty, ACT_FLOAT32, x, y, 8, nullptr), ACT_INVALID_ARGUMENT);
  expect_words({"struct_size", "act_op_from_name"});
  EXPECT_EQ(act_forward(nullptr, ACT_FLOAT32, x, y, 8, nullptr), ACT_INVALID_ARGUMENT);
  EXPECT_EQ(calls().launches, before);
  EXPECT_EQ(act_forward(&op, ACT_FLOAT32, nullptr, nullptr, 0, nullptr), ACT_OK);
  EXPECT_EQ(calls().launches, before);
}

TEST(c_api, KnowsEachSoftmax) {
  ASSERT_GT(act_softmax_count(), 0);
  for (int i = 0; i < act_softmax_count(); ++i) {
    act_softmax op;
    EXPECT_EQ(act_softmax_from_name(act_softmax_name(i), &op), ACT_OK);
    EXPECT_EQ(op.struct_size, sizeof(op));
    EXPECT_NE(act_softmax_formula(i), nullptr);
  }
  EXPECT_EQ(act_softmax_name(-1), nullptr);
  EXPECT_EQ(act_softmax_name(act_softmax_count()), nullptr);
  EXPECT_EQ(act_softmax_formula(act_softmax_count()), nullptr);
}

TEST(c_api, RefusesUnknownSoftmaxNames) {
  act_softmax op = support::softmax_named("softmax");
  act_softmax const before = op;
  EXPECT_EQ(act_softmax_from_name("softmaxx", &op), ACT_INVALID_ARGUMENT);
  expect_words({"act_softmax_from_name", "name is \"softmaxx\"", "softmax, log_softmax"});
  EXPECT_EQ(act_softmax_from_name("relu", &op), ACT_INVALID_ARGUMENT);
  expect_words({"act_op_from_name"});
  EXPECT_EQ(act_softmax_from_name(nullptr, &op), ACT_INVALID_ARGUMENT);
  expect_words({"name is null", "softmax, log_softmax"});
  EXPECT_EQ(act_softmax_from_name("softmax", nullptr), ACT_INVALID_ARGUMENT);
  expect_words({"op is null"});
  EXPECT_EQ(std::memcmp(&op, &before, sizeof(op)), 0);
}

// A caller's string of any length leaves room for what is allowed.
TEST(c_api, CutsLongNames) {
  act_op op;
  std::string const long_name(100'000, 'x');
  EXPECT_EQ(act_op_from_name(long_name.c_str(), &op), ACT_INVALID_ARGUMENT);
  expect_words({"name is \"xxxx", "xxx...\"", act_op_name(0), act_op_name(act_op_count() - 1)});
}

TEST(c_api, RefusesBadRowsWithoutALaunch) {
  act_softmax const op = support::softmax_named("log_softmax");
  device_buffer const a(1024);
  auto* const x = static_cast<char*>(a.get());
  long const before = calls().launches;
  struct {
    void* x;
    void* y;
    std::int64_t rows, columns;
    int dtype;
    char const* word;
  } const cases[] = {
      {x, x + 512, -1, 4, ACT_FLOAT32, "rows is -1"},
      {x, x + 512, 0, -4, ACT_FLOAT32, "columns is -4"},
      {x, x + 512, std::int64_t{1} << 32, std::int64_t{1} << 31, ACT_FLOAT32, "their product"},
      {nullptr, x + 512, 2, 4, ACT_FLOAT32, "x is null; it must point to rows * columns = 8 "},
      {x + 1, x + 512, 2, 4, ACT_BFLOAT16, "x is 0x"},
      {x, x + 4, 2, 4, ACT_FLOAT32, "overlaps"},
      {x, x + 512, 2, 4, 17, "dtype is 17"},
  };
  for (auto const& c : cases) {
    EXPECT_EQ(act_softmax_forward(&op, static_cast<act_dtype>(c.dtype), c.x, c.y, c.rows, c.columns,
                                  nullptr),
              ACT_INVALID_ARGUMENT);
    expect_words({"act_softmax_forward", c.word});
  }
  act_softmax empty{};
  EXPECT_EQ(act_softmax_forward(&empty, ACT_FLOAT32, x, x, 2, 4, nullptr), ACT_INVALID_ARGUMENT);
  expect_words({"struct_size", "act_softmax_from_name"});
  EXPECT_EQ(act_softmax_backward(nullptr, ACT_FLOAT32, x, x, x, 2, 4, nullptr),
            ACT_INVALID_ARGUMENT);
  EXPECT_EQ(act_softmax_backward(&op, ACT_FLOAT32, nullptr, x, x, 2, 4, nullptr),
            ACT_INVALID_ARGUMENT);
  expect_words({"act_softmax_backward", "dy is null"});
  EXPECT_EQ(calls().launches, before);
}

TEST(c_api, HasWordsForEachStatus) {
  for (act_status const status :
       {ACT_OK, ACT_INVALID_ARGUMENT, ACT_UNSUPPORTED, ACT_CUDA_ERROR, ACT_INTERNAL}) {
    EXPECT_STRNE(act_status_string(status), "unknown status");
  }
  EXPECT_STREQ(act_status_string(static_cast<act_status>(99)), "unknown status");
  EXPECT_EQ(act_version(), ACTIVATIONS_CUDA_VERSION);
}

}  // namespace
