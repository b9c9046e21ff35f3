#include "fixture.hpp"

#include <cub/device/device_partition.cuh>
#include <cub/device/device_select.cuh>
#include <thrust/copy.h>
#include <thrust/device_vector.h>
#include <thrust/partition.h>
#include <thrust/remove.h>
#include <thrust/unique.h>

namespace {

using namespace foreign;

/// About half of the values, in no order.
struct chosen {
  template <class T>
  __host__ __device__ bool operator()(T const& value) const {
    if constexpr (is_structure<T>) {
      return value.key % 5 < 2;
    } else {
      return value > T(16);
    }
  }
};
struct below_zero {
  __host__ __device__ bool operator()(std::int32_t value) const { return value < 0; }
};

template <class T>
class select : public typed_fixture<T> {};
using selected_types = testing::Types<std::uint8_t, double, __half, three_words, padded>;
TYPED_TEST_SUITE(select, selected_types);

std::vector<expected_kernel> const sweep{{"DeviceCompactInitKernel"},
                                         {"DeviceSelectSweepKernel", 6}};

template <class T>
std::vector<T> those_chosen(std::vector<T> const& from) {
  std::vector<T> result;
  std::copy_if(from.begin(), from.end(), std::back_inserter(result), chosen{});
  return result;
}

TYPED_TEST(select, If) {
  for_each_input([](input const& in) {
    auto const x = values<TypeParam>(in);
    auto const expected = those_chosen(x);
    device_vector<TypeParam> from(x), selected(expected.size());
    device_vector<std::int32_t> count(1);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceSelect::If(storage, bytes, from.get(), selected.get(), count.get(),
                                   static_cast<int>(in.n), chosen{});
    });
    ASSERT_EQ(count.read()[0], static_cast<std::int32_t>(expected.size()));
    EXPECT_TRUE(same(selected.read(), expected));
  });
  this->expect_kernels(sweep);
}

TYPED_TEST(select, PartitionIf) {
  for_each_input([](input const& in) {
    auto const x = values<TypeParam>(in, 1);
    device_vector<TypeParam> from(x), parts(in.n);
    device_vector<std::int32_t> count(1);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DevicePartition::If(storage, bytes, from.get(), parts.get(), count.get(),
                                      static_cast<int>(in.n), chosen{});
    });
    // The rest stands behind them, in reverse order.
    auto expected = those_chosen(x);
    EXPECT_EQ(count.read()[0], static_cast<std::int32_t>(expected.size()));
    std::copy_if(x.rbegin(), x.rend(), std::back_inserter(expected),
                 [](auto const& value) { return !chosen{}(value); });
    EXPECT_TRUE(same(parts.read(), expected));
  });
  this->expect_kernels(sweep);
}

TYPED_TEST(select, Unique) {
  for_each_input([](input const& in) {
    auto x = values<TypeParam>(in, 2);
    for (std::size_t i = 1; i < in.n; ++i) {
      if (i % 7 < 4) x[i] = x[i - 1];
    }
    auto expected = x;
    expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    device_vector<TypeParam> from(x), unique(expected.size());
    device_vector<std::int32_t> count(1);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceSelect::Unique(storage, bytes, from.get(), unique.get(), count.get(),
                                       static_cast<int>(in.n));
    });
    ASSERT_EQ(count.read()[0], static_cast<std::int32_t>(expected.size()));
    EXPECT_TRUE(same(unique.read(), expected));
  });
  this->expect_kernels(sweep);
}

class select_by : public fixture {};

TEST_F(select_by, Flags) {
  for_each_input([](input const& in) {
    auto const x = values<std::int32_t>(in, 3);
    auto flags = values<std::uint8_t>(in, 4);
    for (std::uint8_t& flag : flags) flag %= 2;
    std::vector<std::int32_t> expected, rest;
    for (std::size_t i = 0; i < in.n; ++i) (flags[i] != 0 ? expected : rest).push_back(x[i]);
    device_vector<std::int32_t> from(x), selected(expected.size()), parts(in.n), count(1);
    device_vector<std::uint8_t> in_flags(flags);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceSelect::Flagged(storage, bytes, from.get(), in_flags.get(), selected.get(),
                                        count.get(), static_cast<int>(in.n));
    });
    ASSERT_EQ(count.read()[0], static_cast<std::int32_t>(expected.size()));
    EXPECT_TRUE(same(selected.read(), expected));
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DevicePartition::Flagged(storage, bytes, from.get(), in_flags.get(), parts.get(),
                                           count.get(), static_cast<int>(in.n));
    });
    expected.insert(expected.end(), rest.rbegin(), rest.rend());
    EXPECT_TRUE(same(parts.read(), expected));
  });
  expect_kernels(sweep);
}

TEST_F(select_by, UniqueKeys) {
  for_each_input([](input const& in) {
    auto const keys = keys_in_runs(in);
    auto const x = values<double>(in, 5);
    std::vector<std::int32_t> expected_keys;
    std::vector<double> expected;
    for (std::size_t i = 0; i < in.n; ++i) {
      if (i != 0 && keys[i] == keys[i - 1]) continue;
      expected_keys.push_back(keys[i]);
      expected.push_back(x[i]);
    }
    device_vector<std::int32_t> in_keys(keys), unique(expected.size()), count(1);
    device_vector<double> from(x), selected(expected.size());
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceSelect::UniqueByKey(storage, bytes, in_keys.get(), from.get(), unique.get(),
                                            selected.get(), count.get(), static_cast<int>(in.n));
    });
    ASSERT_EQ(count.read()[0], static_cast<std::int32_t>(expected.size()));
    EXPECT_TRUE(same(unique.read(), expected_keys));
    EXPECT_TRUE(same(selected.read(), expected));
  });
  expect_kernels({{"DeviceUniqueByKeySweepKernel", 8}});
}

TEST_F(select_by, TwoConditions) {
  for_each_input([](input const& in) {
    auto const x = values<std::int32_t>(in, 6);
    std::vector<std::int32_t> first, second, third;
    for (std::int32_t const value : x)
      (below_zero{}(value) ? first : chosen{}(value) ? second : third).push_back(value);
    device_vector<std::int32_t> from(x), low(first.size()), high(second.size()),
        neither(third.size()), counts(2);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DevicePartition::If(storage, bytes, from.get(), low.get(), high.get(),
                                      neither.get(), counts.get(), static_cast<int>(in.n),
                                      below_zero{}, chosen{});
    });
    EXPECT_TRUE(same(low.read(), first));
    EXPECT_TRUE(same(high.read(), second));
    EXPECT_TRUE(same(neither.read(), third));
  });
  expect_kernels({{"DeviceThreeWayPartitionKernel", 8}});
}

class thrust_select : public fixture {};

TEST_F(thrust_select, CopyIfRemoveIfUniqueCopy) {
  for_each_input([](input const& in) {
    auto x = values<float>(in, 7);
    thrust::device_vector<float> from(x), selected(in.n);
    auto const end = thrust::copy_if(from.begin(), from.end(), selected.begin(), chosen{});
    selected.resize(static_cast<std::size_t>(end - selected.begin()));
    EXPECT_TRUE(same(to_host(selected), those_chosen(x)));
    from.erase(thrust::remove_if(from.begin(), from.end(), chosen{}), from.end());
    x.erase(std::remove_if(x.begin(), x.end(), chosen{}), x.end());
    EXPECT_TRUE(same(to_host(from), x));
    // Not thrust::unique, whose kernel writes in place what it reads by ld.global.nc.
    auto keys = keys_in_runs(in, 8);
    thrust::device_vector<std::int32_t> const runs(keys);
    thrust::device_vector<std::int32_t> first_of_runs(in.n);
    first_of_runs.erase(thrust::unique_copy(runs.begin(), runs.end(), first_of_runs.begin()),
                        first_of_runs.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    EXPECT_TRUE(same(to_host(first_of_runs), keys));
  });
  expect_kernels({{"DeviceSelectSweepKernel", 8}, {"UniqueAgent", 8}});
}

TEST_F(thrust_select, StablePartition) {
  for_each_input([](input const& in) {
    auto x = values<std::int32_t>(in, 9);
    thrust::device_vector<std::int32_t> parts(x);
    auto const middle = thrust::stable_partition(parts.begin(), parts.end(), chosen{});
    auto const expected = std::stable_partition(x.begin(), x.end(), chosen{});
    EXPECT_EQ(middle - parts.begin(), expected - x.begin());
    EXPECT_TRUE(same(to_host(parts), x));
  });
  expect_kernels({{"DeviceSelectSweepKernel", 8}});
}

}  // namespace
