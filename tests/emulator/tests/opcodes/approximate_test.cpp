// The .approx instructions: here the exact function, rounded; and what the PTX ISA says of special
// operands.
#include "core/approximation.hpp"
#include "float_format.hpp"
#include "one_instruction.hpp"
#include "spelling.hpp"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace emulator {
namespace {

int compute(std::string const& name, mpfr_ptr result, std::vector<real> const& x,
            mpfr_rnd_t rounding) {
  mpfr_srcptr const a = x[0].get();
  if (name == "ex2") return mpfr_exp2(result, a, rounding);
  if (name == "lg2") return mpfr_log2(result, a, rounding);
  if (name == "rcp") return mpfr_ui_div(result, 1, a, rounding);
  if (name == "sqrt") return mpfr_sqrt(result, a, rounding);
  if (name == "sin") return mpfr_sin(result, a, rounding);
  if (name == "cos") return mpfr_cos(result, a, rounding);
  if (name == "tanh") return mpfr_tanh(result, a, rounding);
  if (name == "div") return mpfr_div(result, a, x[1].get(), rounding);
  // MPFR has +infinity for -0, PTX -infinity.
  if (mpfr_zero_p(a) != 0 && mpfr_signbit(a) != 0) {
    mpfr_set_inf(result, -1);
    return 0;
  }
  return mpfr_rec_sqrt(result, a, rounding);
}

std::uint64_t expected(spelling const& opcode, float_format const& format,
                       std::vector<std::uint64_t> operands) {
  std::vector<real> numbers;
  for (auto& operand : operands) {
    if (opcode.has("ftz")) operand = format.flushed(operand);
    numbers.emplace_back(format.decode(operand));
  }
  if (opcode.mnemonic() == "div" && opcode.has("approx")) {
    // For 2^126 < |b| < 2^128: NaN where a is infinite, otherwise 0.
    double const a = format.decode(operands[0]);
    double const b = format.decode(operands[1]);
    if (std::fabs(b) > 0x1p126 && std::isfinite(b)) {
      if (!std::isfinite(a)) return format.canonical_nan();
      return std::signbit(a) == std::signbit(b) ? 0 : format.sign_bit();
    }
  }
  std::uint64_t const result = rounded(format, "rn", [&](mpfr_ptr to, mpfr_rnd_t mode) {
    return compute(opcode.mnemonic(), to, numbers, mode);
  });
  return opcode.has("ftz") ? format.flushed(result) : result;
}

/// Neighbours, of which a result that is rounded by way of float64 may be either.
bool close(float_format const& format, std::uint64_t a, std::uint64_t b) {
  if (a == b) return true;
  if (format.is_nan(a) || format.is_nan(b) || ((a ^ b) & format.sign_bit()) != 0) return false;
  return a + 1 == b || b + 1 == a;
}

std::string element_of(std::string const& type) {
  return type.substr(type.size() - 2) == "x2" ? type.substr(0, type.size() - 2) : type;
}

class Approximation : public testing::TestWithParam<std::string> {};

TEST_P(Approximation, IsTheFunctionRounded) {
  spelling const opcode(GetParam());
  float_format const& format = *float_format_of(element_of(opcode.type()));
  unsigned const count = opcode.type() == element_of(opcode.type()) ? 1 : 2;
  std::mt19937_64 random(23);
  std::uint64_t const mask = 2 * format.sign_bit() - 1;
  auto values = special_values(format);
  for (unsigned n = 0; n < 1500; ++n) {
    values.push_back(random() & mask);
    // Where most functions do something.
    double const size = std::ldexp(static_cast<double>(random() % 100000) - 50000, -10);
    values.push_back(rounded(format, "rn", size));
  }
  values.push_back(rounded(format, "rn", 0x1.8p126));
  values.push_back(rounded(format, "rn", 0x1p126));
  bool const is_division = opcode.mnemonic() == "div";
  auto const second = [&](std::size_t i) { return values[(i * 31 + 7) % values.size()]; };
  std::vector<case_bits> cases;
  for (std::size_t i = 0; i < values.size(); ++i) {
    cases.push_back({values[i]});
    if (is_division) cases.back().push_back(second(i));
    if (count == 2) cases.back()[0] |= second(i) << format.bits;
  }
  std::string const word = register_type(format.bits * count);
  auto const results = run_instruction(
      GetParam(), {{word}, std::vector<std::string>(is_division ? 2 : 1, word)}, cases);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (unsigned k = 0; k < count; ++k) {
      case_bits operands{k == 0 ? values[i] : second(i)};
      if (is_division) operands.push_back(second(i));
      std::uint64_t const got = results[i][0] >> (format.bits * k) & mask;
      std::uint64_t const wanted = expected(opcode, format, operands);
      bool const both_nan = format.bits == 64 && format.is_nan(got) && format.is_nan(wanted);
      ASSERT_TRUE(close(format, got, wanted) || both_nan)
          << GetParam() << " of " << hexadecimal(operands) << " gives " << hexadecimal({got})
          << ", not " << hexadecimal({wanted});
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, Approximation,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return (opcode.has("approx") || opcode.has("full")) &&
                                  opcode.text != "rcp.approx.ftz.f64" &&
                                  opcode.text != "rsqrt.approx.ftz.f64";
                         })),
                         test_name);

// ---- the errors that a test asks for ---------------------------------------------------------

class exact_again {
 public:
  exact_again() = default;
  exact_again(exact_again const&) = delete;
  exact_again& operator=(exact_again const&) = delete;
  ~exact_again() { approximation::current().set("exact"); }
};

/// The one function of the table that the opcode belongs to.
approximate_function function_of(std::string const& opcode, signature const& types,
                                 case_bits const& operands) {
  approximation::current().take_executed();
  run_instruction(opcode, types, {operands});
  std::uint32_t const executed = approximation::current().take_executed();
  EXPECT_EQ(std::popcount(executed), 1) << opcode << " is not in the table of approximations";
  return static_cast<approximate_function>(std::countr_zero(executed | 1U << 31));
}

/// How far the result lies from the exact one, as a part of the bound.
double part_of_bound(approximation_bound const& bound, float_format const& format, double exact,
                     std::uint64_t got) {
  double const result = format.decode(got);
  switch (bound.what) {
    case approximation_bound::unit::ulps: {  // of the correctly rounded result
      auto const wanted = static_cast<std::int64_t>(format.magnitude(rounded(format, "rn", exact)));
      auto const places = static_cast<std::int64_t>(format.magnitude(got)) - wanted;
      return static_cast<double>(std::signbit(exact) ? -places : places) / bound.size;
    }
    case approximation_bound::unit::relative:
      return (result - exact) / std::fabs(exact) / bound.size;
    case approximation_bound::unit::absolute:
      break;
  }
  return (result - exact) / bound.size;
}

class MovedApproximation : public testing::TestWithParam<std::string> {};

// Every .approx opcode has its place in the one table of bounds, stays within its bound and comes
// near it in the direction that is asked for.
TEST_P(MovedApproximation, StaysWithinItsBoundAndComesNearIt) {
  exact_again const restore;
  spelling const opcode(GetParam());
  float_format const& format = *float_format_of(element_of(opcode.type()));
  unsigned const count = opcode.type() == element_of(opcode.type()) ? 1 : 2;
  bool const upper_half_only = format.bits == 64 && opcode.has("ftz");
  unsigned const operands = opcode.mnemonic() == "div" ? 2 : 1;
  std::string const word = register_type(format.bits * count);
  signature const types{{word}, std::vector<std::string>(operands, word)};

  std::mt19937_64 random(31);
  std::uint64_t const mask = 2 * format.sign_bit() - 1;
  std::uint64_t const read = upper_half_only ? mask << 32 : mask;
  auto const value = [&] {
    double const size = std::ldexp(1 + std::ldexp(static_cast<double>(random() % 4096), -12),
                                   static_cast<int>(random() % 8) - 5);
    bool const is_negative = opcode.one_of({"sqrt", "rsqrt", "lg2"}).empty() && random() % 2 == 0;
    return rounded(format, "rn", is_negative ? -size : size) & read;
  };
  std::vector<case_bits> cases(1000);
  for (auto& one : cases) {
    for (unsigned i = 0; i < operands; ++i) {
      one.push_back(value());
      if (count == 2) one.back() |= value() << format.bits;
    }
  }
  approximate_function const which = function_of(GetParam(), types, cases[0]);
  for (char const* const sign : {"=+", "=-"}) {
    std::string const how = std::string(to_string(which)) + sign;
    ASSERT_EQ(approximation::current().set(how), "");
    auto const results = run_instruction(GetParam(), types, cases);
    double farthest = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
      for (unsigned k = 0; k < count; ++k) {
        std::vector<real> numbers;
        for (auto const operand : cases[i])
          numbers.emplace_back(format.decode(operand >> (format.bits * k) & mask));
        std::uint64_t const got = results[i][0] >> (format.bits * k) & mask;
        double const exact =
            binary64.decode(rounded(binary64, "rn", [&](mpfr_ptr to, mpfr_rnd_t mode) {
              return compute(opcode.mnemonic(), to, numbers, mode);
            }));
        if (exact == 0) continue;  // log2(1)
        double const first = format.decode(cases[i][0] >> (format.bits * k) & mask);
        double const part = part_of_bound(bound_of(which, first), format, exact, got);
        // The emulator's own exact result is float64 too.
        ASSERT_LE(std::fabs(part), 1 + 1e-9)
            << how << ": " << GetParam() << " of " << hexadecimal(cases[i]);
        farthest = std::max(farthest, sign[1] == '+' ? part : -part);
      }
    }
    EXPECT_GT(farthest, 0.5) << how << ": " << GetParam();
  }
  EXPECT_FALSE(bound_of(which, 1).source.empty());
}

INSTANTIATE_TEST_SUITE_P(Opcodes, MovedApproximation,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           return opcode.has("approx") || opcode.has("full");
                         })),
                         test_name);

// Of the operand only the upper 32 bits count, of the result only they are set.
TEST(Approximation, OfFloat64ReadsAndWritesTheUpperHalf) {
  std::mt19937_64 random(29);
  auto values = special_values(binary64);
  for (unsigned n = 0; n < 2000; ++n) values.push_back(random());
  std::vector<case_bits> cases;
  for (auto const value : values) cases.push_back({value});
  for (std::string const name : {"rcp", "rsqrt"}) {
    std::string const opcode = name + ".approx.ftz.f64";
    auto const results = run_instruction(opcode, {{"b64"}, {"b64"}}, cases);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      std::uint64_t const got = results[i][0];
      double const x = binary64.decode(binary64.flushed(values[i] >> 32 << 32));
      double const exact = name == "rcp" ? 1 / x : (x == 0 ? 1 / x : 1 / std::sqrt(x));
      std::uint64_t const wanted = binary64.flushed(binary64.encode(exact));
      EXPECT_EQ(got & 0xFFFFFFFF, 0U) << opcode << " of " << hexadecimal({values[i]});
      if (binary64.is_nan(wanted)) {
        EXPECT_TRUE(binary64.is_nan(got)) << opcode << " of " << hexadecimal({values[i]});
      } else {
        // 20 bits of the significand remain.
        std::uint64_t const distance = got > wanted ? got - wanted : wanted - got;
        EXPECT_LE(distance, std::uint64_t{1} << 32)
            << opcode << " of " << hexadecimal({values[i]}) << " gives " << hexadecimal({got});
      }
    }
  }
}

}  // namespace
}  // namespace emulator
