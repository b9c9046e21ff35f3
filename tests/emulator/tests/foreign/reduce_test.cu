#include "fixture.hpp"

#include <cub/device/device_reduce.cuh>
#include <cub/device/device_segmented_reduce.cuh>
#include <cuda/std/functional>
#include <thrust/device_vector.h>
#include <thrust/extrema.h>
#include <thrust/reduce.h>
#include <thrust/transform_reduce.h>

#include <numeric>

namespace {

using namespace foreign;

template <class T>
class reduce : public typed_fixture<T> {};
using summand_types = testing::Types<std::uint8_t, std::int32_t, std::uint64_t, float, double>;
TYPED_TEST_SUITE(reduce, summand_types);

std::vector<expected_kernel> const reduce_kernels{{"DeviceReduceSingleTileKernel"},
                                                  {"DeviceReduceKernel", 8}};

TYPED_TEST(reduce, Sum) {
  for_each_input([](input const& in) {
    auto const x = summands<TypeParam>(in);
    device_vector<TypeParam> from(x), sum(1);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceReduce::Sum(storage, bytes, from.get(), sum.get(), static_cast<int>(in.n));
    });
    EXPECT_EQ(sum.read()[0], std::accumulate(x.begin(), x.end(), TypeParam{0}));
  });
  this->expect_kernels(reduce_kernels);
}

TYPED_TEST(reduce, SumOfSegments) {
  for_each_input([](input const& in) {
    auto const x = summands<TypeParam>(in, 1);
    auto const bounds = segment_bounds(in.n);
    std::vector<TypeParam> expected;
    for (std::size_t i = 1; i < bounds.size(); ++i) {
      expected.push_back(
          std::accumulate(x.begin() + bounds[i - 1], x.begin() + bounds[i], TypeParam{0}));
    }
    device_vector<TypeParam> from(x), sums(expected.size());
    device_vector<std::int32_t> offsets(bounds);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceSegmentedReduce::Sum(storage, bytes, from.get(), sums.get(),
                                             static_cast<int>(expected.size()), offsets.get(),
                                             offsets.get() + 1);
    });
    EXPECT_TRUE(same(sums.read(), expected));
  });
  this->expect_kernels({{"DeviceSegmentedReduceKernel", 100}});
}

TYPED_TEST(reduce, SumByKey) {
  for_each_input([](input const& in) {
    auto const x = summands<TypeParam>(in, 2);
    auto const keys = keys_in_runs(in);
    std::vector<std::int32_t> expected_keys;
    std::vector<TypeParam> expected;
    for (std::size_t i = 0; i < in.n; ++i) {
      if (i == 0 || keys[i] != keys[i - 1]) {
        expected_keys.push_back(keys[i]);
        expected.push_back(TypeParam{0});
      }
      expected.back() += x[i];
    }
    device_vector<TypeParam> from(x), sums(expected.size());
    device_vector<std::int32_t> in_keys(keys), unique(expected.size()), runs(1);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceReduce::ReduceByKey(storage, bytes, in_keys.get(), unique.get(), from.get(),
                                            sums.get(), runs.get(), cuda::std::plus<TypeParam>{},
                                            static_cast<int>(in.n));
    });
    ASSERT_EQ(runs.read()[0], static_cast<std::int32_t>(expected.size()));
    EXPECT_TRUE(same(unique.read(), expected_keys));
    EXPECT_TRUE(same(sums.read(), expected));
  });
  this->expect_kernels({{"DeviceReduceByKeyKernel", 8}});
}

template <class T>
class extremes : public typed_fixture<T> {};
using ordered_types = testing::Types<std::uint16_t, std::int32_t, double, __half>;
TYPED_TEST_SUITE(extremes, ordered_types);

TYPED_TEST(extremes, MaxAndArgMin) {
  for_each_input([](input const& in) {
    if (in.n == 0) return;  // has no extremes
    auto const x = values<TypeParam>(in, 3);
    device_vector<TypeParam> from(x), largest(1), smallest(1);
    device_vector<std::int64_t> index(1);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceReduce::Max(storage, bytes, from.get(), largest.get(),
                                    static_cast<int>(in.n));
    });
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceReduce::ArgMin(storage, bytes, from.get(), smallest.get(), index.get(),
                                       static_cast<std::int64_t>(in.n));
    });
    EXPECT_EQ(largest.read()[0], *std::max_element(x.begin(), x.end()));
    auto const least = std::min_element(x.begin(), x.end());
    EXPECT_EQ(smallest.read()[0], *least);
    EXPECT_EQ(index.read()[0], least - x.begin());
  });
  this->expect_kernels(reduce_kernels);
}

class thrust_reduce : public fixture {};

struct square {
  __host__ __device__ double operator()(float x) const { return static_cast<double>(x) * x; }
};

TEST_F(thrust_reduce, ReduceAndTransformReduce) {
  for_each_input([](input const& in) {
    auto const x = summands<float>(in, 4);
    thrust::device_vector<float> const from(x);
    EXPECT_EQ(thrust::reduce(from.begin(), from.end(), 0.5F),
              std::accumulate(x.begin(), x.end(), 0.5F));
    EXPECT_EQ(thrust::transform_reduce(from.begin(), from.end(), square{}, 0.0,
                                       cuda::std::plus<double>{}),
              std::transform_reduce(x.begin(), x.end(), 0.0, std::plus<>{}, square{}));
  });
  expect_kernels(reduce_kernels);
}

TEST_F(thrust_reduce, ReduceByKey) {
  for_each_input([](input const& in) {
    auto const keys = keys_in_runs(in, 5);
    auto const x = summands<std::int32_t>(in, 5);
    thrust::device_vector<std::int32_t> const in_keys(keys), from(x);
    thrust::device_vector<std::int32_t> unique(in.n), sums(in.n);
    auto const ends = thrust::reduce_by_key(in_keys.begin(), in_keys.end(), from.begin(),
                                            unique.begin(), sums.begin());
    unique.resize(static_cast<std::size_t>(ends.first - unique.begin()));
    sums.resize(static_cast<std::size_t>(ends.second - sums.begin()));
    std::vector<std::int32_t> expected_keys, expected;
    for (std::size_t i = 0; i < in.n; ++i) {
      if (i == 0 || keys[i] != keys[i - 1]) {
        expected_keys.push_back(keys[i]);
        expected.push_back(0);
      }
      expected.back() += x[i];
    }
    EXPECT_TRUE(same(to_host(unique), expected_keys));
    EXPECT_TRUE(same(to_host(sums), expected));
  });
  expect_kernels({{"ReduceByKey", 8}});
}

TEST_F(thrust_reduce, MinMaxElement) {
  for_each_input([](input const& in) {
    auto const x = values<std::int32_t>(in, 6);
    thrust::device_vector<std::int32_t> const from(x);
    auto const got = thrust::minmax_element(from.begin(), from.end());
    // Thrust takes the first of the largest, the standard library's minmax the last.
    EXPECT_EQ(got.first - from.begin(), std::min_element(x.begin(), x.end()) - x.begin());
    EXPECT_EQ(got.second - from.begin(), std::max_element(x.begin(), x.end()) - x.begin());
  });
  expect_kernels({{"ReduceAgent", 8}});
}

}  // namespace
