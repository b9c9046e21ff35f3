#include "foreign.hpp"

#include <cub/device/device_histogram.cuh>
#include <cub/device/device_partition.cuh>
#include <cub/device/device_radix_sort.cuh>
#include <cub/device/device_reduce.cuh>
#include <cub/device/device_run_length_encode.cuh>
#include <cub/device/device_scan.cuh>
#include <cub/device/device_segmented_reduce.cuh>
#include <cub/device/device_select.cuh>
#include <cub/device/device_transform.cuh>
#include <cuda/std/functional>

#include <algorithm>
#include <map>
#include <numeric>

// Not here: cub::DeviceMergeSort, whose merge step reads one key of shared memory past those that
// were written and does not use it; the emulator counts that as a read of uninitialised memory.
namespace {

using foreign::device_vector;
using foreign::sizes;
using foreign::values;
using foreign::with_storage;

template <class T>
class cub_device : public testing::Test {};
using types = testing::Types<std::int32_t, std::uint64_t, float, double>;
TYPED_TEST_SUITE(cub_device, types);

TYPED_TEST(cub_device, RadixSortOfPairs) {
  for (std::size_t const n : sizes()) {
    auto const keys = values<TypeParam>(n, n);
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0U);
    device_vector<TypeParam> in(keys), out(n);
    device_vector<std::uint32_t> in_values(order), out_values(n);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceRadixSort::SortPairs(storage, bytes, in.get(), out.get(), in_values.get(),
                                             out_values.get(), static_cast<int>(n));
    });
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return keys[a] < keys[b]; });
    EXPECT_EQ(out_values.read(), order) << n;
    auto sorted = keys;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(out.read(), sorted) << n;
  }
}

TYPED_TEST(cub_device, Scans) {
  for (std::size_t const n : sizes()) {
    auto const x = values<TypeParam>(n, n + 2);
    device_vector<TypeParam> in(x), inclusive(n), exclusive(n);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceScan::InclusiveSum(storage, bytes, in.get(), inclusive.get(),
                                           static_cast<int>(n));
    });
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceScan::ExclusiveSum(storage, bytes, in.get(), exclusive.get(),
                                           static_cast<int>(n));
    });
    std::vector<TypeParam> expected(n);
    std::inclusive_scan(x.begin(), x.end(), expected.begin());
    EXPECT_EQ(inclusive.read(), expected) << n;
    std::exclusive_scan(x.begin(), x.end(), expected.begin(), TypeParam{0});
    EXPECT_EQ(exclusive.read(), expected) << n;
  }
}

TYPED_TEST(cub_device, Reductions) {
  for (std::size_t const n : sizes()) {
    auto const x = values<TypeParam>(n, n + 3);
    device_vector<TypeParam> in(x), sum(1), largest(1);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceReduce::Sum(storage, bytes, in.get(), sum.get(), static_cast<int>(n));
    });
    EXPECT_EQ(sum.read()[0], std::accumulate(x.begin(), x.end(), TypeParam{0})) << n;
    if (n == 0) continue;
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceReduce::Max(storage, bytes, in.get(), largest.get(), static_cast<int>(n));
    });
    EXPECT_EQ(largest.read()[0], *std::max_element(x.begin(), x.end())) << n;
  }
}

TYPED_TEST(cub_device, ReduceByKeyAndRunLengths) {
  for (std::size_t const n : sizes()) {
    auto keys = values<std::int32_t>(n, n + 4, 50);
    std::sort(keys.begin(), keys.end());
    auto const x = values<TypeParam>(n, n + 5);
    device_vector<std::int32_t> in_keys(keys), unique(n), lengths(n), runs(1), count(1);
    device_vector<TypeParam> in(x), sums(n);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceReduce::ReduceByKey(storage, bytes, in_keys.get(), unique.get(), in.get(),
                                            sums.get(), runs.get(), cuda::std::plus<TypeParam>{},
                                            static_cast<int>(n));
    });
    std::map<std::int32_t, TypeParam> expected;
    std::map<std::int32_t, std::int32_t> expected_lengths;
    for (std::size_t i = 0; i < n; ++i) {
      expected[keys[i]] += x[i];
      ++expected_lengths[keys[i]];
    }
    ASSERT_EQ(static_cast<std::size_t>(runs.read()[0]), expected.size());
    auto const got_keys = unique.read(expected.size());
    auto const got_sums = sums.read(expected.size());
    std::size_t i = 0;
    for (auto const& [key, sum] : expected) {
      EXPECT_EQ(got_keys[i], key);
      EXPECT_EQ(got_sums[i++], sum);
    }
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceRunLengthEncode::Encode(storage, bytes, in_keys.get(), unique.get(),
                                                lengths.get(), count.get(), static_cast<int>(n));
    });
    ASSERT_EQ(static_cast<std::size_t>(count.read()[0]), expected.size());
    auto const got_lengths = lengths.read(expected.size());
    i = 0;
    for (auto const& entry : expected_lengths) EXPECT_EQ(got_lengths[i++], entry.second);
  }
}

TYPED_TEST(cub_device, SegmentedReduce) {
  for (std::size_t const n : sizes()) {
    auto const x = values<TypeParam>(n, n + 6);
    std::vector<std::int32_t> offsets{0};
    while (static_cast<std::size_t>(offsets.back()) < n) {
      offsets.push_back(
          static_cast<std::int32_t>(std::min(n, offsets.back() + offsets.size() % 300)));
    }
    std::size_t const segments = offsets.size() - 1;
    device_vector<TypeParam> in(x), sums(segments);
    device_vector<std::int32_t> bounds(offsets);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceSegmentedReduce::Sum(storage, bytes, in.get(), sums.get(),
                                             static_cast<int>(segments), bounds.get(),
                                             bounds.get() + 1);
    });
    auto const got = sums.read();
    for (std::size_t s = 0; s < segments; ++s) {
      EXPECT_EQ(got[s],
                std::accumulate(x.begin() + offsets[s], x.begin() + offsets[s + 1], TypeParam{0}))
          << s;
    }
  }
}

struct is_large {
  template <class T>
  __host__ __device__ bool operator()(T const& value) const {
    return value > T{100};
  }
};

TYPED_TEST(cub_device, SelectPartitionUnique) {
  for (std::size_t const n : sizes()) {
    auto const x = values<TypeParam>(n, n + 7);
    device_vector<TypeParam> in(x), selected(n), parts(n), unique(n);
    device_vector<std::int32_t> count(1);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceSelect::If(storage, bytes, in.get(), selected.get(), count.get(),
                                   static_cast<int>(n), is_large{});
    });
    std::vector<TypeParam> expected, rest;
    for (TypeParam const value : x) (is_large{}(value) ? expected : rest).push_back(value);
    ASSERT_EQ(static_cast<std::size_t>(count.read()[0]), expected.size());
    EXPECT_EQ(selected.read(expected.size()), expected);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DevicePartition::If(storage, bytes, in.get(), parts.get(), count.get(),
                                      static_cast<int>(n), is_large{});
    });
    expected.insert(expected.end(), rest.rbegin(), rest.rend());
    EXPECT_EQ(parts.read(), expected);
    auto sorted = values<TypeParam>(n, n + 8, 50);
    std::sort(sorted.begin(), sorted.end());
    device_vector<TypeParam> in_order(sorted);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceSelect::Unique(storage, bytes, in_order.get(), unique.get(), count.get(),
                                       static_cast<int>(n));
    });
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    ASSERT_EQ(static_cast<std::size_t>(count.read()[0]), sorted.size());
    EXPECT_EQ(unique.read(sorted.size()), sorted);
  }
}

struct twice_and_one {
  template <class T>
  __host__ __device__ T operator()(T const& value) const {
    return value + value + T{1};
  }
};

TYPED_TEST(cub_device, Transform) {
  for (std::size_t const n : sizes()) {
    auto x = values<TypeParam>(n, n + 9);
    device_vector<TypeParam> in(x), out(n);
    ASSERT_EQ(
        cub::DeviceTransform::Transform(in.get(), out.get(), static_cast<int>(n), twice_and_one{}),
        cudaSuccess);
    foreign::expect_no_error();
    for (TypeParam& value : x) value = twice_and_one{}(value);
    EXPECT_EQ(out.read(), x) << n;
  }
}

TEST(cub_device, Histogram) {
  for (std::size_t const n : sizes()) {
    auto const x = values<std::int32_t>(n, n + 10, 64);
    device_vector<std::int32_t> in(x), bins(32);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceHistogram::HistogramEven(storage, bytes, in.get(), bins.get(), 33, -32, 32,
                                                 static_cast<int>(n));
    });
    std::vector<std::int32_t> expected(32);
    for (std::int32_t const value : x) ++expected[static_cast<std::size_t>((value + 32) / 2)];
    EXPECT_EQ(bins.read(), expected) << n;
  }
}

}  // namespace
