#include "fixture.hpp"
#include "stable_order.hpp"

#include <cub/device/device_merge_sort.cuh>
#include <cub/device/device_segmented_sort.cuh>
#include <thrust/device_vector.h>
#include <thrust/sort.h>

namespace {

using namespace foreign;

template <class T>
class merge_sort : public typed_fixture<T> {};
using key_types = testing::Types<std::uint8_t, double, three_words, padded>;
TYPED_TEST_SUITE(merge_sort, key_types);

std::vector<expected_kernel> const kernels{{"DeviceMergeSortBlockSortKernel", 8},
                                           {"DeviceMergeSortPartitionKernel"},
                                           {"DeviceMergeSortMergeKernel", 8}};

TYPED_TEST(merge_sort, StableKeysInPlace) {
  for_each_input([](input const& in) {
    auto const keys = values<TypeParam>(in);
    device_vector<TypeParam> sorted(keys);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceMergeSort::StableSortKeys(storage, bytes, sorted.get(),
                                                  static_cast<int>(in.n), by_key{});
    });
    EXPECT_TRUE(same(sorted.read(), gathered(keys, stable_order(keys, by_key{}))));
  });
  this->expect_kernels(kernels);
}

TYPED_TEST(merge_sort, StablePairs) {
  for_each_input([](input const& in) {
    auto const keys = values<TypeParam>(in, 1);
    device_vector<TypeParam> sorted(keys);
    device_vector<std::uint32_t> carried(positions(in.n));
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceMergeSort::StableSortPairs(storage, bytes, sorted.get(), carried.get(),
                                                   static_cast<int>(in.n), by_key{});
    });
    auto const order = stable_order(keys, by_key{});
    EXPECT_TRUE(same(sorted.read(), gathered(keys, order)));
    EXPECT_TRUE(same(carried.read(), order));
  });
  this->expect_kernels(kernels);
}

class thrust_merge_sort : public fixture {};

TEST_F(thrust_merge_sort, StableSortOfStructures) {
  for_each_input([](input const& in) {
    auto const keys = values<three_words>(in, 2);
    thrust::device_vector<three_words> sorted(keys);
    thrust::stable_sort(sorted.begin(), sorted.end(), by_key{});
    EXPECT_TRUE(same(to_host(sorted), gathered(keys, stable_order(keys, by_key{}))));
  });
  expect_kernels(kernels);
}

TEST_F(thrust_merge_sort, SortByKeyWithAComparison) {
  for_each_input([](input const& in) {
    auto const keys = values<float>(in, 3);
    thrust::device_vector<float> sorted(keys);
    thrust::device_vector<std::uint32_t> carried(positions(in.n));
    thrust::stable_sort_by_key(sorted.begin(), sorted.end(), carried.begin(), by_key{});
    auto const order = stable_order(keys, by_key{});
    EXPECT_TRUE(same(to_host(sorted), gathered(keys, order)));
    EXPECT_TRUE(same(to_host(carried), order));
  });
  expect_kernels(kernels);
}

class segmented_sort : public fixture {};

// Short segments are sorted by merging, a warp or a part of it for each.
TEST_F(segmented_sort, StablePairs) {
  for_each_input([](input const& in) {
    auto const keys = values<std::int32_t>(in, 4);
    auto const bounds = segment_bounds(in.n);
    device_vector<std::int32_t> unsorted(keys), sorted(in.n), offsets(bounds);
    device_vector<std::uint32_t> before(positions(in.n)), after(in.n);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceSegmentedSort::StableSortPairs(
          storage, bytes, unsorted.get(), sorted.get(), before.get(), after.get(),
          static_cast<int>(in.n), static_cast<int>(bounds.size()) - 1, offsets.get(),
          offsets.get() + 1);
    });
    auto order = positions(in.n);
    for (std::size_t i = 1; i < bounds.size(); ++i) {
      std::stable_sort(order.begin() + bounds[i - 1], order.begin() + bounds[i],
                       [&](auto a, auto b) { return keys[a] < keys[b]; });
    }
    EXPECT_TRUE(same(sorted.read(), gathered(keys, order)));
    EXPECT_TRUE(same(after.read(), order));
  });
  expect_kernels({{"DeviceSegmentedSort", 100}});
}

}  // namespace
