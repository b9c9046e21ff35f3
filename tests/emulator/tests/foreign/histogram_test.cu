#include "fixture.hpp"

#include <cub/device/device_histogram.cuh>
#include <cuda/std/array>

#include <array>

namespace {

using namespace foreign;

std::vector<expected_kernel> const kernels{{"DeviceHistogramInitKernel"},
                                           {"DeviceHistogramSweepKernel", 8}};

template <class T>
class histogram : public typed_fixture<T> {};
using sample_types = testing::Types<std::uint8_t, std::int32_t, float, double>;
TYPED_TEST_SUITE(histogram, sample_types);

// Levels that are whole numbers and bins 8 wide: no rounding decides where a sample belongs.
TYPED_TEST(histogram, Even) {
  constexpr int least = 0, bins = 12, width = 8, most = least + bins * width;
  for_each_input([](input const& in) {
    auto const x = summands<TypeParam>(in);
    device_vector<TypeParam> from(x);
    device_vector<std::int32_t> counts(bins);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceHistogram::HistogramEven(
          storage, bytes, from.get(), counts.get(), bins + 1, static_cast<TypeParam>(least),
          static_cast<TypeParam>(most), static_cast<int>(in.n));
    });
    std::vector<std::int32_t> expected(bins);
    for (TypeParam const value : x) {
      auto const whole = static_cast<int>(value);
      if (whole >= least && whole < most) ++expected[static_cast<std::size_t>(whole / width)];
    }
    EXPECT_TRUE(same(counts.read(), expected));
  });
  this->expect_kernels(kernels);
}

TYPED_TEST(histogram, Ranges) {
  std::vector<TypeParam> levels;
  for (int const level : {3, 4, 20, 21, 50, 99, 120})
    levels.push_back(static_cast<TypeParam>(level));
  for_each_input([&](input const& in) {
    auto const x = summands<TypeParam>(in, 1);
    device_vector<TypeParam> from(x), bounds(levels);
    device_vector<std::int32_t> counts(levels.size() - 1);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceHistogram::HistogramRange(storage, bytes, from.get(), counts.get(),
                                                  static_cast<int>(levels.size()), bounds.get(),
                                                  static_cast<int>(in.n));
    });
    std::vector<std::int32_t> expected(levels.size() - 1);
    for (TypeParam const value : x) {
      auto const bin = std::upper_bound(levels.begin(), levels.end(), value) - levels.begin();
      if (bin > 0 && bin < static_cast<std::ptrdiff_t>(levels.size()))
        ++expected[static_cast<std::size_t>(bin - 1)];
    }
    EXPECT_TRUE(same(counts.read(), expected));
  });
  this->expect_kernels(kernels);
}

class histogram_of : public fixture {};

// Three of the four channels of a pixel, each with 256 bins.
TEST_F(histogram_of, Pixels) {
  for_each_input([](input const& in) {
    std::size_t const pixels = in.n / 4;
    auto const x = values<std::uint8_t>({pixels * 4, in.values}, 2);
    device_vector<std::uint8_t> from(x);
    device_vector<std::int32_t> red(256), green(256), blue(256);
    with_storage([&](void* storage, std::size_t& bytes) {
      using numbers = cuda::std::array<int, 3>;
      numbers const levels{257, 257, 257}, low{0, 0, 0}, high{256, 256, 256};
      cuda::std::array<std::int32_t*, 3> const counts{red.get(), green.get(), blue.get()};
      return cub::DeviceHistogram::MultiHistogramEven<4, 3>(
          storage, bytes, from.get(), counts, levels, low, high, static_cast<int>(pixels));
    });
    std::array<std::vector<std::int32_t>, 3> expected;
    for (auto& channel : expected) channel.resize(256);
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (i % 4 < 3) ++expected[i % 4][x[i]];
    }
    EXPECT_TRUE(same(red.read(), expected[0]));
    EXPECT_TRUE(same(green.read(), expected[1]));
    EXPECT_TRUE(same(blue.read(), expected[2]));
  });
  expect_kernels(kernels);
}

}  // namespace
