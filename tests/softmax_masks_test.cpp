// Masks of every kind, in every tier and along other axes. What is masked is as if it were -inf: so a
// masked call gives the bits of a plain one on elements that hold -inf, and gradients likewise. What is
// masked is not looked at: under the mask there is NaN.
#include "oracle/rowwise.hpp"
#include "support/row_samples.hpp"
#include "support/softmax_call.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace {

using support::device_values;
using support::host_array;
using support::storage;

constexpr std::int64_t batches = 2, heads = 2, queries = 3;

struct subject {
  std::string op;
  act_dtype dtype;
  std::int64_t columns, inner;

  act_softmax_shape shape() const { return {batches * heads * queries, columns, inner}; }
};
std::string to_string(subject const& s) {
  return s.op + "_" + support::storages[s.dtype].name + "_" + std::to_string(s.columns) + "_" +
         std::to_string(s.inner);
}
void PrintTo(subject const& s, std::ostream* out) { *out << to_string(s); }

class softmax_masks : public testing::TestWithParam<subject> {
 protected:
  act_softmax_shape const shape = GetParam().shape();
  storage const& type = support::storages[GetParam().dtype];
  act_softmax const op = support::softmax_named(GetParam().op);
  std::mt19937_64 random{support::seed()};
  double const away = oracle::find_row(GetParam().op).sign < 0 ? INFINITY : -INFINITY;

  host_array normal() {
    std::normal_distribution<double> normal(0, 2);
    host_array x(type, support::elements_of(shape));
    for (std::size_t i = 0; i < x.size(); ++i) x.set(i, normal(random));
    return x;
  }
  act_softmax_options options() const {
    act_softmax_options result = support::plain_options();
    result.heads = heads;
    result.queries = queries;
    return result;
  }
  /// Calls body(element, batch, head, query, column, inner).
  template <class Body>
  void for_each(Body const& body) const {
    std::size_t i = 0;
    for (std::int64_t o = 0; o < shape.outer; ++o) {
      for (std::int64_t c = 0; c < shape.columns; ++c) {
        for (std::int64_t in = 0; in < shape.inner; ++in)
          body(i++, o / (heads * queries), o / queries % heads, o % queries, c, in);
      }
    }
  }

  /// keeps(batch, head, query, column, inner) is what the options say.
  template <class Keeps>
  void expect_masked(act_softmax_options const& masked, Keeps const& keeps) {
    host_array const x = normal();
    host_array hidden = x;  // NaN where nobody looks
    host_array plain = x;
    std::vector<bool> kept(x.size());
    for_each([&](std::size_t i, auto... place) {
      kept[i] = keeps(place...);
      if (!kept[i]) hidden.set(i, NAN);
      if (!kept[i]) plain.set(i, away);
    });
    host_array const y = support::forward(op, shape, hidden, masked);
    EXPECT_TRUE(y == support::forward(op, shape, plain, support::plain_options()));
    // With gaps; one between columns would make another axis of the last one.
    support::softmax_layout const gaps{3, shape.inner == 1 ? 0 : 1, type.bytes};
    EXPECT_TRUE(y == support::forward(op, shape, hidden, masked, gaps));

    // Masked elements of dy do not count either, whatever they are.
    host_array const dy = support::row_output_gradients(type, x.size(), random);
    host_array dy_hidden = dy;
    host_array dy_plain = dy;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (kept[i]) continue;
      dy_hidden.set(i, NAN);
      dy_plain.set(i, 0);
    }
    host_array const dx = support::backward(op, shape, dy_hidden, y, masked);
    host_array expected = support::backward(op, shape, dy_plain, y, support::plain_options());
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!kept[i]) expected.set(i, 0);
    }
    // What is masked has +0. A y that has come to 0 without a mask counts as masked beside one; either
    // way its dx is a zero.
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (kept[i] && expected[i] == 0) {
        ASSERT_EQ(dx[i], 0) << "element " << i;
      } else {
        ASSERT_EQ(dx.bits(i), expected.bits(i))
            << dx[i] << " instead of " << expected[i] << ", element " << i;
      }
    }
  }
};

TEST_P(softmax_masks, LengthsOfBatches) {
  std::int64_t const n = shape.columns;
  device_values<std::int64_t> const lengths({n - n / 3, n > 1 ? n / 2 + 1 : 1});
  act_softmax_options masked = options();
  masked.lengths = lengths.get();
  masked.lengths_batch_stride = 1;
  expect_masked(masked, [&](auto b, auto, auto, auto c, auto) {
    return c < (b == 0 ? n - n / 3 : n > 1 ? n / 2 + 1 : 1);
  });
}

TEST_P(softmax_masks, LengthsOfRowsBeyondTheColumns) {
  std::int64_t const n = shape.columns;
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i < shape.outer; ++i)
    all.push_back(i % 3 == 0 ? std::int64_t{1} << 40 : 1 + i * n / shape.outer);
  device_values<std::int64_t> const lengths(all);
  act_softmax_options masked = options();
  masked.lengths = lengths.get();
  masked.lengths_batch_stride = heads * queries;
  masked.lengths_head_stride = queries;
  masked.lengths_query_stride = 1;
  expect_masked(masked, [&](auto b, auto h, auto q, auto c, auto) {
    return c < all[static_cast<std::size_t>((b * heads + h) * queries + q)];
  });
}

TEST_P(softmax_masks, CausalWithAnOffset) {
  for (std::int64_t const offset :
       {std::int64_t{0}, shape.columns - queries, std::int64_t{1} << 60}) {
    if (offset < 0) continue;
    act_softmax_options masked = options();
    masked.causal = 1;
    masked.causal_offset = offset;
    expect_masked(masked, [&](auto, auto, auto q, auto c, auto) { return c - q <= offset; });
  }
}

TEST_P(softmax_masks, BooleansOfEitherMeaning) {
  std::int64_t const n = shape.columns;
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(batches * queries * n));
  for (auto& byte : bytes) byte = random() % 3 == 0 ? 0 : static_cast<std::uint8_t>(random() | 1);
  for (std::size_t i = 0; i < bytes.size(); i += static_cast<std::size_t>(n)) bytes[i] = 7;
  for (bool const keeps : {true, false}) {
    std::vector<std::uint8_t> said = bytes;
    if (!keeps)
      for (auto& byte : said) byte = byte == 0 ? 1 : 0;
    device_values<std::uint8_t> const mask(said);
    act_softmax_options masked = options();
    masked.boolean = mask.get();
    masked.boolean_strides = {queries * n, 0, n, 1, 0};  // shared by heads
    masked.boolean_meaning = keeps ? ACT_MASK_NONZERO_KEEPS : ACT_MASK_NONZERO_MASKS;
    expect_masked(masked, [&](auto b, auto, auto q, auto c, auto) {
      return bytes[static_cast<std::size_t>((b * queries + q) * n + c)] != 0;
    });
  }
}

TEST_P(softmax_masks, BooleansOfEachElement) {
  std::vector<std::uint8_t> bytes(support::elements_of(shape));
  for (auto& byte : bytes) byte = random() % 3 == 0 ? 0 : 1;
  for_each([&](std::size_t i, auto, auto, auto, auto c, auto) {
    if (c == shape.columns / 2) bytes[i] = 1;
  });
  device_values<std::uint8_t> const mask(bytes);
  act_softmax_options masked = options();
  masked.boolean = mask.get();
  std::int64_t const row = shape.columns * shape.inner;
  masked.boolean_strides = {heads * queries * row, queries * row, row, shape.inner, 1};
  masked.boolean_meaning = ACT_MASK_NONZERO_KEEPS;
  expect_masked(masked, [&](auto b, auto h, auto q, auto c, auto in) {
    return bytes[static_cast<std::size_t>(((b * heads + h) * queries + q) * row + c * shape.inner +
                                          in)] != 0;
  });
}

// The sum scale x + mask is rounded once to the type that is computed in. Of small integers it is
// exact: then the bits are those of a call on the sums. -inf masks, even a NaN.
TEST_P(softmax_masks, AdditiveTermsMeetTheScaledElements) {
  std::int64_t const n = shape.columns;
  double const sign = oracle::find_row(GetParam().op).sign;
  std::vector<double> terms;
  for (std::int64_t i = 0; i < heads * n; ++i) {
    bool const masks = random() % 4 == 0 && i % n != 0;
    terms.push_back(masks ? -INFINITY : static_cast<double>(random() % 9) - 4);
  }
  host_array const values = host_array::of(type, terms);
  support::device_buffer const mask(values);
  act_softmax_options masked = options();
  masked.additive = mask.get();
  masked.additive_strides = {0, n, 0, 1, 0};
  host_array x(type, support::elements_of(shape));
  host_array sums(type, x.size());
  for_each([&](std::size_t i, auto, auto h, auto, auto c, auto) {
    double const term = terms[static_cast<std::size_t>(h * n + c)];
    double const value = static_cast<double>(random() % 17) - 8;
    x.set(i, std::isinf(term) ? NAN : value);
    sums.set(i, sign * (sign * value + term));  // which the op takes with its sign
  });
  EXPECT_TRUE(support::forward(op, shape, x, masked) ==
              support::forward(op, shape, sums, support::plain_options()));
}

TEST_P(softmax_masks, AllTogetherKeepWhatEachKeeps) {
  std::int64_t const n = shape.columns;
  std::vector<std::uint8_t> bytes;
  for (std::int64_t c = 0; c < n; ++c) bytes.push_back(c % 5 != 1);
  std::vector<double> terms;
  for (std::int64_t c = 0; c < n; ++c) terms.push_back(c % 7 == 2 ? -INFINITY : 0.0);
  device_values<std::uint8_t> const boolean(bytes);
  support::device_buffer const additive(host_array::of(type, terms));
  device_values<std::int64_t> const lengths({n, n - n / 4});
  act_softmax_options masked = options();
  masked.boolean = boolean.get();
  masked.boolean_meaning = ACT_MASK_NONZERO_KEEPS;
  masked.additive = additive.get();
  masked.lengths = lengths.get();
  masked.lengths_batch_stride = 1;
  masked.causal = 1;
  masked.causal_offset = n - n / 8;
  expect_masked(masked, [&](auto b, auto, auto q, auto c, auto) {
    return c % 5 != 1 && c % 7 != 2 && c < (b == 0 ? n : n - n / 4) && c <= q + n - n / 8;
  });
}

TEST_P(softmax_masks, ARowOfNothingIsNaNOrZeros) {
  device_values<std::int64_t> const lengths({0, -3});
  host_array x = normal();
  bool const logarithm = oracle::find_row(GetParam().op).logarithm;
  for (bool const zeros : {false, true}) {
    act_softmax_options masked = options();
    masked.empty_rows = zeros ? ACT_EMPTY_ROWS_ZEROS : ACT_EMPTY_ROWS_NAN;
    // By a mask, and without one by elements.
    host_array nothing = x;
    for (std::size_t i = 0; i < x.size(); ++i) nothing.set(i, away);
    for (bool const by_mask : {false, true}) {
      masked.lengths = by_mask ? lengths.get() : nullptr;
      masked.lengths_batch_stride = 1;
      host_array const y = support::forward(op, shape, by_mask ? x : nothing, masked);
      for (std::size_t i = 0; i < y.size(); ++i) {
        ASSERT_TRUE(zeros ? y[i] == (logarithm ? -INFINITY : 0) : std::isnan(y[i]))
            << y[i] << ", zeros " << zeros << ", by a mask " << by_mask;
      }
    }
    // A NaN is never hidden.
    host_array undefined = nothing;
    undefined.set(undefined.size() - 1, NAN);
    masked.lengths = nullptr;
    EXPECT_TRUE(std::isnan(support::forward(op, shape, undefined, masked)[undefined.size() - 1]));
  }
}

std::vector<subject> subjects() {
  std::vector<subject> all;
  // lanes, warp, block, shared memory or cluster, twice read; and other axes, held and not
  struct {
    std::int64_t columns, inner;
  } const shapes[] = {{1, 1},      {5, 1}, {40, 1}, {300, 1}, {1000, 1}, {9001, 1}, {33'003, 1},
                      {84'001, 1}, {7, 3}, {12, 2}, {65, 8},  {300, 5},  {2100, 4}, {2100, 17}};
  for (int i = 0; i < act_softmax_count(); ++i) {
    for (storage const& type : support::storages) {
      for (auto const& s : shapes) {
        bool const long_row = s.columns > 5000;
        bool const again = std::string(act_softmax_name(i)) == "softmin";
        if (long_row && (again || type.dtype == ACT_BFLOAT16 || type.dtype == ACT_FLOAT64))
          continue;
        if (s.columns > 50'000 && type.dtype != ACT_FLOAT32) continue;
        all.push_back({act_softmax_name(i), type.dtype, s.columns, s.inner});
      }
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(all, softmax_masks, testing::ValuesIn(subjects()),
                         [](auto const& info) { return to_string(info.param); });

}  // namespace
