// min, max, neg, abs, copysign and testp: what PTX defines on the bits of a number.
#include "float_format.hpp"
#include "one_instruction.hpp"
#include "spelling.hpp"

#include <gtest/gtest.h>

namespace emulator {
namespace {

/// -0 below +0, and every number where it belongs.
std::int64_t order(float_format const& format, std::uint64_t value) {
  auto const magnitude = static_cast<std::int64_t>(format.magnitude(value));
  return (value & format.sign_bit()) != 0 ? -1 - magnitude : magnitude;
}

std::uint64_t extreme(spelling const& opcode, float_format const& format, std::uint64_t a,
                      std::uint64_t b) {
  std::uint64_t const sign = (a ^ b) & format.sign_bit();
  if (opcode.has("abs")) {
    a = format.magnitude(a);
    b = format.magnitude(b);
  }
  bool const any_nan = format.is_nan(a) || format.is_nan(b);
  bool const both_nan = format.is_nan(a) && format.is_nan(b);
  if (both_nan || (any_nan && opcode.has("NaN"))) return format.canonical_nan();
  std::uint64_t result = format.is_nan(a) ? b : a;
  if (!any_nan) {
    bool const a_is_less = order(format, a) < order(format, b);
    result = a_is_less == (opcode.mnemonic() == "min") ? a : b;
  }
  return opcode.has("xorsign") ? format.magnitude(result) | sign : result;
}

std::uint64_t expected(spelling const& opcode, float_format const& format, std::uint64_t a,
                       std::uint64_t b) {
  std::string const& name = opcode.mnemonic();
  if (opcode.has("ftz")) {
    a = format.flushed(a);
    b = format.flushed(b);
  }
  if (name == "copysign") return (a & format.sign_bit()) | format.magnitude(b);
  if (name == "neg") return a ^ format.sign_bit();
  if (name == "abs") return format.magnitude(a);
  if (name == "min" || name == "max") return extreme(opcode, format, a, b);
  std::uint64_t const magnitude = format.magnitude(a);
  if (opcode.has("finite")) return magnitude < format.infinity();
  if (opcode.has("infinite")) return magnitude == format.infinity();
  if (opcode.has("number")) return !format.is_nan(a);
  if (opcode.has("notanumber")) return format.is_nan(a);
  if (opcode.has("normal"))
    return magnitude >= format.smallest_normal() && magnitude < format.infinity();
  if (opcode.has("subnormal")) return format.is_subnormal(a);
  ADD_FAILURE() << "no expectation for " << opcode.text;
  return 0;
}

bool is_pair(spelling const& opcode) { return opcode.type().find("x2") != std::string::npos; }

float_format const* format_of(spelling const& opcode) {
  std::string const& type = opcode.type();
  return float_format_of(is_pair(opcode) ? type.substr(0, type.size() - 2) : type);
}

class FloatSelection : public testing::TestWithParam<std::string> {};

TEST_P(FloatSelection, FollowsTheBits) {
  spelling const opcode(GetParam());
  float_format const& format = *format_of(opcode);
  bool const is_test = opcode.mnemonic() == "testp";
  std::size_t const operands =
      is_test || opcode.mnemonic() == "neg" || opcode.mnemonic() == "abs" ? 1 : 2;
  std::vector<case_bits> cases;
  auto const values = special_values(format);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < values.size(); ++j) {
      // Of a pair, the upper half has the operands in the other order.
      case_bits operand{values[i], values[j]};
      if (is_pair(opcode)) {
        operand[0] |= values[j] << format.bits;
        operand[1] |= values[i] << format.bits;
      }
      operand.resize(operands);
      cases.push_back(operand);
    }
  }
  std::string const type = register_type(is_pair(opcode) ? 2 * format.bits : format.bits);
  auto const results = run_instruction(
      GetParam(), {{is_test ? "pred" : type}, std::vector<std::string>(operands, type)}, cases);
  for (std::size_t n = 0; n < cases.size(); ++n) {
    std::uint64_t const a = values[n / values.size()];
    std::uint64_t const b = values[n % values.size()];
    for (unsigned half = 0; half < (is_pair(opcode) ? 2U : 1U); ++half) {
      std::uint64_t const wanted =
          half == 0 ? expected(opcode, format, a, b) : expected(opcode, format, b, a);
      std::uint64_t const got = is_test ? results[n][0]
                                        : results[n][0] >> (format.bits * half) &
                                              (2 * format.sign_bit() - 1);
      // NaN results of neg and abs are unspecified, and so are payloads in float64.
      bool const any_nan_will_do =
          !is_test && format.is_nan(wanted) &&
          (format.bits == 64 || opcode.mnemonic() == "neg" || opcode.mnemonic() == "abs");
      if (any_nan_will_do) {
        ASSERT_TRUE(format.is_nan(got)) << GetParam() << " of " << hexadecimal({a, b});
      } else {
        ASSERT_EQ(got, wanted) << GetParam() << " of " << hexadecimal({a, b});
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, FloatSelection,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           std::string const& name = opcode.mnemonic();
                           return (name == "min" || name == "max" || name == "neg" ||
                                   name == "abs" || name == "copysign" || name == "testp") &&
                                  format_of(opcode) != nullptr;
                         })),
                         test_name);

}  // namespace
}  // namespace emulator
