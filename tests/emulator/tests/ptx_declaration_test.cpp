#include "ptx_text.hpp"

#include <cstring>
#include <gtest/gtest.h>

namespace emulator::ptx {
namespace {

variable parse_variable(std::string const& declaration) {
  module const parsed =
      parse(module_header + ".global .u32 other;\n.extern .func callee();\n" + declaration);
  return parsed.variables.at(1);
}

template <typename T>
T initial(variable const& source, std::size_t element = 0) {
  T value;
  EXPECT_LE((element + 1) * sizeof(T), source.initial_bytes.size());
  std::memcpy(&value, source.initial_bytes.data() + element * sizeof(T), sizeof value);
  return value;
}

TEST(Declaration, ByteArrayWithAlignment) {
  variable const v = parse_variable(".shared .align 16 .b8 stage[1024];");
  EXPECT_EQ(v.name, "stage");
  EXPECT_EQ(v.space, state_space::shared);
  EXPECT_EQ(v.type, scalar_type::b8);
  EXPECT_EQ(v.alignment, 16u);
  EXPECT_EQ(v.count, 1024u);
  EXPECT_EQ(v.bytes(), 1024u);
  EXPECT_TRUE(v.is_array);
  EXPECT_FALSE(v.external);
  EXPECT_TRUE(v.initial_bytes.empty());
  EXPECT_EQ(v.line, 6);
}

TEST(Declaration, ScalarWithNaturalAlignment) {
  variable const v = parse_variable(".visible .global .f64 x;");
  EXPECT_EQ(v.space, state_space::global);
  EXPECT_EQ(v.alignment, 8u);
  EXPECT_EQ(v.count, 1u);
  EXPECT_FALSE(v.is_array);
}

TEST(Declaration, UnsizedExternalShared) {
  variable const v = parse_variable(".extern .shared .align 16 .b8 dynamic[];");
  EXPECT_TRUE(v.external);
  EXPECT_TRUE(v.is_array);
  EXPECT_EQ(v.count, 0u);
  EXPECT_EQ(v.bytes(), 0u);
  EXPECT_EQ(v.alignment, 16u);
}

TEST(Declaration, VectorsAndSeveralDimensions) {
  variable const v = parse_variable(".const .v4 .f32 x[2][3*2];");
  EXPECT_EQ(v.space, state_space::constant);
  EXPECT_EQ(v.vector_width, 4u);
  EXPECT_EQ(v.count, 12u);
  EXPECT_EQ(v.bytes(), 192u);
  EXPECT_EQ(v.alignment, 16u);
}

TEST(Declaration, AttributesAreSkipped) {
  variable const v =
      parse_variable(".visible .global .attribute(.managed, .unified(1, 2)) .align 4 .u32 x = 3;");
  EXPECT_EQ(initial<std::uint32_t>(v), 3u);
}

TEST(Initializer, IntegersAreTruncatedToTheirElement) {
  variable const v = parse_variable(".global .align 4 .u16 t[4] = {1, -2, 0x12345, 2 + 3};");
  EXPECT_EQ(v.initial_bytes, (std::vector<std::uint8_t>{1, 0, 0xfe, 0xff, 0x45, 0x23, 5, 0}));
}

TEST(Initializer, MissingValuesAreZero) {
  variable const v = parse_variable(".global .u32 t[3] = {7};");
  EXPECT_EQ(v.initial_bytes, (std::vector<std::uint8_t>{7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(Initializer, GivesAnUnsizedArrayItsCount) {
  variable const v = parse_variable(".global .align 1 .b8 $str[] = {97, 98, 0};");
  EXPECT_EQ(v.count, 3u);
  EXPECT_EQ(v.initial_bytes, (std::vector<std::uint8_t>{97, 98, 0}));
}

TEST(Initializer, FillsTheLastRowOfAnUnsizedArray) {
  variable const v = parse_variable(".global .u8 t[][3] = {1, 2, 3, 4};");
  EXPECT_EQ(v.count, 6u);
  EXPECT_EQ(v.initial_bytes, (std::vector<std::uint8_t>{1, 2, 3, 4, 0, 0}));
  EXPECT_EQ(parse_variable(".global .u8 t[] = {};").count, 0u);
}

TEST(Initializer, FloatingPointInEitherSpelling) {
  EXPECT_EQ(initial<float>(parse_variable(".global .f32 x = 0f3FC00000;")), 1.5f);
  EXPECT_EQ(initial<float>(parse_variable(".global .f32 x = 0.1;")), 0.1f);
  EXPECT_EQ(initial<float>(parse_variable(".global .f32 x = -3;")), -3.0f);
  EXPECT_EQ(initial<double>(parse_variable(".global .f64 x = 0dBFF8000000000000;")), -1.5);
  EXPECT_EQ(initial<double>(parse_variable(".global .f64 x = 0f3FC00000;")), 1.5);
  EXPECT_EQ(initial<double>(parse_variable(".global .f64 t[2] = {0.25, 18446744073709551615};"), 1),
            0x1p64);
}

TEST(Initializer, NestedBracesFillTheirRow) {
  variable const v = parse_variable(".global .u8 t[3][2] = {{1}, {2, 3}, 4, 5};");
  EXPECT_EQ(v.initial_bytes, (std::vector<std::uint8_t>{1, 0, 2, 3, 4, 5}));
  variable const w = parse_variable(".global .v2 .u8 t[2] = {{1, 2}, {3, 4}};");
  EXPECT_EQ(w.initial_bytes, (std::vector<std::uint8_t>{1, 2, 3, 4}));
}

TEST(Initializer, AddressesOfVariablesAndFunctions) {
  variable const v =
      parse_variable(".global .align 8 .u64 t[5] = {9, generic(other)+8, other-4, callee, 1};");
  ASSERT_EQ(v.initial_bytes.size(), 40u);
  EXPECT_EQ(initial<std::uint64_t>(v, 0), 9u);
  EXPECT_EQ(initial<std::uint64_t>(v, 1), 0u);
  EXPECT_EQ(initial<std::uint64_t>(v, 4), 1u);
  ASSERT_EQ(v.address_initializers.size(), 3u);
  EXPECT_EQ(v.address_initializers[0].offset, 8u);
  EXPECT_EQ(v.address_initializers[0].symbol, "other");
  EXPECT_EQ(v.address_initializers[0].addend, 8);
  EXPECT_TRUE(v.address_initializers[0].generic);
  EXPECT_EQ(v.address_initializers[1].offset, 16u);
  EXPECT_EQ(v.address_initializers[1].addend, -4);
  EXPECT_FALSE(v.address_initializers[1].generic);
  EXPECT_EQ(v.address_initializers[2].symbol, "callee");
}

TEST(Initializer, AScalarMayBeAnAddressThatIsDeclaredLater) {
  module const parsed = parse(module_header + ".global .u64 a = generic(b)+4; .global .u32 b[2];");
  ASSERT_EQ(parsed.variables.at(0).address_initializers.size(), 1u);
  EXPECT_EQ(parsed.variables[0].address_initializers[0].symbol, "b");
}

TEST(Initializer, AnAddressMayComeByteByByte) {
  variable const v = parse_variable(
      ".global .align 1 .u8 t[10] = {7, 0XFF(generic(other)+4), 0xFF00(generic(other)+4), "
      "0xFF0000(generic(other)+4), 0xFF000000(generic(other)+4), 0xFF00000000(generic(other)+4), "
      "0xFF0000000000(generic(other)+4), 0xFF000000000000(generic(other)+4), "
      "0xFF00000000000000(generic(other)+4), 8};");
  ASSERT_EQ(v.address_initializers.size(), 1u);
  EXPECT_EQ(v.address_initializers[0].offset, 1u);
  EXPECT_EQ(v.address_initializers[0].addend, 4);
  EXPECT_EQ(v.initial_bytes.front(), 7);
  EXPECT_EQ(v.initial_bytes.back(), 8);
}

TEST(Declaration, LocalAndExternalSharedInABody) {
  function const kernel = parse_kernel(
      ".local .align 8 .b8 __local_depot0[32]; .shared .f32 a, b[4]; .extern .shared .u32 "
      "dynamic[];");
  ASSERT_EQ(kernel.variables.size(), 4u);
  EXPECT_EQ(kernel.variables[0].space, state_space::local);
  EXPECT_EQ(kernel.variables[0].alignment, 8u);
  EXPECT_EQ(kernel.variables[2].name, "b");
  EXPECT_EQ(kernel.variables[2].bytes(), 16u);
  EXPECT_TRUE(kernel.variables[3].external);
  EXPECT_FALSE(kernel.variables[1].external);
}

}  // namespace
}  // namespace emulator::ptx
