// The C interface of softmax and its family: names and parameters of the table, what only C can get
// wrong, and with every option the bits of the C++ interface. The tensors' rules are in
// softmax_contract_test.cpp.
#include "support/refusal.hpp"
#include "support/rowwise_call.hpp"
#include "support/softmax_device_case.hpp"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

namespace act = activations_cuda;
using support::calls;
using support::device_buffer;
using support::expect_words;
using support::softmax_device_case;
using support::storage;

static_assert(sizeof(act_softmax) == 256 && sizeof(act_softmax_options) == 512 &&
                  sizeof(act_softmax_shape) == 24 && sizeof(act_softmax_strides) == 16,
              "part of the ABI");

TEST(softmax_c_api, KnowsEachParameterOfTheTable) {
  std::vector<std::string> const names{"softmax", "log_softmax", "softmin"};
  ASSERT_EQ(act_softmax_count(), static_cast<int>(names.size()));
  for (int i = 0; i < act_softmax_count(); ++i) {
    EXPECT_EQ(act_softmax_name(i), names[static_cast<std::size_t>(i)]);
    act_softmax op = support::softmax_named(act_softmax_name(i));
    ASSERT_EQ(act_softmax_parameter_count(i), 1);
    EXPECT_STREQ(act_softmax_parameter_name(i, 0), "scale");
    EXPECT_STREQ(act_softmax_parameter_allowed(i, 0), "a finite number other than 0");
    EXPECT_EQ(act_softmax_parameter_name(i, 1), nullptr);
    EXPECT_EQ(act_softmax_parameter_allowed(i, -1), nullptr);
    double value = NAN;
    EXPECT_EQ(act_softmax_get(&op, "scale", &value), ACT_OK);
    EXPECT_EQ(value, 1.0);
    EXPECT_EQ(act_softmax_set(&op, "scale", -0.25), ACT_OK);
    EXPECT_EQ(act_softmax_get(&op, "scale", &value), ACT_OK);
    EXPECT_EQ(value, -0.25);
  }
  EXPECT_EQ(act_softmax_parameter_count(-1), 0);
  EXPECT_EQ(act_softmax_parameter_name(act_softmax_count(), 0), nullptr);
}

TEST(softmax_c_api, RefusesBadParameters) {
  act_softmax op = support::softmax_named("softmax");
  act_softmax const before = op;
  for (double const bad : {0.0, double(NAN), double(INFINITY)}) {
    EXPECT_EQ(act_softmax_set(&op, "scale", bad), ACT_INVALID_ARGUMENT);
    expect_words({"act_softmax_set", "scale is ", "other than 0"});
  }
  EXPECT_EQ(act_softmax_set(&op, "temperature", 1), ACT_INVALID_ARGUMENT);
  expect_words({"parameter is \"temperature\"", "softmax has scale"});
  EXPECT_EQ(act_softmax_set(nullptr, "scale", 1), ACT_INVALID_ARGUMENT);
  EXPECT_EQ(act_softmax_get(&op, "scale", nullptr), ACT_INVALID_ARGUMENT);
  expect_words({"act_softmax_get", "value is null"});
  EXPECT_EQ(std::memcmp(&op, &before, sizeof(op)), 0);
}

TEST(softmax_c_api, FillsOptionsWithDefaults) {
  act_softmax_options options;
  std::memset(&options, 0xFF, sizeof(options));
  ASSERT_EQ(act_softmax_options_init(&options), ACT_OK);
  act_softmax_options expected{};
  expected.struct_size = sizeof(expected);
  expected.heads = expected.queries = 1;
  expected.additive_strides.column = expected.boolean_strides.column = 1;
  EXPECT_EQ(std::memcmp(&options, &expected, sizeof(options)), 0);
  EXPECT_EQ(act_softmax_options_init(nullptr), ACT_INVALID_ARGUMENT);
  expect_words({"act_softmax_options_init", "options is null"});
}

class softmax_c_calls : public testing::Test {
 protected:
  static constexpr act_softmax_shape shape{2, 3, 4};
  static constexpr act_softmax_strides strides{12, 4};
  act_softmax const op = support::softmax_named("log_softmax");
  device_buffer const buffer{1024};
  char* const x = static_cast<char*>(buffer.get());
  char* const y = x + 512;
  long const before = calls().launches;

  softmax_c_calls() { support::check(cudaMemset(x, 0, 1024), "cudaMemset"); }

  void expect_refused(std::initializer_list<char const*> words, act_softmax const* f, int type,
                      act_softmax_options const* options) const {
    auto const dtype = static_cast<act_dtype>(type);
    EXPECT_EQ(
        act_softmax_forward_strided(f, dtype, shape, x, strides, y, strides, options, nullptr),
        ACT_INVALID_ARGUMENT);
    expect_words({"act_softmax_forward_strided: "});
    expect_words(words);
    EXPECT_EQ(act_softmax_backward_strided(f, dtype, shape, x, strides, x, strides, y, strides,
                                           options, nullptr),
              ACT_INVALID_ARGUMENT);
    expect_words({"act_softmax_backward_strided: "});
    expect_words(words);
    EXPECT_EQ(calls().launches, before);
  }
};

TEST_F(softmax_c_calls, RefuseBadDescriptorsTypesAndOptions) {
  act_softmax const empty{};
  act_softmax_options const never_filled{};
  act_softmax_options options;
  ASSERT_EQ(act_softmax_options_init(&options), ACT_OK);
  expect_refused({"op is null", "act_softmax_from_name"}, nullptr, ACT_FLOAT32, &options);
  expect_refused({"struct_size 0", "act_softmax_from_name"}, &empty, ACT_FLOAT32, nullptr);
  expect_refused({"dtype is 4"}, &op, 4, nullptr);
  expect_refused({"options has struct_size 0", "act_softmax_options_init"}, &op, ACT_FLOAT32,
                 &never_filled);
  options.empty_rows = static_cast<act_empty_rows>(7);
  expect_refused({"empty is 7"}, &op, ACT_FLOAT32, &options);
  options.empty_rows = ACT_EMPTY_ROWS_NAN;
  options.heads = 0;
  expect_refused({"heads is 0"}, &op, ACT_FLOAT16, &options);
  std::size_t bytes = 77;
  EXPECT_EQ(act_softmax_workspace(&op, ACT_FLOAT32, shape, nullptr), ACT_INVALID_ARGUMENT);
  expect_words({"act_softmax_workspace", "bytes is null"});
  EXPECT_EQ(act_softmax_workspace(&op, ACT_FLOAT32, {1, -1, 1}, &bytes), ACT_INVALID_ARGUMENT);
  expect_words({"columns is -1"});
  EXPECT_EQ(bytes, 77U);
  EXPECT_EQ(act_softmax_workspace(&op, ACT_FLOAT32, shape, &bytes), ACT_OK);
  EXPECT_EQ(bytes, 0U);
}

TEST_F(softmax_c_calls, NeedNoOptions) {
  act_softmax_options options;
  ASSERT_EQ(act_softmax_options_init(&options), ACT_OK);
  for (act_softmax_options const* const o :
       {&options, static_cast<act_softmax_options*>(nullptr)}) {
    EXPECT_EQ(
        act_softmax_forward_strided(&op, ACT_FLOAT32, shape, x, strides, y, strides, o, nullptr),
        ACT_OK)
        << act_last_error();
  }
  EXPECT_EQ(calls().launches, before + 2);
  support::check(cudaDeviceSynchronize(), "the launches");
}

template <class Op, class T>
void expect_same_bits(std::string const& name, storage const& type,
                      support::mask_choice const& of) {
  std::mt19937_64 random(support::seed());
  support::softmax_case const with(type, 5, 2, of, random);
  std::mt19937_64 same = random;
  softmax_device_case const through_c(type, with, random);
  softmax_device_case const through_cpp(type, with, same);
  act_softmax op = support::softmax_named(name);
  ASSERT_EQ(act_softmax_set(&op, "scale", 0.3), ACT_OK);
  ASSERT_EQ(through_c.forward(op), ACT_OK) << act_last_error();
  ASSERT_EQ(through_c.backward(op), ACT_OK) << act_last_error();
  through_cpp.forward<T>(Op{0.3});
  through_cpp.backward<T>(Op{0.3});
  auto const results = through_c.results();
  auto const expected = through_cpp.results();
  for (std::size_t i = 0; i < results.size(); ++i)
    EXPECT_TRUE(results[i] == expected[i]) << name << " " << type.name << ", result " << i;
}

// With each mask alone and all of them.
TEST(softmax_c_api, GivesTheBitsOfCpp) {
  support::mask_choice const alone[] = {{true, false, false, false},
                                        {false, true, false, false},
                                        {false, false, true, false},
                                        {false, false, false, true}};
  support::mask_choice const all{true, true, true, true};
  int index = 0;
  act::for_each(act::rowwise_ops{}, [&](auto tag) {
    using op = typename decltype(tag)::type;
    std::string const name = act_softmax_name(index++);
    for (support::mask_choice const& of : alone)
      expect_same_bits<op, float>(name, support::storages[ACT_FLOAT32], of);
    expect_same_bits<op, float>(name, support::storages[ACT_FLOAT32], all);
    expect_same_bits<op, double>(name, support::storages[ACT_FLOAT64], all);
    expect_same_bits<op, __half>(name, support::storages[ACT_FLOAT16], all);
    expect_same_bits<op, __nv_bfloat16>(name, support::storages[ACT_BFLOAT16], all);
  });
}

}  // namespace
