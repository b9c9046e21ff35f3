#include "fixture.hpp"

#include <cub/device/device_reduce.cuh>
#include <thrust/device_vector.h>
#include <thrust/extrema.h>

namespace {

using namespace foreign;

std::vector<expected_kernel> const reduce_kernels{{"DeviceReduceSingleTileKernel"},
                                                  {"DeviceReduceKernel", 8}};

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

class thrust_extremes : public fixture {};

TEST_F(thrust_extremes, MinMaxElement) {
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
