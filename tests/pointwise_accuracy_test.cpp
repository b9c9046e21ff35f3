// The accuracy contract of docs/definitions.md on the compiled kernels: every pointwise op, type
// and direction.
#include "oracle/oracle.hpp"
#include "support/pointwise_call.hpp"
#include "support/ulp.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace {

using support::direction;
using support::host_array;
using support::storage;

std::uint64_t seed() {
  static std::uint64_t const value = [] {
    char const* const given = std::getenv("ACTIVATIONS_CUDA_TEST_SEED");
    std::uint64_t const chosen =
        given != nullptr ? std::strtoull(given, nullptr, 0) : std::random_device{}();
    std::printf("ACTIVATIONS_CUDA_TEST_SEED=%llu\n", static_cast<unsigned long long>(chosen));
    return chosen;
  }();
  return value;
}

struct subject {
  std::string op;
  storage const* type;
  direction way;
};

std::string name_of(testing::TestParamInfo<subject> const& info) {
  return info.param.op + "_" + info.param.type->name + "_" + to_string(info.param.way);
}

std::vector<subject> subjects() {
  std::vector<subject> all;
  for (int i = 0; i < act_op_count(); ++i) {
    for (storage const& type : support::storages) {
      all.push_back({act_op_name(i), &type, direction::forward});
      all.push_back({act_op_name(i), &type, direction::backward});
      if (act_op_has_backward_from_output(i) != 0) {
        all.push_back({act_op_name(i), &type, direction::backward_from_output});
      }
    }
  }
  return all;
}

/// All finite values of a 16-bit type; else a sample with every exponent equally likely, and the
/// neighbours of each knot.
host_array inputs(storage const& type, std::vector<double> const& knots, std::mt19937_64& random) {
  std::vector<std::uint64_t> bits;
  auto const keep = [&](std::uint64_t candidate) {
    if (std::isfinite(support::decode(type, candidate))) bits.push_back(candidate);
  };
  if (type.bytes == 2) {
    for (std::uint64_t b = 0; b < 65536; ++b) keep(b);
  } else {
    std::size_t const count = type.bytes == 4 ? std::size_t{1} << 16 : std::size_t{1} << 14;
    std::uint64_t const all = type.bytes == 4 ? 0xFFFFFFFF : ~std::uint64_t{0};
    while (bits.size() < count / 2) keep(random() & all);
    // The range in which functions that saturate still move.
    std::uniform_real_distribution<double> logarithm(-12.0, 8.0);
    while (bits.size() < count) {
      double const magnitude = std::exp2(logarithm(random));
      keep(support::encode(type, random() % 2 == 0 ? magnitude : -magnitude));
    }
    for (double const knot : knots) {
      std::uint64_t const at = support::encode(type, knot);
      for (std::uint64_t step = 0; step < 64; ++step) {
        keep((at + step) & all);
        keep((at - step) & all);
      }
    }
  }
  host_array result(type, bits.size());
  for (std::size_t i = 0; i < bits.size(); ++i) result.set_bits(i, bits[i]);
  return result;
}

/// dy of mixed sign and exponent, 1 for every other element.
host_array output_gradients(storage const& type, std::size_t n, std::mt19937_64& random) {
  int const top = type.dtype == ACT_FLOAT64 ? 1020 : type.dtype == ACT_FLOAT16 ? 14 : 126;
  std::uniform_real_distribution<double> exponent(-top, top);
  host_array result(type, n);
  for (std::size_t i = 0; i < n; ++i) {
    double const magnitude = std::exp2(exponent(random));
    result.set(i, i % 2 == 0 ? 1.0 : (random() % 2 == 0 ? magnitude : -magnitude));
  }
  return result;
}

class pointwise_accuracy : public testing::TestWithParam<subject> {};

TEST_P(pointwise_accuracy, StaysWithinTheContract) {
  auto const& [name, type_pointer, way] = GetParam();
  storage const& type = *type_pointer;
  act_op const op = support::op_named(name);
  oracle::activation const& exact = oracle::find(name);
  oracle::parameters const parameters = support::rounded_parameters(op, type);
  std::mt19937_64 random(seed());

  host_array saved = inputs(type, exact.knots(parameters), random);
  if (way == direction::backward_from_output)
    saved = support::call(op, direction::forward, {}, saved);
  std::optional<host_array> dy;
  if (way != direction::forward) dy = output_gradients(type, saved.size(), random);
  host_array const result = support::call(op, way, dy, saved);

  // definitions.md, section 2: half an ulp of rounding for 16 bits and a tenth for the evaluation;
  // 4 ulp else, 1 step below the normal range, where bfloat16 may also be flushed to zero.
  double const bound = type.bytes == 2 ? 0.6 : 4.0;
  double worst = 0;
  std::size_t failures = 0;
  for (std::size_t i = 0; i < saved.size(); ++i) {
    if (way == direction::backward_from_output && !std::isfinite(saved[i])) continue;
    oracle::big value = way == direction::forward ? exact.forward(parameters, saved[i])
                        : way == direction::backward
                            ? exact.gradient(parameters, saved[i])
                            : exact.gradient_from_output(parameters, saved[i]);
    if (dy) value = value * oracle::big((*dy)[i]);
    support::error const e = support::error_of(type, result[i], value);
    bool const flushed = e.subnormal && type.dtype == ACT_BFLOAT16 && result[i] == 0;
    double const allowed = e.subnormal ? 1.0 : bound;
    if (!flushed && !e.subnormal) worst = std::max(worst, e.ulps);
    if (!flushed && !(e.ulps <= allowed) && ++failures <= 5) {
      ADD_FAILURE() << name << " at " << saved[i]
                    << (dy ? " with dy " + std::to_string((*dy)[i]) : "") << ": " << result[i]
                    << " instead of " << value.to_double() << ", off by " << e.ulps << " ulp";
    }
  }
  RecordProperty("worst_ulp", std::to_string(worst));
  std::printf("worst error %.3f ulp of %zu inputs\n", worst, saved.size());
  EXPECT_EQ(failures, 0U);
}

INSTANTIATE_TEST_SUITE_P(pointwise, pointwise_accuracy, testing::ValuesIn(subjects()), name_of);

}  // namespace
