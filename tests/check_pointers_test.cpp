// ACTIVATIONS_CUDA_CHECK_POINTERS=1 finds host pointers. The library reads it when it is loaded:
// the test starts itself again with it.
#include "support/glu_call.hpp"
#include "support/learned_call.hpp"
#include "support/random_call.hpp"
#include "support/rowwise_call.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace {

using support::calls;

TEST(check_pointers, FindsHostPointers) {
  act_op const op = support::op_named("relu");
  act_softmax const softmax = support::softmax_named("softmax");
  support::device_buffer const device(64);
  alignas(16) float host[16] = {};
  long const before = calls().launches;
  EXPECT_EQ(act_forward(&op, ACT_FLOAT32, host, device.get(), 16, nullptr), ACT_INVALID_ARGUMENT);
  EXPECT_NE(std::string(act_last_error()).find("x is 0x"), std::string::npos) << act_last_error();
  EXPECT_NE(std::string(act_last_error()).find("host memory"), std::string::npos)
      << act_last_error();
  EXPECT_EQ(act_forward(&op, ACT_FLOAT32, device.get(), host, 16, nullptr), ACT_INVALID_ARGUMENT);
  EXPECT_EQ(act_backward(&op, ACT_FLOAT32, host, device.get(), device.get(), 16, nullptr),
            ACT_INVALID_ARGUMENT);
  EXPECT_EQ(act_softmax_forward(&softmax, ACT_FLOAT32, host, device.get(), 4, 4, nullptr),
            ACT_INVALID_ARGUMENT);
  act_softmax_options options;
  ASSERT_EQ(act_softmax_options_init(&options), ACT_OK);
  auto const strided = [&] {
    return act_softmax_forward_strided(&softmax, ACT_FLOAT32, {2, 4, 1}, device.get(), {4, 1},
                                       device.get(), {4, 1}, &options, nullptr);
  };
  auto const expect_found = [&](char const* name) {
    EXPECT_EQ(strided(), ACT_INVALID_ARGUMENT);
    EXPECT_NE(std::string(act_last_error()).find(std::string(name) + " is 0x"), std::string::npos)
        << act_last_error();
    ASSERT_EQ(act_softmax_options_init(&options), ACT_OK);
  };
  std::int64_t const lengths[] = {4, 4};
  options.lengths = lengths;
  expect_found("lengths");
  options.additive = host;
  expect_found("additive");
  options.log_sum_exp = host;
  expect_found("log_sum_exp");
  act_glu const glu = support::glu_named("glu");
  EXPECT_EQ(
      act_glu_forward(&glu, ACT_FLOAT32, device.get(), 4, host, 4, device.get(), 4, 4, 4, nullptr),
      ACT_INVALID_ARGUMENT);
  EXPECT_NE(std::string(act_last_error()).find("up is 0x"), std::string::npos) << act_last_error();
  act_random const random = support::random_named("rrelu");
  std::uint64_t const number = 1;
  act_random_position const position{0, 0, 0, nullptr, &number};
  EXPECT_EQ(
      act_random_forward(&random, ACT_FLOAT32, device.get(), device.get(), 4, &position, nullptr),
      ACT_INVALID_ARGUMENT);
  EXPECT_NE(std::string(act_last_error()).find("device_offset is 0x"), std::string::npos)
      << act_last_error();
  act_learned const prelu = support::learned_named("prelu");
  void const* const on_host[] = {host};
  void* const gradients[] = {host};
  void const* const on_device[] = {device.get()};
  EXPECT_EQ(act_learned_forward(&prelu, ACT_FLOAT32, {1, 1, 4}, device.get(), ACT_FLOAT32, on_host,
                                device.get(), nullptr),
            ACT_INVALID_ARGUMENT);
  EXPECT_NE(std::string(act_last_error()).find("alpha is 0x"), std::string::npos)
      << act_last_error();
  EXPECT_EQ(act_learned_backward_parameters(&prelu, ACT_FLOAT32, {1, 1, 4}, device.get(),
                                            device.get(), ACT_FLOAT32, on_device, gradients,
                                            ACT_ADD, nullptr, 0, nullptr),
            ACT_INVALID_ARGUMENT);
  EXPECT_NE(std::string(act_last_error()).find("the gradient of alpha is 0x"), std::string::npos)
      << act_last_error();
  EXPECT_EQ(calls().launches, before);
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
}

TEST(check_pointers, LetsDevicePointersPass) {
  act_op const op = support::op_named("relu");
  support::storage const& type = support::storages[ACT_FLOAT32];
  support::device_buffer const device(support::host_array::of(type, {1, -2, 3, -4}));
  ASSERT_EQ(act_forward(&op, type.dtype, device.get(), device.get(), 4, nullptr), ACT_OK)
      << act_last_error();
  EXPECT_TRUE(device.download(type) == support::host_array::of(type, {1, 0, 3, 0}));
  EXPECT_EQ(act_forward(&op, type.dtype, nullptr, nullptr, 0, nullptr), ACT_OK);
}

}  // namespace

int main(int count, char** values) {
  constexpr char const* variable = "ACTIVATIONS_CUDA_CHECK_POINTERS";
  if (std::getenv(variable) == nullptr) {
    setenv(variable, "1", 1);
    execv("/proc/self/exe", values);
    std::perror("execv");
    return 1;
  }
  testing::InitGoogleTest(&count, values);
  return RUN_ALL_TESTS();
}
