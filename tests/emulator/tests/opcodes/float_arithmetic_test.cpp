// add, sub, mul, fma, mad, div, rcp and sqrt of every format, rounding and modifier against MPFR.
#include "float_format.hpp"
#include "one_instruction.hpp"
#include "spelling.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace emulator {
namespace {

/// A type such as f16x2: a format, and how many numbers a register holds.
struct packed_format {
  float_format const* format = nullptr;
  unsigned count = 1;
  unsigned bits() const { return format->bits * count; }
};

packed_format packed_format_of(std::string const& type) {
  bool const is_pair = type.size() > 2 && type.compare(type.size() - 2, 2, "x2") == 0;
  return {float_format_of(is_pair ? type.substr(0, type.size() - 2) : type), is_pair ? 2U : 1U};
}

unsigned operands_of(std::string const& mnemonic) {
  return mnemonic == "rcp" || mnemonic == "sqrt"   ? 1
         : mnemonic == "fma" || mnemonic == "mad" ? 3
                                                  : 2;
}

int compute(std::string const& mnemonic, mpfr_ptr result, std::vector<real> const& x,
            mpfr_rnd_t rounding) {
  if (mnemonic == "add") return mpfr_add(result, x[0].get(), x[1].get(), rounding);
  if (mnemonic == "sub") return mpfr_sub(result, x[0].get(), x[1].get(), rounding);
  if (mnemonic == "mul") return mpfr_mul(result, x[0].get(), x[1].get(), rounding);
  if (mnemonic == "div") return mpfr_div(result, x[0].get(), x[1].get(), rounding);
  if (mnemonic == "rcp") return mpfr_ui_div(result, 1, x[0].get(), rounding);
  if (mnemonic == "sqrt") return mpfr_sqrt(result, x[0].get(), rounding);
  return mpfr_fma(result, x[0].get(), x[1].get(), x[2].get(), rounding);
}

/// What PTX defines for one number.
std::uint64_t expected(spelling const& opcode, float_format const& format,
                       std::vector<std::uint64_t> operands) {
  std::vector<real> numbers;
  for (auto& operand : operands) {
    if (opcode.has("ftz")) operand = format.flushed(operand);
    numbers.emplace_back(format.decode(operand));
  }
  std::string const rounding = opcode.one_of({"rz", "rm", "rp"});
  std::uint64_t result = rounded(format, rounding.empty() ? "rn" : rounding,
                                 [&](mpfr_ptr to, mpfr_rnd_t mode) {
                                   return compute(opcode.mnemonic(), to, numbers, mode);
                                 });
  if (opcode.has("ftz")) result = format.flushed(result);
  bool const is_negative = !format.is_nan(result) && (result & format.sign_bit()) != 0;
  if (opcode.has("relu") && is_negative) result = 0;
  if (opcode.has("sat")) {
    std::uint64_t const one = format.encode(1.0);
    if (format.is_nan(result) || is_negative) result = 0;
    if (result > one) result = one;
  }
  return result;
}

class Operands {
 public:
  explicit Operands(float_format const& format) : format_(format) {}

  std::vector<std::vector<std::uint64_t>> of(std::string const& mnemonic) {
    std::vector<std::vector<std::uint64_t>> result{{}};
    unsigned const count = operands_of(mnemonic);
    auto const specials = count == 3 ? few_special_values(format_) : special_values(format_);
    for (unsigned i = 0; i < count; ++i) {
      std::vector<std::vector<std::uint64_t>> longer;
      for (auto const& head : result) {
        for (auto const value : specials) {
          longer.push_back(head);
          longer.back().push_back(value);
        }
      }
      result = std::move(longer);
    }
    for (unsigned n = 0; n < 2000; ++n) result.push_back(random(count));
    return result;
  }

 private:
  std::uint64_t any() { return bits_(random_) & (2 * format_.sign_bit() - 1); }
  /// A number whose exponent differs little from the other's.
  std::uint64_t near(std::uint64_t other) {
    std::uint64_t const fraction = format_.smallest_normal() - 1;
    std::uint64_t const shift = (bits_(random_) % 5) << (format_.precision - 1);
    return (((other & ~fraction) + shift) ^ (any() & (fraction | format_.sign_bit()))) &
           (2 * format_.sign_bit() - 1);
  }
  std::vector<std::uint64_t> random(unsigned count) {
    std::vector<std::uint64_t> result{any()};
    if (count > 1) result.push_back(bits_(random_) % 2 == 0 ? any() : near(result[0]));
    if (count > 2) {
      // Half of the sums nearly cancel.
      std::uint64_t const product =
          rounded(format_, "rn", format_.decode(result[0]) * format_.decode(result[1]));
      std::uint64_t const opposite = product ^ format_.sign_bit();
      std::uint64_t const choice = bits_(random_) % 4;
      result.push_back(choice == 0   ? any()
                       : choice == 1 ? near(product)
                       : choice == 2 ? opposite
                                     : opposite + bits_(random_) % 3);
      result.back() &= 2 * format_.sign_bit() - 1;
    }
    return result;
  }

  float_format const& format_;
  std::mt19937_64 random_{1234567};
  std::uniform_int_distribution<std::uint64_t> bits_;
};

class FloatArithmetic : public testing::TestWithParam<std::string> {};

TEST_P(FloatArithmetic, RoundsAsMpfrDoes) {
  spelling const opcode(GetParam());
  packed_format const type = packed_format_of(opcode.type());
  ASSERT_NE(type.format, nullptr);
  float_format const& format = *type.format;
  unsigned const count = operands_of(opcode.mnemonic());
  auto const numbers = Operands(format).of(opcode.mnemonic());
  std::vector<case_bits> cases;
  for (std::size_t i = 0; i + type.count <= numbers.size(); i += type.count) {
    case_bits packed(count);
    for (unsigned k = 0; k < type.count; ++k) {
      for (unsigned j = 0; j < count; ++j) packed[j] |= numbers[i + k][j] << (format.bits * k);
    }
    cases.push_back(packed);
  }
  std::string const register_name = register_type(type.bits());
  auto const results = run_instruction(
      GetParam(), {{register_name}, std::vector<std::string>(count, register_name)}, cases);
  // Saturation and .relu say nothing of the sign of a zero.
  bool const zero_has_sign = !opcode.has("sat") && !opcode.has("relu");
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (unsigned k = 0; k < type.count; ++k) {
      auto const& operands = numbers[i * type.count + k];
      std::uint64_t const got =
          results[i][0] >> (format.bits * k) & (2 * format.sign_bit() - 1);
      std::uint64_t const wanted = expected(opcode, format, operands);
      bool const agree = got == wanted ||
                         (!zero_has_sign && format.magnitude(got | wanted) == 0) ||
                         (format.bits == 64 && format.is_nan(got) && format.is_nan(wanted));
      ASSERT_TRUE(agree) << GetParam() << " of " << hexadecimal(operands) << " gives "
                         << hexadecimal({got}) << ", not " << hexadecimal({wanted});
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, FloatArithmetic,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           std::string const& name = opcode.mnemonic();
                           return (name == "add" || name == "sub" || name == "mul" ||
                                   name == "fma" || name == "mad" || name == "div" ||
                                   name == "rcp" || name == "sqrt") &&
                                  !opcode.has("approx") && !opcode.has("full") &&
                                  packed_format_of(opcode.type()).format != nullptr;
                         })),
                         test_name);

}  // namespace
}  // namespace emulator
