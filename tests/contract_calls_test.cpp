// What a call does beside its kernel: nothing. No allocation, no synchronisation, no query, the
// user's own errors left alone.
#include "support/glu_call.hpp"
#include "support/learned_call.hpp"
#include "support/random_call.hpp"
#include "support/rowwise_call.hpp"

#include <gtest/gtest.h>
#include <vector>

COUNT_HOST_ALLOCATIONS

namespace {

using support::calls;
using support::device_buffer;
using support::host_array;

class contract_calls : public testing::Test {
 protected:
  static constexpr std::int64_t n = 600;

  // The launches are all that it does.
  template <class Function, class... Arguments>
  static long launches_of(Function function, Arguments const&... arguments) {
    long const launches = calls().launches;
    std::size_t const allocations = support::host_allocations();
    act_status const status = function(arguments..., nullptr);
    EXPECT_EQ(support::host_allocations(), allocations);
    EXPECT_EQ(status, ACT_OK) << act_last_error();
    return calls().launches - launches;
  }

  host_array const values =
      host_array::of(support::storages[ACT_FLOAT64], std::vector<double>(n, 0.5));
  device_buffer const dy{values};
  device_buffer const x{values};
  device_buffer const out{values.bytes()};
  device_buffer const scratch{values.bytes()};
  device_buffer const sums[4] = {device_buffer(values), device_buffer(values),
                                 device_buffer(values), device_buffer(values)};
  void* const gradients[4] = {sums[0].get(), sums[1].get(), sums[2].get(), sums[3].get()};
};

// The launch is one; host memory of the library's own would be the other.
TEST_F(contract_calls, OnlyLaunch) {
  long const forbidden = calls().forbidden();
  auto const expect_only_launch = [](auto function, auto const&... arguments) {
    EXPECT_EQ(launches_of(function, arguments...), 1);
  };
  for (support::storage const& type : support::storages) {
    act_dtype const dtype = type.dtype;
    for (int i = 0; i < act_op_count(); ++i) {
      act_op const op = support::op_named(act_op_name(i));
      expect_only_launch(act_forward, &op, dtype, x.get(), out.get(), n);
      expect_only_launch(act_backward, &op, dtype, dy.get(), x.get(), out.get(), n);
      if (act_op_has_backward_from_output(i) != 0)
        expect_only_launch(act_backward_from_output, &op, dtype, dy.get(), x.get(), out.get(), n);
    }
    for (int i = 0; i < act_glu_count(); ++i) {
      act_glu const op = support::glu_named(act_glu_name(i));
      constexpr std::int64_t rows = 20;
      constexpr std::int64_t columns = 10;
      for (std::int64_t const stride : {columns, columns + 1}) {
        expect_only_launch(act_glu_forward, &op, dtype, x.get(), stride, dy.get(), stride,
                           out.get(), stride, rows, columns);
        expect_only_launch(act_glu_backward, &op, dtype, dy.get(), stride, x.get(), stride, x.get(),
                           stride, out.get(), stride, dy.get(), stride, rows, columns);
      }
      for (act_glu_layout const layout : support::glu_layouts) {
        expect_only_launch(act_glu_packed_forward, &op, dtype, layout, x.get(), 2 * columns,
                           out.get(), columns, rows, columns);
        expect_only_launch(act_glu_packed_backward, &op, dtype, layout, dy.get(), columns, x.get(),
                           2 * columns, out.get(), 2 * columns, rows, columns);
      }
    }
    for (int i = 0; i < act_learned_count(); ++i) {
      act_learned const op = support::learned_named(act_learned_name(i));
      void const* const learned[] = {x.get(), x.get(), x.get(), x.get()};
      // A launch for the rows that make packs and one for the rest; for sums, one that adds up.
      for (act_channel_shape const& shape :
           {act_channel_shape{10, 12, 5}, {1, 1, n}, {n / 8, 1, 8}, {n, 1, 1}, {7, 3, 5}}) {
        long const forward =
            launches_of(act_learned_forward, &op, dtype, shape, x.get(), dtype, learned, out.get());
        EXPECT_TRUE(forward == 1 || forward == 2) << forward;
        EXPECT_EQ(launches_of(act_learned_backward, &op, dtype, shape, dy.get(), x.get(), dtype,
                              learned, out.get()),
                  forward);
        std::size_t bytes = 0;
        EXPECT_EQ(act_learned_backward_workspace(&op, dtype, shape, &bytes), ACT_OK);
        ASSERT_LE(bytes, values.bytes());
        auto const expect_sums = [&](long launches) {
          EXPECT_GE(launches, forward);
          EXPECT_LE(launches, 3);
        };
        expect_sums(launches_of(act_learned_backward_with_parameters, &op, dtype, shape, dy.get(),
                                x.get(), dtype, learned, out.get(), gradients, ACT_OVERWRITE,
                                scratch.get(), bytes));
        expect_sums(launches_of(act_learned_backward_parameters, &op, dtype, shape, dy.get(),
                                x.get(), dtype, learned, gradients, ACT_ADD, scratch.get(), bytes));
      }
    }
    for (int i = 0; i < act_random_count(); ++i) {
      act_random const op = support::random_named(act_random_name(i));
      auto const* const number = static_cast<std::uint64_t const*>(dy.get());
      for (act_random_position const& position :
           {support::position_at(1, 2, 3), act_random_position{0, 0, 0, number, number}}) {
        expect_only_launch(act_random_forward, &op, dtype, x.get(), out.get(), n, &position);
        expect_only_launch(act_random_backward, &op, dtype, dy.get(), x.get(), out.get(), n,
                           &position);
        expect_only_launch(act_random_slopes, &op, dtype, out.get(), n, &position);
      }
    }
    for (int i = 0; i < act_softmax_count(); ++i) {
      act_softmax const op = support::softmax_named(act_softmax_name(i));
      for (std::int64_t const columns : {std::int64_t{5}, n}) {
        std::int64_t const rows = n / columns;
        expect_only_launch(act_softmax_forward, &op, dtype, x.get(), out.get(), rows, columns);
        expect_only_launch(act_softmax_backward, &op, dtype, dy.get(), x.get(), out.get(), rows,
                           columns);
      }
      // The first axis, and a mask.
      act_softmax_options options;
      ASSERT_EQ(act_softmax_options_init(&options), ACT_OK);
      options.causal = 1;
      act_softmax_shape const shape{1, 10, n / 10};
      act_softmax_strides const strides{n, n / 10};
      expect_only_launch(act_softmax_forward_strided, &op, dtype, shape, x.get(), strides,
                         out.get(), strides, &options);
      expect_only_launch(act_softmax_backward_strided, &op, dtype, shape, dy.get(), strides,
                         x.get(), strides, out.get(), strides, &options);
    }
  }
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
