#include "fixture.hpp"

#include <cub/device/device_reduce.cuh>
#include <cuda/std/functional>
#include <thrust/device_vector.h>
#include <thrust/reduce.h>

namespace {

using namespace foreign;

/// The keys of runs and the sums of their values.
template <class T>
struct sums_by_key {
  sums_by_key(std::vector<std::int32_t> const& in_keys, std::vector<T> const& x) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (i == 0 || in_keys[i] != in_keys[i - 1]) {
        keys.push_back(in_keys[i]);
        sums.push_back(T{0});
      }
      sums.back() += x[i];
    }
  }
  std::vector<std::int32_t> keys;
  std::vector<T> sums;
};

template <class T>
class reduce_by_key : public typed_fixture<T> {};
using summand_types = testing::Types<std::uint8_t, std::uint64_t, float>;
TYPED_TEST_SUITE(reduce_by_key, summand_types);

TYPED_TEST(reduce_by_key, Sum) {
  for_each_input([](input const& in) {
    auto const x = summands<TypeParam>(in, 2);
    auto const keys = keys_in_runs(in);
    sums_by_key<TypeParam> const expected(keys, x);
    device_vector<TypeParam> from(x), sums(expected.sums.size());
    device_vector<std::int32_t> in_keys(keys), unique(expected.keys.size()), runs(1);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceReduce::ReduceByKey(storage, bytes, in_keys.get(), unique.get(), from.get(),
                                            sums.get(), runs.get(), cuda::std::plus<TypeParam>{},
                                            static_cast<int>(in.n));
    });
    ASSERT_EQ(runs.read()[0], static_cast<std::int32_t>(expected.keys.size()));
    EXPECT_TRUE(same(unique.read(), expected.keys));
    EXPECT_TRUE(same(sums.read(), expected.sums));
  });
  this->expect_kernels({{"DeviceReduceByKeyKernel", 8}});
}

class thrust_reduce_by_key : public fixture {};

TEST_F(thrust_reduce_by_key, Sum) {
  for_each_input([](input const& in) {
    auto const keys = keys_in_runs(in, 5);
    auto const x = summands<std::int32_t>(in, 5);
    sums_by_key<std::int32_t> const expected(keys, x);
    thrust::device_vector<std::int32_t> const in_keys(keys), from(x);
    thrust::device_vector<std::int32_t> unique(in.n), sums(in.n);
    auto const ends = thrust::reduce_by_key(in_keys.begin(), in_keys.end(), from.begin(),
                                            unique.begin(), sums.begin());
    unique.resize(static_cast<std::size_t>(ends.first - unique.begin()));
    sums.resize(static_cast<std::size_t>(ends.second - sums.begin()));
    EXPECT_TRUE(same(to_host(unique), expected.keys));
    EXPECT_TRUE(same(to_host(sums), expected.sums));
  });
  expect_kernels({{"ReduceByKey", 8}});
}

}  // namespace
