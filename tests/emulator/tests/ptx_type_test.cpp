#include "ptx/module.hpp"

#include <gtest/gtest.h>

namespace emulator::ptx {
namespace {

TEST(ScalarType, EveryNameIsFoundAndHasItsSize) {
  struct row {
    char const* name;
    unsigned bytes;
  };
  for (auto const& [name, bytes] :
       {row{"b8", 1},   row{"b16", 2},    row{"b32", 4}, row{"b64", 8},   row{"b128", 16},
        row{"u8", 1},   row{"u16", 2},    row{"u32", 4}, row{"u64", 8},   row{"s8", 1},
        row{"s16", 2},  row{"s32", 4},    row{"s64", 8}, row{"f16", 2},   row{"f16x2", 4},
        row{"bf16", 2}, row{"bf16x2", 4}, row{"f32", 4}, row{"f32x2", 8}, row{"f64", 8},
        row{"pred", 1}}) {
    auto const type = scalar_type_from(name);
    ASSERT_TRUE(type.has_value()) << name;
    EXPECT_EQ(to_string(*type), name);
    EXPECT_EQ(size_of(*type), bytes) << name;
  }
}

TEST(ScalarType, OtherTextIsNoType) {
  for (auto const* text : {"", "f", "f33", "u128", "F32", ".f32", "e4m3x2", "none"}) {
    EXPECT_FALSE(scalar_type_from(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace emulator::ptx
