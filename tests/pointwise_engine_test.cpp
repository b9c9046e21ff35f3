// The engine's paths give the same bits: any size, any alignment, in place.
#include "support/pointwise_call.hpp"

#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace {

using support::direction;
using support::host_array;
using support::placement;
using support::storage;

constexpr std::size_t sizes[] = {0,    1,    2,    3,    7,    8,    9,    15,
                                 16,   17,   255,  256,  257,  511,  513,  1023,
                                 1025, 4095, 4096, 4097, 8191, 8192, 8193, 100'000};

host_array noise(storage const& type, std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, 3);
  host_array result(type, n);
  for (std::size_t i = 0; i < n; ++i) result.set(i, normal(random));
  return result;
}

// Each element alone, in a call of its own size: the value that every other path must repeat.
host_array head_of(host_array const& all, std::size_t n) {
  host_array result(all.type(), n);
  for (std::size_t i = 0; i < n; ++i) result.set_bits(i, all.bits(i));
  return result;
}

TEST(pointwise_engine, EverySizeAndPlacementGivesTheSameBits) {
  act_op const op = support::op_named("sigmoid");
  for (storage const& type : support::storages) {
    host_array const x = noise(type, 100'000, 1);
    host_array const dy = noise(type, 100'000, 2);
    host_array const y = support::call(op, direction::forward, nullptr, x);
    host_array const dx = support::call(op, direction::backward, &dy, x);
    for (std::size_t const n : sizes) {
      SCOPED_TRACE(std::string(type.name) + ", n = " + std::to_string(n));
      host_array const small_x = head_of(x, n);
      host_array const small_dy = head_of(dy, n);
      std::size_t const one = type.bytes;
      placement const places[] = {{{0, 0, 0}, placement::apart},
                                  {{one, one, one}, placement::apart},  // a head, then packs
                                  {{0, one, 0}, placement::apart},      // no common boundary
                                  {{3 * one, one, 5 * one}, placement::apart},
                                  {{0, 0, 0}, placement::over_saved},
                                  {{one, one, 0}, placement::over_saved}};
      for (placement const& where : places) {
        EXPECT_TRUE(support::call(op, direction::forward, nullptr, small_x, where) ==
                    head_of(y, n));
        EXPECT_TRUE(support::call(op, direction::backward, &small_dy, small_x, where) ==
                    head_of(dx, n));
      }
      placement const over_dy{{0, 0, 0}, placement::over_dy};
      EXPECT_TRUE(support::call(op, direction::backward, &small_dy, small_x, over_dy) ==
                  head_of(dx, n));
    }
  }
}

}  // namespace
