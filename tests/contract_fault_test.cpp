// After a kernel has faulted every call hands on CUDA's error. In a process of its own: the fault
// stays.
#include "support/rowwise_call.hpp"

#include <activations_cuda/activations.hpp>

#include <gtest/gtest.h>
#include <string>

namespace {

TEST(contract_fault, CallsHandOnTheErrorOfAnEarlierKernel) {
  act_op const op = support::op_named("relu");
  act_softmax const softmax = support::softmax_named("softmax");
  support::device_buffer const good(64);
  auto* const nowhere = reinterpret_cast<void*>(16);
  ASSERT_EQ(act_forward(&op, ACT_FLOAT32, nowhere, nowhere, 4, nullptr), ACT_OK)
      << "a wild pointer is found by the kernel, not by the call";
  ASSERT_EQ(cudaDeviceSynchronize(), cudaErrorIllegalAddress);

  EXPECT_EQ(act_forward(&op, ACT_FLOAT32, good.get(), good.get(), 4, nullptr), ACT_CUDA_ERROR);
  EXPECT_EQ(act_last_cuda_error(), cudaErrorIllegalAddress);
  std::string const words = act_last_error();
  EXPECT_NE(words.find("act_forward"), std::string::npos) << words;
  EXPECT_NE(words.find("cudaErrorIllegalAddress"), std::string::npos) << words;
  EXPECT_EQ(act_softmax_forward(&softmax, ACT_FLOAT32, good.get(), good.get(), 1, 4, nullptr),
            ACT_CUDA_ERROR);
  auto* const x = static_cast<float*>(good.get());
  try {
    activations_cuda::forward(activations_cuda::relu{}, x, x, 4, nullptr);
    ADD_FAILURE() << "no exception";
  } catch (activations_cuda::cuda_error const& error) {
    EXPECT_EQ(error.code(), cudaErrorIllegalAddress);
  }
  // Arguments are looked at first, and nothing to do is nothing to fail.
  EXPECT_EQ(act_forward(&op, ACT_FLOAT32, nullptr, nullptr, 4, nullptr), ACT_INVALID_ARGUMENT);
  EXPECT_EQ(act_forward(&op, ACT_FLOAT32, nullptr, nullptr, 0, nullptr), ACT_OK);
}

}  // namespace
