#include "fixture.hpp"

#include <cub/device/device_scan.cuh>
#include <cuda/functional>
#include <cuda/std/functional>
#include <thrust/device_vector.h>
#include <thrust/scan.h>

#include <numeric>

namespace {

using namespace foreign;

/// x -> a x + b modulo 2^32: their composition is associative, and not commutative.
struct affine {
  std::uint32_t a, b;
};
__host__ __device__ bool operator==(affine const& f, affine const& g) {
  return f.a == g.a && f.b == g.b;
}
// For the shape "ascending".
bool operator<(affine const& f, affine const& g) { return f.a < g.a; }
std::ostream& operator<<(std::ostream& out, affine const& f) { return out << f.a << "x + " << f.b; }
struct composed {
  __host__ __device__ affine operator()(affine const& f, affine const& g) const {
    return {g.a * f.a, g.a * f.b + g.b};
  }
};
struct larger {
  template <class T>
  __host__ __device__ T operator()(T const& a, T const& b) const {
    return a < b ? b : a;
  }
};

std::vector<affine> maps(input const& in) {
  return shaped<affine>(
      in,
      [](auto& random) {
        return affine{static_cast<std::uint32_t>(random()) | 1U,
                      static_cast<std::uint32_t>(random())};
      },
      0);
}

std::vector<expected_kernel> const scan_kernels{{"DeviceScanInitKernel"}, {"DeviceScanKernel", 8}};
std::vector<expected_kernel> const by_key_kernels{{"DeviceScanByKeyInitKernel"},
                                                  {"DeviceScanByKeyKernel", 8}};

template <class T>
class scan : public typed_fixture<T> {};
using summand_types = testing::Types<std::uint8_t, std::int32_t, std::uint64_t, double>;
TYPED_TEST_SUITE(scan, summand_types);

TYPED_TEST(scan, InclusiveSum) {
  for_each_input([](input const& in) {
    auto x = summands<TypeParam>(in);
    device_vector<TypeParam> from(x), sums(in.n);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceScan::InclusiveSum(storage, bytes, from.get(), sums.get(),
                                           static_cast<int>(in.n));
    });
    std::partial_sum(x.begin(), x.end(), x.begin());
    EXPECT_TRUE(same(sums.read(), x));
  });
  this->expect_kernels(scan_kernels);
}

// In place, and with positions of 64 bits.
TYPED_TEST(scan, ExclusiveSumInPlace) {
  for_each_input([](input const& in) {
    auto x = summands<TypeParam>(in, 1);
    device_vector<TypeParam> sums(x);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceScan::ExclusiveSum(storage, bytes, sums.get(),
                                           static_cast<std::int64_t>(in.n));
    });
    std::exclusive_scan(x.begin(), x.end(), x.begin(), TypeParam{0});
    EXPECT_TRUE(same(sums.read(), x));
  });
  this->expect_kernels(scan_kernels);
}

template <class T>
class scan_by_key : public typed_fixture<T> {};
using by_key_types = testing::Types<std::int32_t, double>;
TYPED_TEST_SUITE(scan_by_key, by_key_types);

TYPED_TEST(scan_by_key, InclusiveSum) {
  for_each_input([](input const& in) {
    auto x = summands<TypeParam>(in, 2);
    auto const keys = keys_in_runs(in);
    device_vector<TypeParam> from(x), sums(in.n);
    device_vector<std::int32_t> in_keys(keys);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceScan::InclusiveSumByKey(storage, bytes, in_keys.get(), from.get(),
                                                sums.get(), static_cast<int>(in.n));
    });
    for (std::size_t i = 1; i < in.n; ++i) {
      if (keys[i] == keys[i - 1]) x[i] += x[i - 1];
    }
    EXPECT_TRUE(same(sums.read(), x));
  });
  this->expect_kernels(by_key_kernels);
}

class scan_with : public fixture {};

TEST_F(scan_with, LargestHalf) {
  for_each_input([](input const& in) {
    auto x = values<__half>(in, 3);
    device_vector<__half> from(x), largest(in.n);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceScan::InclusiveScan(storage, bytes, from.get(), largest.get(), larger{},
                                            static_cast<int>(in.n));
    });
    std::partial_sum(x.begin(), x.end(), x.begin(), larger{});
    EXPECT_TRUE(same(largest.read(), x));
  });
  expect_kernels(scan_kernels);
}

TEST_F(scan_with, AnOperationThatDoesNotCommute) {
  for_each_input([](input const& in) {
    auto const x = maps(in);
    affine const first{3, 5};
    device_vector<affine> from(x), inclusive(in.n), exclusive(in.n);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceScan::InclusiveScan(storage, bytes, from.get(), inclusive.get(), composed{},
                                            static_cast<int>(in.n));
    });
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceScan::ExclusiveScan(storage, bytes, from.get(), exclusive.get(), composed{},
                                            first, static_cast<int>(in.n));
    });
    std::vector<affine> expected(in.n);
    std::inclusive_scan(x.begin(), x.end(), expected.begin(), composed{});
    EXPECT_TRUE(same(inclusive.read(), expected));
    std::exclusive_scan(x.begin(), x.end(), expected.begin(), first, composed{});
    EXPECT_TRUE(same(exclusive.read(), expected));
  });
  expect_kernels(scan_kernels);
}

class thrust_scan : public fixture {};

TEST_F(thrust_scan, InclusiveAndExclusive) {
  for_each_input([](input const& in) {
    auto const x = summands<float>(in, 4);
    thrust::device_vector<float> const from(x);
    thrust::device_vector<float> sums(in.n);
    thrust::inclusive_scan(from.begin(), from.end(), sums.begin());
    std::vector<float> expected(in.n);
    std::inclusive_scan(x.begin(), x.end(), expected.begin());
    EXPECT_TRUE(same(to_host(sums), expected));
    thrust::exclusive_scan(from.begin(), from.end(), sums.begin(), 7.0F);
    std::exclusive_scan(x.begin(), x.end(), expected.begin(), 7.0F);
    EXPECT_TRUE(same(to_host(sums), expected));
  });
  expect_kernels(scan_kernels);
}

TEST_F(thrust_scan, ExclusiveByKey) {
  for_each_input([](input const& in) {
    auto const x = summands<std::int64_t>(in, 5);
    auto const keys = keys_in_runs(in, 5);
    thrust::device_vector<std::int64_t> const from(x);
    thrust::device_vector<std::int32_t> const in_keys(keys);
    thrust::device_vector<std::int64_t> sums(in.n);
    thrust::exclusive_scan_by_key(in_keys.begin(), in_keys.end(), from.begin(), sums.begin());
    std::vector<std::int64_t> expected(in.n);
    for (std::size_t i = 1; i < in.n; ++i) {
      if (keys[i] == keys[i - 1]) expected[i] = expected[i - 1] + x[i - 1];
    }
    EXPECT_TRUE(same(to_host(sums), expected));
  });
  expect_kernels(by_key_kernels);
}

}  // namespace
