// NaN and infinities under and beside masks, in rows of every tier and along other axes: where the
// results are NaN, infinite or exactly 0 they are so in the reference, which is held to the oracle.
#include "support/rowwise_call.hpp"
#include "support/softmax_device_case.hpp"

#include <activations_cuda/reference.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <tuple>
#include <vector>

namespace {

namespace act = activations_cuda;
using support::host_array;
using support::storage;

constexpr support::mask_choice choices[] = {
    {false, false, false, false}, {true, false, false, false}, {false, true, false, false},
    {false, false, true, false},  {false, false, false, true}, {true, true, true, true}};

// In some rows nothing, in others NaN or infinities of one sign, or, mixed, all of them.
void spoil(host_array& x, std::int64_t outer_stride, bool mixed, std::mt19937_64& random) {
  double const all[] = {NAN, INFINITY, -INFINITY};
  for (std::size_t row = 0; row < x.size(); row += static_cast<std::size_t>(outer_stride)) {
    double const value = all[random() % 3];
    for (std::size_t times = random() % 4; times > 0; --times)
      x.set(row + random() % static_cast<std::size_t>(outer_stride),
            mixed ? all[random() % 3] : value);
  }
}

/// What a result is beside a number.
int kind_of(double value) {
  return std::isnan(value) ? 3 : std::isinf(value) ? (value > 0 ? 2 : 1) : 0;
}

class softmax_special_values
    : public testing::TestWithParam<std::tuple<std::size_t, std::int64_t, std::int64_t>> {
 protected:
  std::mt19937_64 random{support::seed()};

  template <class Op, class T>
  void compare(storage const& type) {
    auto const [choice, columns, inner] = GetParam();
    using real = typename act::softmax_options<T>::real;
    support::softmax_case const with(type, columns, inner, choices[choice], random);
    support::softmax_device_case const device(type, with, random);
    host_array x = device.x.download(type);
    host_array dy = device.dy.download(type);
    spoil(x, device.layout.outer_stride, true, random);
    spoil(dy, device.layout.outer_stride, false, random);
    device.x.upload(x);
    device.dy.upload(dy);
    device.template forward<T>(Op{});
    device.template backward<T>(Op{});
    std::vector<host_array> const results = device.results();

    std::vector<host_array> expected = results;  // whose gaps are the same
    auto options = with.options<T>(with.additive.as<T>(), with.boolean.data(), with.lengths.data());
    options.empty = act::empty_rows::zeros;
    options.maximum = expected[2].as<real>();
    options.log_sum_exp = expected[3].as<real>();
    auto const input = [&](host_array const& of) { return device.layout.tensor(of.as<T>()); };
    auto const output = [&](host_array& of) { return device.layout.tensor(of.as<T>()); };
    act::reference::forward(Op{}, with.shape, input(x), output(expected[0]), options);
    act::reference::backward(Op{}, with.shape, input(dy), input(results[0]), output(expected[1]),
                             options);
    char const* const names[] = {"y", "dx", "maximum", "log_sum_exp"};
    for (std::size_t k = 0; k < results.size(); ++k) {
      for (std::size_t i = 0; i < results[k].size(); ++i) {
        double const value = results[k][i];
        ASSERT_EQ(kind_of(value), kind_of(expected[k][i]))
            << type.name << " " << names[k] << "[" << i << "] is " << value << " instead of "
            << expected[k][i];
      }
    }
  }
};

TEST_P(softmax_special_values, AreWhereTheReferenceHasThem) {
  act::for_each(act::rowwise_ops{}, [&](auto tag) {
    using op = typename decltype(tag)::type;
    compare<op, float>(support::storages[ACT_FLOAT32]);
    compare<op, __half>(support::storages[ACT_FLOAT16]);
  });
}

std::string name_of(testing::TestParamInfo<softmax_special_values::ParamType> const& info) {
  return "masks_" + std::to_string(std::get<0>(info.param)) + "_" +
         std::to_string(std::get<1>(info.param)) + "_columns_" +
         std::to_string(std::get<2>(info.param)) + "_inner";
}

INSTANTIATE_TEST_SUITE_P(all, softmax_special_values,
                         testing::Combine(testing::Range(std::size_t{0}, std::size(choices)),
                                          testing::Values(5, 700), testing::Values(1, 3)),
                         name_of);
// Columns that are read twice.
INSTANTIATE_TEST_SUITE_P(twice, softmax_special_values,
                         testing::Combine(testing::Range(std::size_t{0}, std::size(choices)),
                                          testing::Values(2100), testing::Values(17)),
                         name_of);

}  // namespace
