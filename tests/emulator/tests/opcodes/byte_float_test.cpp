// cvt to and from e4m3 and e5m2, judged by the list of all their values.
#include "float_format.hpp"
#include "one_instruction.hpp"
#include "spelling.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace emulator {
namespace {

/// The value of a code of 7 bits (without the sign): S.EEEE.MMM with bias 7, one NaN and no infinity;
/// S.EEEEE.MM with bias 15, as IEEE 754 has it.
double value_of(bool is_e4m3, unsigned code) {
  unsigned const mantissa_bits = is_e4m3 ? 3 : 2;
  int const bias = is_e4m3 ? 7 : 15;
  if (is_e4m3 ? code == 0x7F : code > 0x7C) return std::nan("");
  if (!is_e4m3 && code == 0x7C) return HUGE_VAL;
  unsigned const fraction = code & ((1U << mantissa_bits) - 1);
  int const field = static_cast<int>(code >> mantissa_bits);
  double const significand = std::ldexp(fraction, -static_cast<int>(mantissa_bits)) + (field != 0);
  return std::ldexp(significand, std::max(field, 1) - bias);
}

/// The nearest finite value's code; of two the even one.
unsigned nearest(bool is_e4m3, double value) {
  if (value != value) return 0x7F;
  unsigned best = 0;
  for (unsigned code = 0; code < 0x7F; ++code) {
    double const candidate = value_of(is_e4m3, code);
    if (!std::isfinite(candidate)) continue;
    // The distance to infinity is no number: the largest value is the last that stays.
    double const distance = std::fabs(candidate - std::fabs(value));
    double const smallest = std::fabs(value_of(is_e4m3, best) - std::fabs(value));
    if (distance < smallest || std::fabs(value) > 1e6 || (distance == smallest && code % 2 == 0))
      best = code;
  }
  return best | (std::signbit(value) ? 0x80 : 0);
}

unsigned expected(spelling const& opcode, double value) {
  bool const is_e4m3 = opcode.text.find("e4m3") != std::string::npos;
  return nearest(is_e4m3, opcode.has("relu") && value < 0 ? 0.0 : value);
}

std::vector<std::uint64_t> float32_values() {
  std::mt19937 random(17);
  auto result = special_values(binary32);
  for (int exponent = -20; exponent < 20; ++exponent) {
    for (unsigned sixteenths = 16; sixteenths < 32; ++sixteenths) {
      auto const tie = binary32.encode(std::ldexp(sixteenths, exponent - 4));
      for (auto const value : {tie - 1, tie, tie + 1}) {
        result.push_back(value);
        result.push_back(value | binary32.sign_bit());
      }
    }
  }
  for (unsigned n = 0; n < 500; ++n) result.push_back(random());
  return result;
}

class ByteFloat : public testing::TestWithParam<std::string> {};

TEST_P(ByteFloat, IsTheNearestValue) {
  spelling const opcode(GetParam());
  bool const from_halves = opcode.type() == "f16x2";
  float_format const& source = from_halves ? binary16 : binary32;
  std::vector<std::uint64_t> values;
  if (from_halves) {
    for (std::uint64_t bits = 0; bits < 0x10000; bits += 3) values.push_back(bits);
  } else {
    values = float32_values();
  }
  std::vector<case_bits> cases;
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    if (from_halves) {
      cases.push_back({values[i] << 16 | values[i + 1]});
    } else {
      cases.push_back({values[i], values[i + 1]});
    }
  }
  signature types{{"b16"}, {"b32", "b32"}};
  if (from_halves) types.from.pop_back();
  auto const results = run_instruction(GetParam(), types, cases);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    unsigned const wanted = expected(opcode, source.decode(values[i])) << 8 |
                            expected(opcode, source.decode(values[i + 1]));
    ASSERT_EQ(results[i][0], wanted) << GetParam() << " of " << hexadecimal(cases[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, ByteFloat,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.mnemonic() == "cvt" &&
                                  (opcode.has("e4m3x2") || opcode.has("e5m2x2")) &&
                                  opcode.type() != "e4m3x2" && opcode.type() != "e5m2x2";
                         })),
                         test_name);

class FromByteFloat : public testing::TestWithParam<std::string> {};

TEST_P(FromByteFloat, IsExact) {
  spelling const opcode(GetParam());
  std::vector<case_bits> cases;
  for (std::uint64_t low = 0; low < 256; ++low) cases.push_back({low | (255 - low) << 8});
  auto const results = run_instruction(GetParam(), {{"b32"}, {"b16"}}, cases);
  auto const half = [&](std::uint64_t byte) {
    double const magnitude = value_of(opcode.has("e4m3x2"), byte & 0x7F);
    if (magnitude != magnitude) return binary16.canonical_nan();
    bool const negative = (byte & 0x80) != 0;
    if (negative && magnitude != 0 && opcode.has("relu")) return std::uint64_t{0};
    return binary16.encode(negative ? -magnitude : magnitude);
  };
  for (std::uint64_t low = 0; low < 256; ++low) {
    EXPECT_EQ(results[low][0], half(255 - low) << 16 | half(low))
        << GetParam() << " of " << hexadecimal(cases[low]);
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, FromByteFloat,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.mnemonic() == "cvt" &&
                                  (opcode.type() == "e4m3x2" || opcode.type() == "e5m2x2");
                         })),
                         test_name);

}  // namespace
}  // namespace emulator
