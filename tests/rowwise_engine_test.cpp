// What must not change a bit of a row's result: alignment, the place of the output, other rows, the
// run.
#include "oracle/rowwise.hpp"
#include "support/row_judge.hpp"
#include "support/row_samples.hpp"

#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

namespace {

using support::host_array;
using support::matrix;
using support::placement;
using support::storage;

struct subject {
  std::string op;
  storage const* type;
  bool backward;
};

std::vector<subject> subjects() {
  std::vector<subject> all;
  for (int i = 0; i < act_softmax_count(); ++i) {
    for (storage const& type : support::storages) {
      for (bool const backward : {false, true})
        all.push_back({act_softmax_name(i), &type, backward});
    }
  }
  return all;
}

std::string to_string(subject const& s) {
  return s.op + "_" + s.type->name + (s.backward ? "_backward" : "_forward");
}
void PrintTo(subject const& s, std::ostream* out) { *out << to_string(s); }

class rowwise_engine : public testing::TestWithParam<subject> {
 protected:
  // Inputs of a call, and its result with everything on 16-byte boundaries and apart.
  struct sample {
    matrix saved;
    host_array dy;
    host_array result;
  };

  static sample make(std::int64_t rows, std::int64_t columns) {
    std::mt19937_64 random(static_cast<std::uint64_t>(rows * 1'000'003 + columns));
    matrix x = support::rows_of_each_kind(type(), rows, columns, 0, random);
    // -inf among the logits, never inf: the bits of NaN are anybody's.
    if (oracle::find_row(GetParam().op).sign < 0) {
      for (std::size_t i = 0; i < x.values.size(); ++i) x.values.set(i, -x.values[i]);
    }
    host_array const dy = support::row_output_gradients(type(), x.values.size(), random);
    host_array const y = support::call(op(), nullptr, x);
    if (!GetParam().backward) return {x, dy, y};
    matrix const saved{y, rows, columns};
    return {saved, dy, support::call(op(), &dy, saved)};
  }
  static host_array again(sample const& s, placement const& where) {
    return support::call(op(), GetParam().backward ? &s.dy : nullptr, s.saved, where);
  }
  static act_softmax op() { return support::softmax_named(GetParam().op); }
  static storage const& type() { return *GetParam().type; }
};

// Of every tier in every type, at their ends and between; 2,300 with its shift ends in the last pack of a
// warp's round.
constexpr std::int64_t lengths[] = {1,    3,      16,     33,     64,    129,  256,
                                    257,  513,    1000,   1025,   2049,  2300, 5000,
                                    8193, 16'385, 17'000, 33'000, 70'001};

TEST_P(rowwise_engine, AlignmentAndPlaceChangeNoBit) {
  std::size_t const one = type().bytes;
  for (std::int64_t const columns : lengths) {
    SCOPED_TRACE(std::to_string(columns) + " columns");
    sample const s = make(columns < 1000 ? 7 : columns < 5000 ? 3 : 1, columns);
    for (std::size_t offset = one; offset < 16; offset += columns < 200 ? one : 2 * one) {
      placement const misaligned[] = {{{offset, offset, offset}, placement::apart},
                                      {{offset, 0, 0}, placement::apart},
                                      {{0, offset, 0}, placement::apart},
                                      {{0, 0, offset}, placement::apart}};
      for (placement const& where : misaligned)
        EXPECT_TRUE(again(s, where) == s.result) << "offset " << offset;
    }
    EXPECT_TRUE(again(s, {{0, 0, 0}, placement::over_saved}) == s.result);
    EXPECT_TRUE(again(s, {{one, one, 0}, placement::over_saved}) == s.result);
    if (GetParam().backward) {
      EXPECT_TRUE(again(s, {{0, 0, 0}, placement::over_dy}) == s.result);
      EXPECT_TRUE(again(s, {{one, one, 0}, placement::over_dy}) == s.result);
    }
  }
}

TEST_P(rowwise_engine, TwoRunsGiveTheSameBits) {
  for (std::int64_t const columns : lengths) {
    sample const s = make(columns < 5000 ? 3 : 1, columns);
    EXPECT_TRUE(again(s, {}) == s.result) << columns << " columns";
  }
}

// A row alone, among a few and among more than a block or a grid's first blocks have.
TEST_P(rowwise_engine, RowsDoNotSeeEachOther) {
  for (std::int64_t const columns : {1, 5, 32, 300}) {
    SCOPED_TRACE(std::to_string(columns) + " columns");
    sample const s = make(301, columns);
    auto const length = static_cast<std::size_t>(columns);
    auto const part = [&](host_array const& all, std::size_t row, std::size_t rows) {
      host_array result(type(), rows * length);
      for (std::size_t i = 0; i < result.size(); ++i)
        result.set_bits(i, all.bits(row * length + i));
      return result;
    };
    for (std::size_t const row : {0, 1, 3, 4, 300}) {
      std::size_t const rows = row == 1 ? 5 : 1;
      sample const few{{part(s.saved.values, row, rows), static_cast<std::int64_t>(rows), columns},
                       part(s.dy, row, rows),
                       part(s.result, row, rows)};
      EXPECT_TRUE(again(few, {}) == few.result) << "row " << row;
    }
  }
}

TEST_P(rowwise_engine, NothingToDoLaunchesNothing) {
  host_array const nothing(type(), 0);
  host_array const* const dy = GetParam().backward ? &nothing : nullptr;
  for (auto const& [rows, columns] : {std::pair{0, 5}, std::pair{5, 0}, std::pair{0, 0}})
    EXPECT_EQ(support::call(op(), dy, {nothing, rows, columns}).size(), 0U);
}

// A maximum that is most of the sum keeps the others' digits, in whichever pack it lies, and behind the
// last one: rows that fill all packs of some tier in every type, and beyond registers.
TEST(log_softmax_engine, ADominantColumnKeepsItsDigitsWhereverItIs) {
  act_softmax const op = support::softmax_named("log_softmax");
  for (storage const& type : support::storages) {
    double const height = type.dtype == ACT_FLOAT16 ? 9 : 30;
    for (std::int64_t const columns : {8, 128, 256, 512, 1024, 8192, 32'768, 131'072}) {
      // Of a cluster's later block, the second pack of the first thread.
      std::int64_t const block = activations_cuda::tuning::most_row_warps * 32;
      std::int64_t const second_pack =
          columns / 2 + block * 16 / static_cast<std::int64_t>(type.bytes);
      for (std::int64_t const column : {std::int64_t{0}, std::int64_t{1}, columns / 2 - 1,
                                        second_pack - 1, columns - 7, columns - 2, columns - 1}) {
        if (column >= columns) continue;
        SCOPED_TRACE(std::string(type.name) + ", column " + std::to_string(column) + " of " +
                     std::to_string(columns));
        std::mt19937_64 random(static_cast<std::uint64_t>(columns + column));
        matrix x = support::rows_of_each_kind(type, 1, columns, 0, random);
        for (std::int64_t c = 0; c < columns; ++c) {
          auto const at = static_cast<std::size_t>(c);
          x.values.set(at, c == column ? height : 0.3 * x.values[at]);
        }
        host_array const y = support::call(op, nullptr, x);
        if (columns <= 1024) {
          support::row_judge judge("log_softmax", type);
          judge.forward(support::row_of(x.values, 0, columns), support::row_of(y, 0, columns),
                        support::sum_of(support::row_plan_of(type.bytes, columns, false, false,
                                                             support::limits_of_this_device()),
                                        type.bytes, columns));
          judge.verdict();
        }
        for (std::size_t const elements : {1, 3, 7}) {
          std::size_t const offset = elements * type.bytes % 16;
          EXPECT_TRUE(support::call(op, nullptr, x, {{offset, offset, offset}, placement::apart}) ==
                      y)
              << "offset " << offset;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(rowwise, rowwise_engine, testing::ValuesIn(subjects()),
                         [](auto const& info) { return to_string(info.param); });

}  // namespace
