#include "fixture.hpp"
#include "stable_order.hpp"

#include <cub/device/device_radix_sort.cuh>
#include <cub/device/device_segmented_radix_sort.cuh>
#include <thrust/device_vector.h>
#include <thrust/sort.h>

#include <algorithm>

namespace {

using namespace foreign;

template <class T>
class radix_sort : public typed_fixture<T> {};
using key_types = testing::Types<std::uint8_t, std::int32_t, double, __half>;
TYPED_TEST_SUITE(radix_sort, key_types);

/// CUB sorts 8- and 16-bit keys in one sweep from compute capability 9.0 on, longer ones always.
template <class Key>
std::vector<expected_kernel> few_and_many() {
  std::vector<expected_kernel> result{{"DeviceRadixSortSingleTileKernel"}};
  if (sizeof(Key) >= 4 || architecture() >= 90) {
    result.insert(result.end(), {{"DeviceRadixSortHistogramKernel"},
                                 {"DeviceRadixSortExclusiveSumKernel"},
                                 {"DeviceRadixSortOnesweepKernel", 8}});
  } else {
    result.insert(result.end(), {{"DeviceRadixSortUpsweepKernel", 8},
                                 {"RadixSortScanBinsKernel"},
                                 {"DeviceRadixSortDownsweepKernel", 8}});
  }
  return result;
}

TYPED_TEST(radix_sort, Keys) {
  for_each_input([](input const& in) {
    auto keys = values<TypeParam>(in);
    device_vector<TypeParam> unsorted(keys), sorted(in.n);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceRadixSort::SortKeys(storage, bytes, unsorted.get(), sorted.get(),
                                            static_cast<int>(in.n));
    });
    std::sort(keys.begin(), keys.end());
    EXPECT_TRUE(same(sorted.read(), keys));
  });
  this->expect_kernels(few_and_many<TypeParam>());
}

TYPED_TEST(radix_sort, PairsDescending) {
  for_each_input([](input const& in) {
    auto const keys = values<TypeParam>(in, 1);
    device_vector<TypeParam> unsorted(keys), sorted(in.n);
    device_vector<std::uint32_t> before(positions(in.n)), after(in.n);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceRadixSort::SortPairsDescending(storage, bytes, unsorted.get(), sorted.get(),
                                                       before.get(), after.get(),
                                                       static_cast<int>(in.n));
    });
    auto const order = stable_order(keys, [](auto const& a, auto const& b) { return b < a; });
    EXPECT_TRUE(same(sorted.read(), gathered(keys, order)));
    EXPECT_TRUE(same(after.read(), order));
  });
  this->expect_kernels(few_and_many<TypeParam>());
}

class radix_sort_of_some : public fixture {};

// Bits 4 to 12 of a key, so that sorted keys differ; the values are wider than the keys.
TEST_F(radix_sort_of_some, Bits) {
  for_each_input([](input const& in) {
    auto const keys = values<std::uint32_t>(in, 2);
    auto const carried = values<three_words>(in, 3);
    device_vector<std::uint32_t> unsorted(keys), sorted(in.n);
    device_vector<three_words> before(carried), after(in.n);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceRadixSort::SortPairs(storage, bytes, unsorted.get(), sorted.get(),
                                             before.get(), after.get(), static_cast<int>(in.n), 4,
                                             12);
    });
    auto const order =
        stable_order(keys, [](auto a, auto b) { return (a >> 4 & 0xff) < (b >> 4 & 0xff); });
    EXPECT_TRUE(same(sorted.read(), gathered(keys, order)));
    EXPECT_TRUE(same(after.read(), gathered(carried, order)));
  });
  expect_kernels({{"DeviceRadixSortOnesweepKernel", 8}});
}

TEST_F(radix_sort_of_some, Segments) {
  for_each_input([](input const& in) {
    auto keys = values<std::int32_t>(in, 4);
    auto const bounds = segment_bounds(in.n);
    device_vector<std::int32_t> unsorted(keys), sorted(in.n), offsets(bounds);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceSegmentedRadixSort::SortKeys(
          storage, bytes, unsorted.get(), sorted.get(), static_cast<int>(in.n),
          static_cast<int>(bounds.size()) - 1, offsets.get(), offsets.get() + 1);
    });
    for (std::size_t i = 1; i < bounds.size(); ++i)
      std::sort(keys.begin() + bounds[i - 1], keys.begin() + bounds[i]);
    EXPECT_TRUE(same(sorted.read(), keys));
  });
  expect_kernels({{"DeviceSegmentedRadixSortKernel", 100}});
}

class thrust_radix_sort : public fixture {};

TEST_F(thrust_radix_sort, Sort) {
  for_each_input([](input const& in) {
    auto keys = values<std::uint16_t>(in, 5);
    thrust::device_vector<std::uint16_t> sorted(keys);
    thrust::sort(sorted.begin(), sorted.end());
    std::sort(keys.begin(), keys.end());
    EXPECT_TRUE(same(to_host(sorted), keys));
  });
  expect_kernels(few_and_many<std::uint16_t>());
}

TEST_F(thrust_radix_sort, StableSortByKey) {
  for_each_input([](input const& in) {
    auto const keys = values<double>(in, 6);
    thrust::device_vector<double> sorted(keys);
    thrust::device_vector<std::uint32_t> carried(positions(in.n));
    thrust::stable_sort_by_key(sorted.begin(), sorted.end(), carried.begin());
    auto const order = stable_order(keys, [](auto const& a, auto const& b) { return a < b; });
    EXPECT_TRUE(same(to_host(sorted), gathered(keys, order)));
    EXPECT_TRUE(same(to_host(carried), order));
  });
  expect_kernels(few_and_many<double>());
}

}  // namespace
