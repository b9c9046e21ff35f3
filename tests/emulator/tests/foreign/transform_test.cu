#include "fixture.hpp"

#include <cub/device/device_transform.cuh>
#include <cuda/std/tuple>
#include <thrust/device_vector.h>
#include <thrust/fill.h>
#include <thrust/for_each.h>
#include <thrust/gather.h>
#include <thrust/sequence.h>
#include <thrust/transform.h>

#include <numeric>

namespace {

using namespace foreign;

template <class T>
class transform : public typed_fixture<T> {
 protected:
  // Whole tiles that are neither the first nor the last two are copied to shared memory by
  // cp.async.bulk, from compute capability 9.0 on.
  void expect_path_of_architecture() {
    this->expect_kernels({{"transform_kernel", 8}});
    std::uint64_t bulk_copies = 0;
    for (launch const& each : this->launches()) bulk_copies += each.bulk_copies;
    if (architecture() >= 90) {
      EXPECT_GE(bulk_copies, 8U) << "CUB did not take its bulk-copy path";
    } else {
      EXPECT_EQ(bulk_copies, 0U) << "an architecture without bulk copies made some";
    }
  }
};
using number_types = testing::Types<std::uint8_t, std::int32_t, double, __half>;
TYPED_TEST_SUITE(transform, number_types);

struct twice_and_one {
  template <class T>
  __host__ __device__ T operator()(T const& value) const {
    return static_cast<T>(value + value + T(1));
  }
};
struct difference {
  template <class T>
  __host__ __device__ T operator()(T const& a, T const& b) const {
    return static_cast<T>(a - b);
  }
};

TYPED_TEST(transform, One) {
  for_each_input([](input const& in) {
    auto x = summands<TypeParam>(in);
    device_vector<TypeParam> from(x), to(in.n);
    ASSERT_EQ(cub::DeviceTransform::Transform(from.get(), to.get(), static_cast<int>(in.n),
                                              twice_and_one{}),
              cudaSuccess);
    std::transform(x.begin(), x.end(), x.begin(), twice_and_one{});
    EXPECT_TRUE(same(to.read(), x));
  });
  this->expect_path_of_architecture();
}

// Beginnings that no bulk copy is aligned to, and each input at another distance from it.
TYPED_TEST(transform, TwoMisaligned) {
  for_each_input([](input const& in) {
    if (in.n < 8) return;
    auto const x = summands<TypeParam>(in, 1), y = summands<TypeParam>(in, 2);
    std::size_t const n = in.n - 5;
    device_vector<TypeParam> first(x), second(y), to(n);
    ASSERT_EQ(
        cub::DeviceTransform::Transform(cuda::std::make_tuple(first.get() + 1, second.get() + 5),
                                        to.get(), static_cast<int>(n), difference{}),
        cudaSuccess);
    std::vector<TypeParam> expected;
    for (std::size_t i = 0; i < n; ++i) expected.push_back(difference{}(x[i + 1], y[i + 5]));
    EXPECT_TRUE(same(to.read(), expected));
  });
  this->expect_path_of_architecture();
}

// What the bulk copy is made for: several wide inputs, of different types.
class transform_of : public transform<three_words> {};

struct weighted {
  __host__ __device__ double operator()(three_words const& a, float b, std::uint8_t c) const {
    return static_cast<double>(a.key) * c + static_cast<double>(b);
  }
};

TEST_F(transform_of, DifferentTypes) {
  for_each_input([](input const& in) {
    auto const a = values<three_words>(in, 3);
    auto const b = summands<float>(in, 4);
    auto const c = values<std::uint8_t>(in, 5);
    device_vector<three_words> first(a);
    device_vector<float> second(b);
    device_vector<std::uint8_t> third(c);
    device_vector<double> to(in.n);
    ASSERT_EQ(cub::DeviceTransform::Transform(
                  cuda::std::make_tuple(first.get(), second.get(), third.get()), to.get(),
                  static_cast<int>(in.n), weighted{}),
              cudaSuccess);
    std::vector<double> expected;
    for (std::size_t i = 0; i < in.n; ++i) expected.push_back(weighted{}(a[i], b[i], c[i]));
    EXPECT_TRUE(same(to.read(), expected));
  });
  expect_path_of_architecture();
}

class thrust_transform : public transform<float> {};

TEST_F(thrust_transform, UnaryAndBinary) {
  for_each_input([](input const& in) {
    auto x = summands<float>(in, 6);
    auto const y = summands<float>(in, 7);
    thrust::device_vector<float> first(x), second(y), to(in.n);
    thrust::transform(first.begin(), first.end(), first.begin(), twice_and_one{});
    thrust::transform(first.begin(), first.end(), second.begin(), to.begin(), difference{});
    for (std::size_t i = 0; i < in.n; ++i) x[i] = difference{}(twice_and_one{}(x[i]), y[i]);
    EXPECT_TRUE(same(to_host(to), x));
  });
  expect_kernels({{"transform_kernel", 8}});
}

struct add_in_place {
  __host__ __device__ void operator()(std::int32_t& value) const { value += 3; }
};

TEST_F(thrust_transform, FillSequenceForEachGather) {
  for_each_input([](input const& in) {
    thrust::device_vector<std::int32_t> map(in.n), from(in.n), to(in.n);
    thrust::sequence(map.rbegin(), map.rend());
    thrust::fill(from.begin(), from.end(), 40);
    thrust::for_each(from.begin() + static_cast<std::ptrdiff_t>(in.n / 2), from.end(),
                     add_in_place{});
    thrust::gather(map.begin(), map.end(), from.begin(), to.begin());
    std::vector<std::int32_t> expected(in.n, 40);
    std::fill(expected.begin(), expected.end() - static_cast<std::ptrdiff_t>(in.n / 2), 43);
    EXPECT_TRUE(same(to_host(to), expected));
  });
  expect_kernels({{"transform_kernel", 8}, {"for_each"}});
}

}  // namespace
