// The accuracy contract of docs/definitions.md on the compiled kernels: every pointwise op, type,
// direction and several parameters.
#include "support/accuracy_table.hpp"
#include "support/approximations.hpp"
#include "support/pointwise_oracle.hpp"
#include "support/pointwise_subjects.hpp"
#include "support/samples.hpp"

#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace {

using support::direction;
using support::host_array;
using support::storage;

class pointwise_accuracy : public testing::TestWithParam<support::pointwise_subject> {};

template <class Number>
void judge(support::pointwise_subject const& subject) {
  act_op const& op = subject.op;
  storage const& type = *subject.type;
  direction const way = subject.way;
  std::string const& name = subject.name;
  oracle::activation const& exact = oracle::find(name);
  oracle::parameters const parameters = support::rounded_parameters(op, type);
  std::mt19937_64 random(support::seed());

  host_array saved = support::inputs(type, exact.knots(parameters), random);
  if (way == direction::backward_from_output)
    saved = support::call(op, direction::forward, nullptr, saved);
  std::optional<host_array> dy;
  if (way != direction::forward) dy = support::output_gradients(type, saved.size(), random);

  std::vector<std::optional<support::expected<Number>>> values(saved.size());
  std::size_t judged = 0;
  for (std::size_t i = 0; i < saved.size(); ++i) {
    if (!std::isfinite(saved[i])) continue;
    values[i] = support::exact_result<Number>(exact, way, parameters, dy ? (*dy)[i] : 1, saved[i]);
    ++judged;
  }

  double worst = 0;
  std::size_t worst_at = 0;
  support::under_each_approximation([&](std::string const& how) {
    host_array const result = support::call(op, way, dy ? &*dy : nullptr, saved);
    std::size_t failures = 0;
    std::size_t zeros = 0;
    for (std::size_t i = 0; i < saved.size(); ++i) {
      if (!values[i]) continue;
      if (result[i] == 0) ++zeros;
      support::error const e = support::error_of(type, result[i], *values[i]);
      if (!e.subnormal && e.ulps > worst) {
        worst = e.ulps;
        worst_at = i;
      }
      if (!support::within_contract(type, result[i], e, *values[i]) && ++failures <= 5) {
        ADD_FAILURE() << name << " at " << saved[i]
                      << (dy ? " with dy " + std::to_string((*dy)[i]) : "") << ": " << result[i]
                      << " instead of " << support::to_double(values[i]->value) << ", off by "
                      << e.ulps << " ulp, under " << how;
      }
    }
    EXPECT_EQ(failures, 0U) << how;
    // Zero-trust: nothing but zeros proves little, unless they are the definition.
    bool const zero_by_definition = exact.gradient_is_zero && way == direction::backward;
    EXPECT_TRUE(zero_by_definition || saved.size() - zeros >= 32)
        << zeros << " zeros of " << saved.size();
  });
  std::ostringstream where;
  where << (way == direction::backward_from_output ? "y = " : "x = ") << saved[worst_at];
  if (dy) where << ", dy = " << (*dy)[worst_at];
  if (!subject.parameters.empty()) where << "; " << subject.parameters;
  support::record({"pointwise", name, type.name, to_string(way), support::allowed_ulps(type), worst,
                   worst > 0 ? where.str() : "", judged});
}

TEST_P(pointwise_accuracy, StaysWithinTheContract) {
  support::with_number_for(*GetParam().type,
                           [](auto number) { judge<decltype(number)>(GetParam()); });
}

INSTANTIATE_TEST_SUITE_P(pointwise, pointwise_accuracy,
                         testing::ValuesIn(support::pointwise_subjects_and_parameters()),
                         [](auto const& info) { return to_string(info.param); });

}  // namespace
