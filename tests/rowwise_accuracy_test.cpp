// The accuracy contract of softmax and its family on the compiled kernels: every op, type and
// direction, at lengths of every tier. With compute capability 9.0 the same lengths meet clusters.
#include "support/accuracy_table.hpp"
#include "support/approximations.hpp"
#include "support/row_judge.hpp"
#include "support/row_samples.hpp"

#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

namespace {

using support::host_array;
using support::matrix;
using support::storage;

struct subject {
  std::string op;
  storage const* type;
  bool backward;
  std::int64_t columns;
};

// 98,301 is 3 elements short of whole turns of a walk, in every type: 24, 12 or 6 of them.
constexpr std::int64_t lengths[] = {1,      2,      31,     32,      33,     127,
                                    1000,   1024,   1025,   4096,    4097,   32'768,
                                    50'257, 65'537, 98'301, 128'256, 262'145};
constexpr std::int64_t longest_short_row = 1025;

std::vector<subject> subjects() {
  std::vector<subject> all;
  for (int i = 0; i < act_softmax_count(); ++i) {
    for (storage const& type : support::storages) {
      for (bool const backward : {false, true}) {
        for (std::int64_t const columns : lengths) {
          // softmin has softmax's kernels.
          bool const again = std::string(act_softmax_name(i)) == "softmin";
          if (!again || columns <= longest_short_row)
            all.push_back({act_softmax_name(i), &type, backward, columns});
        }
      }
    }
  }
  return all;
}

std::string to_string(subject const& s) {
  return s.op + "_" + s.type->name + (s.backward ? "_backward_" : "_forward_") +
         std::to_string(s.columns) + "_columns";
}
void PrintTo(subject const& s, std::ostream* out) { *out << to_string(s); }

class rowwise_accuracy : public testing::TestWithParam<subject> {};

TEST_P(rowwise_accuracy, StaysWithinTheContract) {
  std::string const& name = GetParam().op;
  storage const& type = *GetParam().type;
  bool const backward = GetParam().backward;
  std::int64_t const columns = GetParam().columns;
  act_softmax const op = support::softmax_named(name);
  std::mt19937_64 random(support::seed());
  // Every kind of row; of long ones one, because the oracle takes its time: rising, or moderate and
  // partly masked.
  bool const few = columns > longest_short_row;
  int const first_kind = !few ? 0 : columns % 2 == 0 ? 8 : 6;
  std::int64_t const rows = few ? 1 : support::row_kinds;
  matrix x = support::rows_of_each_kind(type, rows, columns, first_kind, random);
  if (oracle::find_row(name).sign < 0) {
    for (std::size_t i = 0; i < x.values.size(); ++i) x.values.set(i, -x.values[i]);
  }
  host_array const dy = support::row_output_gradients(type, x.values.size(), random);
  support::sum_of_row const sum = support::sum_of(
      support::row_plan_of(type.bytes, columns, backward, false, support::limits_of_this_device()),
      type.bytes, columns);
  double worst = 0;
  long judged = 0;
  auto const check = [&](std::string const& how) {
    SCOPED_TRACE(how);
    host_array const y = support::call(op, nullptr, x);
    support::row_judge judge(name, type);
    if (!backward) {
      for (std::int64_t r = 0; r < rows; ++r)
        judge.forward(support::row_of(x.values, r, columns), support::row_of(y, r, columns), sum);
    } else {
      host_array const dx = support::call(op, &dy, {y, rows, columns});
      for (std::int64_t r = 0; r < rows; ++r) {
        judge.backward(support::row_of(dy, r, columns), support::row_of(y, r, columns),
                       support::row_of(dx, r, columns), sum);
      }
    }
    bool const zero_by_definition = columns == 1 && (backward || oracle::find_row(name).logarithm);
    judge.verdict(zero_by_definition);
    worst = std::max(worst, judge.worst());
    judged = judge.judged();
  };
  // Longer rows do the same arithmetic.
  if (!few) {
    support::under_each_approximation(check);
  } else {
    check("exact approximations");
  }
  support::record({"rowwise", name, type.name, backward ? "backward" : "forward", 1, "", worst,
                   std::to_string(columns) + " columns", static_cast<std::size_t>(judged)});
}

INSTANTIATE_TEST_SUITE_P(rowwise, rowwise_accuracy, testing::ValuesIn(subjects()),
                         [](auto const& info) { return to_string(info.param); });

}  // namespace
