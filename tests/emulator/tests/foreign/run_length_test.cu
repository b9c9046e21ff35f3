#include "fixture.hpp"

#include <cub/device/device_run_length_encode.cuh>

namespace {

using namespace foreign;

template <class T>
class run_length : public typed_fixture<T> {};
using run_types = testing::Types<std::uint8_t, double, __half, three_words>;
TYPED_TEST_SUITE(run_length, run_types);

template <class T>
struct runs {
  std::vector<T> values;
  std::vector<std::int32_t> begins, lengths;
};

/// Runs of one to 64 values, neighbours different; all of one value where that is the shape.
template <class T>
std::vector<T> in_runs(input const& in) {
  auto const keys = keys_in_runs(in);
  std::vector<T> const table{any_value<T>(1), any_value<T>(77'777'777'777'777), any_value<T>(3)};
  std::vector<T> result;
  for (std::int32_t const key : keys)
    result.push_back(table[static_cast<std::size_t>(key + 50) / 3 % table.size()]);
  return result;
}

template <class T>
runs<T> encoded(std::vector<T> const& x, std::int32_t least_length) {
  runs<T> result;
  for (std::size_t begin = 0, end = 0; begin < x.size(); begin = end) {
    while (end < x.size() && x[end] == x[begin]) ++end;
    if (static_cast<std::int32_t>(end - begin) < least_length) continue;
    result.values.push_back(x[begin]);
    result.begins.push_back(static_cast<std::int32_t>(begin));
    result.lengths.push_back(static_cast<std::int32_t>(end - begin));
  }
  return result;
}

TYPED_TEST(run_length, Encode) {
  for_each_input([](input const& in) {
    auto const x = in_runs<TypeParam>(in);
    auto const expected = encoded(x, 1);
    device_vector<TypeParam> from(x), values(expected.values.size());
    device_vector<std::int32_t> lengths(expected.lengths.size()), count(1);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceRunLengthEncode::Encode(storage, bytes, from.get(), values.get(),
                                                lengths.get(), count.get(), static_cast<int>(in.n));
    });
    ASSERT_EQ(count.read()[0], static_cast<std::int32_t>(expected.lengths.size()));
    EXPECT_TRUE(same(values.read(), expected.values));
    EXPECT_TRUE(same(lengths.read(), expected.lengths));
  });
  this->expect_kernels({{"DeviceReduceByKeyKernel", 8}});
}

TYPED_TEST(run_length, NonTrivialRuns) {
  for_each_input([](input const& in) {
    auto const x = in_runs<TypeParam>(in);
    auto const expected = encoded(x, 2);
    device_vector<TypeParam> from(x);
    device_vector<std::int32_t> begins(expected.begins.size()), lengths(expected.lengths.size()),
        count(1);
    with_storage([&](void* storage, std::size_t& bytes) {
      return cub::DeviceRunLengthEncode::NonTrivialRuns(storage, bytes, from.get(), begins.get(),
                                                        lengths.get(), count.get(),
                                                        static_cast<int>(in.n));
    });
    ASSERT_EQ(count.read()[0], static_cast<std::int32_t>(expected.lengths.size()));
    EXPECT_TRUE(same(begins.read(), expected.begins));
    EXPECT_TRUE(same(lengths.read(), expected.lengths));
  });
  this->expect_kernels({{"DeviceRleSweepKernel", 8}});
}

}  // namespace
