// Beyond 2^31 and 2^32 elements: index arithmetic executed, not argued. Only the pages that are touched
// cost the emulator anything; a GPU needs 26 GB.
#include "../kernels/row_stream.cuh"
#include "support/softmax_call.hpp"

#include <activations_cuda/ops/log_softmax.cuh>

#include <cstdint>
#include <gtest/gtest.h>
#include <vector>

namespace {

namespace kernels = activations_cuda::kernels;
using activations_cuda::log_softmax;
using support::check;
using support::host_array;
using support::storage;

host_array ramp(storage const& type, std::size_t n) {
  host_array x(type, n);
  for (std::size_t i = 0; i < n; ++i) x.set(i, static_cast<double>(i * 37 % 101) / 16);
  return x;
}

void copy(void* to, void const* from, std::size_t bytes) {
  check(cudaMemcpy(to, from, bytes, cudaMemcpyDefault), "copy");
}

/// The rows of one tensor far apart, those of the other without gaps: the same results.
void expect_far_rows(act_softmax_shape const& shape, act_softmax_strides const& far) {
  storage const& type = support::storages[ACT_BFLOAT16];
  act_softmax const op = support::softmax_named("softmax");
  host_array const x = ramp(type, support::elements_of(shape));
  host_array const dense = support::forward(op, shape, x, support::plain_options());
  auto const last =
      (shape.outer - 1) * far.outer_stride + (shape.columns - 1) * far.column_stride + shape.inner;
  support::device_buffer const memory(static_cast<std::size_t>(last) * 2);
  auto* const first = static_cast<std::uint16_t*>(memory.get());
  auto const for_each_run = [&](auto const& body) {
    std::size_t at = 0;
    for (std::int64_t o = 0; o < shape.outer; ++o) {
      for (std::int64_t c = 0; c < shape.columns; ++c) {
        body(first + o * far.outer_stride + c * far.column_stride, at);
        at += static_cast<std::size_t>(shape.inner);
      }
    }
  };
  auto const run = static_cast<std::size_t>(shape.inner) * 2;
  auto const* const values = static_cast<std::uint16_t const*>(x.data());
  for_each_run([&](std::uint16_t* to, std::size_t at) { copy(to, values + at, run); });
  act_softmax_options const plain = support::plain_options();
  ASSERT_EQ(
      act_softmax_forward_strided(&op, type.dtype, shape, first, far, first, far, &plain, nullptr),
      ACT_OK)
      << act_last_error();
  auto const is_there = [&](host_array const& expected) {
    host_array found(type, x.size());
    auto* const results = static_cast<std::uint16_t*>(found.data());
    for_each_run([&](std::uint16_t* from, std::size_t at) { copy(results + at, from, run); });
    return found == expected;
  };
  EXPECT_TRUE(is_there(dense));
  // Backward with y for dy too, in place of both.
  ASSERT_EQ(act_softmax_backward_strided(&op, type.dtype, shape, first, far, first, far, first, far,
                                         &plain, nullptr),
            ACT_OK)
      << act_last_error();
  EXPECT_TRUE(is_there(support::backward(op, shape, dense, dense, plain)));
}

TEST(softmax_large, RowsBeyondTwoToThe32) {
  std::int64_t const far = (std::int64_t{1} << 31) + 9;
  for (std::int64_t const columns : {3, 700, 3000}) expect_far_rows({4, columns, 1}, {far, 1});
}

TEST(softmax_large, ColumnsBeyondTwoToThe32) {
  std::int64_t const far = (std::int64_t{1} << 31) + 9;
  for (std::int64_t const inner : {3, 40}) expect_far_rows({1, 4, inner}, {4 * far, far});
}

// A part of a row that begins behind 2^32 elements, walked through as the kernels of long rows do.
__global__ void walk_part(float const* x, float* y, kernels::row_call<float> call,
                          std::int64_t first) {
  kernels::evaluator_of<log_softmax, float> const op{log_softmax{}};
  kernels::forward_walk<log_softmax, float, false, kernels::no_mask<float>> const walk(
      op, {x, 0}, {y, 0}, call, 0, first, call.columns);
  auto sums = walk.raised();
  sums.merge<0>(walk.group, walk.by);
  walk.finish(sums);
}

TEST(softmax_large, PartsOfARowBehindTwoToThe32) {
  constexpr std::int64_t elements = 9003;
  constexpr int threads = activations_cuda::tuning::most_row_warps * 32;
  host_array const x = ramp(support::storages[ACT_FLOAT32], elements);
  std::vector<std::vector<float>> results;
  // Parts begin at multiples of packs; the row lies an element off the boundaries, so that a part also
  // finishes elements of the one before it.
  for (std::int64_t const first :
       {std::int64_t{0}, (std::int64_t{1} << 31) - 4096, std::int64_t{1} << 32}) {
    std::size_t const bytes = static_cast<std::size_t>(1 + first + elements) * sizeof(float);
    support::device_buffer const in(bytes), out(bytes);
    auto* const from = static_cast<float*>(in.get()) + 1;
    auto* const to = static_cast<float*>(out.get()) + 1;
    copy(from + first, x.data(), elements * sizeof(float));
    if (first > 0) check(cudaMemset(from + first - 4, 0, 4 * sizeof(float)), "fill");
    kernels::row_call<float> const call{
        1, first + elements, kernels::call_masks<float>({}, 1), false, false, {}};
    walk_part<<<1, threads>>>(from, to, call, first);
    check(cudaDeviceSynchronize(), "walk_part");
    results.emplace_back(elements);
    copy(results.back().data(), to + first, elements * sizeof(float));
  }
  double sum = 0;
  for (float const y : results[0]) sum += std::exp(static_cast<double>(y));
  EXPECT_NEAR(sum, 1, 1e-5);
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

__global__ void place_of_masks(kernels::call_masks<float> masks, std::int64_t outer,
                               std::int64_t* to) {
  kernels::with_mask_place(masks, outer, [&](auto const& place) {
    to[0] = place.batch;
    to[1] = place.head;
    to[2] = place.query;
    to[3] = sizeof(place.batch);
  });
}

// Which batch, head and query an outer index stands for, where 32 bits hold it and where they do not.
TEST(softmax_large, MasksOfRowsBeyondTwoToThe32) {
  support::device_buffer const places(4 * sizeof(std::int64_t));
  for (std::int64_t const heads : {1, 3}) {
    for (std::int64_t const queries : {1, 7}) {
      for (std::int64_t const outer :
           {std::int64_t{0}, std::int64_t{20}, (std::int64_t{1} << 32) - 1, std::int64_t{1} << 32,
            (std::int64_t{5} << 40) + 12}) {
        activations_cuda::softmax_mask<float> mask;
        mask.heads = heads;
        mask.queries = queries;
        auto* const to = static_cast<std::int64_t*>(places.get());
        place_of_masks<<<1, 1>>>(kernels::call_masks<float>(mask, outer + 1), outer, to);
        check(cudaDeviceSynchronize(), "place_of_masks");
        std::vector<std::int64_t> found(4);
        copy(found.data(), to, 4 * sizeof(std::int64_t));
        std::vector<std::int64_t> const expected = {outer / queries / heads,
                                                    outer / queries % heads, outer % queries,
                                                    (outer + 1) >> 32 == 0 ? 4 : 8};
        EXPECT_EQ(found, expected) << outer << " of " << heads << " heads, " << queries;
      }
    }
  }
}

}  // namespace
