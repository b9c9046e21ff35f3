#include "fixture.hpp"

#include <cub/device/device_merge.cuh>
#include <thrust/device_vector.h>
#include <thrust/merge.h>
#include <thrust/set_operations.h>

namespace {

using namespace foreign;

/// Two sorted sequences of different lengths.
template <class T>
struct sequences {
  explicit sequences(input const& in) : first(values<T>(in, 1)), second(values<T>(in, 2)) {
    second.resize(in.n / 3);
    std::stable_sort(first.begin(), first.end(), by_key{});
    std::stable_sort(second.begin(), second.end(), by_key{});
  }
  std::vector<T> first, second;
};

template <class T>
class merge : public typed_fixture<T> {};
using key_types = testing::Types<std::uint16_t, double, three_words, padded>;
TYPED_TEST_SUITE(merge, key_types);

TYPED_TEST(merge, Keys) {
  for_each_input([](input const& in) {
    sequences<TypeParam> const of(in);
    device_vector<TypeParam> first(of.first), second(of.second);
    device_vector<TypeParam> merged(of.first.size() + of.second.size());
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceMerge::MergeKeys(
          storage, bytes, first.get(), static_cast<int>(of.first.size()), second.get(),
          static_cast<int>(of.second.size()), merged.get(), by_key{});
    });
    std::vector<TypeParam> expected;
    std::merge(of.first.begin(), of.first.end(), of.second.begin(), of.second.end(),
               std::back_inserter(expected), by_key{});
    EXPECT_TRUE(same(merged.read(), expected));
  });
  this->expect_kernels({{"device_partition_merge_path_kernel"}, {"device_merge_kernel", 8}});
}

TYPED_TEST(merge, Pairs) {
  for_each_input([](input const& in) {
    sequences<TypeParam> const of(in);
    std::vector<float> numbers(of.first.size() + of.second.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i);
    auto const middle = numbers.begin() + static_cast<std::ptrdiff_t>(of.first.size());
    device_vector<TypeParam> first(of.first), second(of.second), merged(numbers.size());
    device_vector<float> first_numbers(std::vector<float>(numbers.begin(), middle)),
        second_numbers(std::vector<float>(middle, numbers.end())), carried(numbers.size());
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceMerge::MergePairs(storage, bytes, first.get(), first_numbers.get(),
                                          static_cast<int>(of.first.size()), second.get(),
                                          second_numbers.get(), static_cast<int>(of.second.size()),
                                          merged.get(), carried.get(), by_key{});
    });
    // A merge is a stable sort of one behind the other.
    auto all = of.first;
    all.insert(all.end(), of.second.begin(), of.second.end());
    std::stable_sort(numbers.begin(), numbers.end(), [&](float a, float b) {
      return all[static_cast<std::size_t>(a)] < all[static_cast<std::size_t>(b)];
    });
    EXPECT_TRUE(same(carried.read(), numbers));
    std::stable_sort(all.begin(), all.end(), by_key{});
    EXPECT_TRUE(same(merged.read(), all));
  });
  this->expect_kernels({{"device_merge_kernel", 8}});
}

class thrust_merge : public fixture {};

TEST_F(thrust_merge, Merge) {
  for_each_input([](input const& in) {
    sequences<float> const of(in);
    thrust::device_vector<float> first(of.first), second(of.second);
    thrust::device_vector<float> merged(first.size() + second.size());
    thrust::merge(first.begin(), first.end(), second.begin(), second.end(), merged.begin());
    std::vector<float> expected;
    std::merge(of.first.begin(), of.first.end(), of.second.begin(), of.second.end(),
               std::back_inserter(expected));
    EXPECT_TRUE(same(to_host(merged), expected));
  });
  expect_kernels({{"device_merge_kernel", 8}});
}

/// Into a vector of the operation's result, by Thrust and by the standard library.
template <class Thrust, class Standard>
void expect_same_set(Thrust const& on_device, Standard const& on_host) {
  for_each_input([&](input const& in) {
    sequences<std::uint16_t> const of(in);
    thrust::device_vector<std::uint16_t> const first(of.first), second(of.second);
    thrust::device_vector<std::uint16_t> got(first.size() + second.size());
    got.erase(on_device(first.begin(), first.end(), second.begin(), second.end(), got.begin()),
              got.end());
    std::vector<std::uint16_t> expected;
    on_host(of.first.begin(), of.first.end(), of.second.begin(), of.second.end(),
            std::back_inserter(expected));
    EXPECT_TRUE(same(to_host(got), expected));
  });
}

// Not thrust::set_intersection, which goes on from keys that it read past the end of its tile: the
// branches that they decide are of no consequence, and uninitialised all the same.
TEST_F(thrust_merge, SetUnion) {
  expect_same_set([](auto... range) { return thrust::set_union(range...); },
                  [](auto... range) { return std::set_union(range...); });
  expect_kernels({{"SetOpAgent", 8}});
}

TEST_F(thrust_merge, SetDifference) {
  expect_same_set([](auto... range) { return thrust::set_difference(range...); },
                  [](auto... range) { return std::set_difference(range...); });
  expect_kernels({{"SetOpAgent", 8}});
}

TEST_F(thrust_merge, SetSymmetricDifference) {
  expect_same_set([](auto... range) { return thrust::set_symmetric_difference(range...); },
                  [](auto... range) { return std::set_symmetric_difference(range...); });
  expect_kernels({{"SetOpAgent", 8}});
}

}  // namespace
