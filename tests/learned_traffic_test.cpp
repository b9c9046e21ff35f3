// What the backward pass with its parameters' gradients moves, counted by the emulator: dy and x once,
// dx once, and hardly more. ACTIVATIONS_EMULATOR_COUNTERS names a file, for a test's own use.
#include "bench/launch_counters.hpp"
#include "support/learned_call.hpp"

#include <cstdint>
#include <cstdio>
#include <gtest/gtest.h>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace {

using support::host_array;
using support::learned_operands;
using support::storage;

struct traffic {
  char const* op;
  int hinges;  // 0 for what has none
  act_channel_shape shape;
  act_dtype dtype;

  act_learned learned() const {
    return hinges == 0 ? support::learned_named(op) : support::apl_of(hinges);
  }
};
std::string to_string(traffic const& t) {
  std::string const hinges = t.hinges == 0 ? "" : "_" + std::to_string(t.hinges);
  return t.op + hinges + "_" + std::to_string(t.shape.outer) + "_" +
         std::to_string(t.shape.channels) + "_" + std::to_string(t.shape.inner) + "_" +
         support::storages[t.dtype].name;
}
void PrintTo(traffic const& t, std::ostream* out) { *out << to_string(t); }

host_array noise(storage const& type, std::size_t n) {
  std::mt19937 random(static_cast<unsigned>(n));
  std::normal_distribution<double> normal;
  host_array some(type, 4099);
  for (std::size_t i = 0; i < some.size(); ++i) some.set(i, normal(random));
  host_array result(type, n);
  for (std::size_t i = 0; i < n; ++i) result.set_bits(i, some.bits(i % some.size()));
  return result;
}

bench::launch_counters& counters() {
  static bench::launch_counters all;
  return all;
}

// [32, 64, 28, 28] in both layouts; planes that make no packs; a parameter for all elements
constexpr act_channel_shape shapes[] = {
    {32, 64, 28 * 28}, {32 * 28 * 28, 64, 1}, {342, 64, 7 * 7}, {1, 1, 1 << 20}};

class learned_traffic : public testing::TestWithParam<traffic> {};

TEST_P(learned_traffic, IsThatOfTheTensors) {
  ASSERT_TRUE(counters().counting()) << "ACTIVATIONS_EMULATOR_COUNTERS names no file";
  traffic const& t = GetParam();
  act_learned const op = t.learned();
  storage const& type = support::storages[t.dtype];
  auto const n = static_cast<std::size_t>(t.shape.outer * t.shape.channels * t.shape.inner);
  auto const of_array = support::learned_rows(op) * static_cast<std::size_t>(t.shape.channels);
  std::vector<host_array> const learned(
      static_cast<std::size_t>(act_learned_array_count(static_cast<int>(op.index))),
      noise(type, of_array));
  host_array const x = noise(type, n);
  learned_operands const on(op, type, type, t.shape, x, x, learned);
  counters().since_last();
  on.backward_with_parameters(ACT_OVERWRITE);
  support::check(cudaDeviceSynchronize(), "the call");
  bench::launch_count const count = counters().since_last();

  double const least =
      3.0 * static_cast<double>(x.bytes()) +
      2.0 * static_cast<double>(learned.size()) * static_cast<double>(learned[0].bytes());
  double const asked = static_cast<double>(count.bytes);
  std::printf("%s: %.4f of the least bytes, %.4f in sectors, %.4f in distinct ones\n",
              to_string(t).c_str(), asked / least,
              32.0 * static_cast<double>(count.sectors) / least,
              32.0 * static_cast<double>(count.distinct_sectors) / least);
  // Else nothing was counted.
  ASSERT_GE(asked, 3.0 * static_cast<double>(x.bytes()));
  EXPECT_LE(asked, 1.02 * least);
  // One more for each array and tensor, which need not begin with a sector, and the sums of blocks,
  // written in one launch and read in another.
  double const runs = 3.0 + 2.0 * static_cast<double>(learned.size());
  double const sums = 2.0 * (static_cast<double>(on.workspace_bytes()) / 32 + 1);
  EXPECT_LE(static_cast<double>(count.distinct_sectors), least / 32 + runs + sums);
  // The sums are few.
  EXPECT_LE(sums, 0.02 * least / 32);
}

std::vector<traffic> all() {
  struct activation {
    char const* op;
    int hinges;
  };
  std::vector<traffic> result;
  for (activation const a : {activation{"prelu", 0},
                             {"s_shaped_relu", 0},
                             {"apl", 1},
                             {"apl", 16},
                             {"swish", 0},
                             {"learned_snake", 0}}) {
    for (act_dtype const dtype : {ACT_FLOAT32, ACT_BFLOAT16}) {
      for (act_channel_shape const& shape : shapes)
        result.push_back({a.op, a.hinges, shape, dtype});
    }
  }
  return result;
}

INSTANTIATE_TEST_SUITE_P(all, learned_traffic, testing::ValuesIn(all()),
                         [](auto const& i) { return to_string(i.param); });

}  // namespace
