// What a call does beside its kernel: nothing. No allocation, no synchronisation, no query, the
// user's own errors left alone.
#include "support/rowwise_call.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace {

using support::calls;
using support::device_buffer;
using support::host_array;

class contract_calls : public testing::Test {
 protected:
  static constexpr std::int64_t n = 600;
  host_array const values =
      host_array::of(support::storages[ACT_FLOAT64], std::vector<double>(n, 0.5));
  device_buffer const dy{values};
  device_buffer const x{values};
  device_buffer const out{values.bytes()};
};

TEST_F(contract_calls, OnlyLaunch) {
  long launched = 0;
  long const launches = calls().launches;
  long const forbidden = calls().forbidden();
  for (support::storage const& type : support::storages) {
    for (int i = 0; i < act_op_count(); ++i) {
      act_op const op = support::op_named(act_op_name(i));
      EXPECT_EQ(act_forward(&op, type.dtype, x.get(), out.get(), n, nullptr), ACT_OK);
      EXPECT_EQ(act_backward(&op, type.dtype, dy.get(), x.get(), out.get(), n, nullptr), ACT_OK);
      launched += 2;
      if (act_op_has_backward_from_output(i) == 0) continue;
      EXPECT_EQ(act_backward_from_output(&op, type.dtype, dy.get(), x.get(), out.get(), n, nullptr),
                ACT_OK);
      ++launched;
    }
    for (int i = 0; i < act_softmax_count(); ++i) {
      act_softmax const op = support::softmax_named(act_softmax_name(i));
      for (std::int64_t const columns : {std::int64_t{5}, n}) {
        std::int64_t const rows = n / columns;
        EXPECT_EQ(act_softmax_forward(&op, type.dtype, x.get(), out.get(), rows, columns, nullptr),
                  ACT_OK);
        EXPECT_EQ(act_softmax_backward(&op, type.dtype, dy.get(), x.get(), out.get(), rows, columns,
                                       nullptr),
                  ACT_OK);
        launched += 2;
      }
    }
  }
  EXPECT_EQ(calls().launches - launches, launched);
  EXPECT_EQ(calls().forbidden(), forbidden);
}

TEST_F(contract_calls, TheUsersErrorStays) {
  act_op const op = support::op_named("relu");
  ASSERT_EQ(cudaSetDevice(12'345), cudaErrorInvalidDevice);
  EXPECT_EQ(act_forward(&op, ACT_FLOAT32, x.get(), out.get(), n, nullptr), ACT_OK);
  EXPECT_EQ(act_forward(&op, ACT_FLOAT32, nullptr, out.get(), n, nullptr), ACT_INVALID_ARGUMENT);
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidDevice);
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
}

TEST_F(contract_calls, RefusalsTouchNothing) {
  act_op const op = support::op_named("identity");
  out.upload(host_array::of(support::storages[ACT_FLOAT64], std::vector<double>(n, 7.0)));
  auto* const shifted = static_cast<char*>(out.get()) + 8;
  EXPECT_EQ(act_forward(&op, ACT_FLOAT64, out.get(), shifted, n - 1, nullptr),
            ACT_INVALID_ARGUMENT);
  EXPECT_EQ(act_forward(&op, ACT_FLOAT64, x.get(), out.get(), -n, nullptr), ACT_INVALID_ARGUMENT);
  host_array const after = out.download(support::storages[ACT_FLOAT64]);
  for (std::size_t i = 0; i < after.size(); ++i) ASSERT_EQ(after[i], 7.0);
}

}  // namespace
