#include "fixture.hpp"

#include <cub/device/device_reduce.cuh>
#include <cub/device/device_segmented_reduce.cuh>
#include <cuda/std/functional>
#include <thrust/device_vector.h>
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

}  // namespace
