// cvt between every pair of types: rounding, saturation, flushing, clamping, sign extension.
#include "float_format.hpp"
#include "one_instruction.hpp"
#include "spelling.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace emulator {
namespace {

struct integer_format {
  unsigned bits;
  bool is_signed;

  __int128 lowest() const { return is_signed ? -(__int128{1} << (bits - 1)) : 0; }
  __int128 highest() const { return (__int128{1} << (is_signed ? bits - 1 : bits)) - 1; }
  /// The value of the low bits of a register.
  __int128 decode(std::uint64_t value) const {
    __int128 const field = value & static_cast<std::uint64_t>((__int128{1} << bits) - 1);
    return is_signed && (field >> (bits - 1)) != 0 ? field - (__int128{1} << bits) : field;
  }
};

/// "u8", "s64", ...; no bits for another type.
integer_format integer_format_of(std::string const& type) {
  if (type.size() < 2 || (type[0] != 'u' && type[0] != 's')) return {0, false};
  return {static_cast<unsigned>(std::stoul(type.substr(1))), type[0] == 's'};
}

/// PTX has no registers of 8 bits: their values stand in wider ones.
unsigned register_bits(std::string const& type) {
  if (type == "u8" || type == "s8") return 16;
  if (float_format const* const format = float_format_of(type)) return format->bits;
  return type == "f16x2" || type == "bf16x2" ? 32 : integer_format_of(type).bits;
}

std::uint64_t low_bits(__int128 value, unsigned bits) {
  return static_cast<std::uint64_t>(value) &
         static_cast<std::uint64_t>((__int128{1} << bits) - 1);
}

std::uint64_t from_integer(spelling const& opcode, std::string const& to, __int128 value) {
  if (float_format const* const format = float_format_of(to)) {
    real const number = real::from_integer(value);
    return rounded(*format, opcode.one_of({"rn", "rz", "rm", "rp"}),
                   [&](mpfr_ptr result, mpfr_rnd_t mode) {
                     return mpfr_set(result, number.get(), mode);
                   });
  }
  integer_format const target = integer_format_of(to);
  if (opcode.has("sat"))
    value = std::max(target.lowest(), std::min(target.highest(), value));
  // Truncated to the type, then extended to the register.
  return low_bits(target.decode(low_bits(value, target.bits)), register_bits(to));
}

double to_integral(std::string const& rounding, double value) {
  if (rounding == "rzi") return std::trunc(value);
  if (rounding == "rmi") return std::floor(value);
  if (rounding == "rpi") return std::ceil(value);
  double const below = std::floor(value);
  double const rest = value - below;
  bool const up = rest > 0.5 || (rest == 0.5 && std::fmod(below, 2.0) != 0);
  return std::copysign(up ? below + 1 : below, value);
}

std::uint64_t float_to_integer(spelling const& opcode, float_format const& from,
                               std::string const& to, std::uint64_t bits) {
  integer_format const target = integer_format_of(to);
  double const value = from.decode(bits);
  if (value != value) {
    // Where 64 bits take part, the most significant bit alone.
    bool const wide = from.bits == 64 || target.bits == 64;
    __int128 const pattern = wide ? __int128{1} << (target.bits - 1) : 0;
    return low_bits(target.decode(low_bits(pattern, target.bits)), register_bits(to));
  }
  double const integral = to_integral(opcode.one_of({"rni", "rzi", "rmi", "rpi"}), value);
  __int128 const clamped = integral <= std::ldexp(-1.0, 64)  ? target.lowest()
                           : integral >= std::ldexp(1.0, 64) ? target.highest()
                                                             : static_cast<__int128>(integral);
  return low_bits(std::max(target.lowest(), std::min(target.highest(), clamped)),
                  register_bits(to));
}

std::uint64_t float_to_float(spelling const& opcode, float_format const& from,
                             float_format const& to, std::uint64_t bits) {
  double value = from.decode(bits);
  std::string const integral = opcode.one_of({"rni", "rzi", "rmi", "rpi"});
  if (!integral.empty() && std::isfinite(value)) value = to_integral(integral, value);
  std::string const rounding = opcode.one_of({"rn", "rz", "rm", "rp"});
  std::uint64_t result = rounded(to, rounding.empty() ? "rn" : rounding, value);
  if (opcode.has("ftz") && to.bits == 32) result = to.flushed(result);
  bool const is_negative = !to.is_nan(result) && (result & to.sign_bit()) != 0;
  if (opcode.has("relu") && is_negative) result = 0;
  if (opcode.has("satfinite") && to.magnitude(result) == to.infinity()) --result;
  if (opcode.has("sat")) {
    if (to.is_nan(result) || is_negative) result = 0;
    result = std::min(result, to.encode(1.0));
  }
  return result;
}

std::vector<std::uint64_t> integer_values(integer_format const& type) {
  std::vector<std::uint64_t> result;
  for (unsigned bit = 0; bit < type.bits; ++bit) {
    // Around every power of two and around the halves between what narrow formats hold.
    for (unsigned second = 0; second <= bit; ++second) {
      std::uint64_t const sum = (std::uint64_t{1} << bit) + (std::uint64_t{1} << second);
      for (std::uint64_t const value : {sum - 1, sum, sum + 1}) {
        result.push_back(value);
        result.push_back(0 - value);
      }
    }
  }
  for (auto& value : result) {
    // What lies above the type in the register has no say.
    if (type.bits == 8) value = (value & 0xFF) | (value % 7 << 8);
  }
  return result;
}

std::vector<std::uint64_t> float_values(float_format const& type) {
  std::vector<std::uint64_t> result = special_values(type);
  std::mt19937_64 random(7654321);
  std::uint64_t const mask = 2 * type.sign_bit() - 1;
  for (unsigned n = 0; n < 1000; ++n) {
    result.push_back(random() & mask);
    // Integers and halves of every type's range; ties of narrower formats.
    double const size = std::ldexp(1.0, static_cast<int>(random() % 70) - 4);
    double const number = size * (1.0 + 0.5 * static_cast<double>(random() % 4));
    std::uint64_t const bits = rounded(type, "rn", n % 2 == 0 ? number : -number);
    for (std::uint64_t const value : {bits - 1, bits, bits + 1}) result.push_back(value & mask);
    unsigned const cut = random() % static_cast<unsigned>(type.precision);
    std::uint64_t const tie = (random() & mask & ~((std::uint64_t{2} << cut) - 1)) |
                              std::uint64_t{1} << cut;
    for (std::uint64_t const value : {tie - 1, tie, tie + 1}) result.push_back(value & mask);
  }
  return result;
}

std::vector<std::uint64_t> values_of(std::string const& type) {
  float_format const* const format = float_format_of(type);
  return format != nullptr ? float_values(*format) : integer_values(integer_format_of(type));
}

std::uint64_t expected(spelling const& opcode, std::string const& to, std::string const& from,
                       std::uint64_t bits) {
  float_format const* const source = float_format_of(from);
  if (source == nullptr)
    return from_integer(opcode, to, integer_format_of(from).decode(bits));
  if (opcode.has("ftz") && source->bits == 32) bits = source->flushed(bits);
  float_format const* const target = float_format_of(to);
  return target != nullptr ? float_to_float(opcode, *source, *target, bits)
                           : float_to_integer(opcode, *source, to, bits);
}

bool agree(spelling const& opcode, std::string const& to, std::uint64_t got, std::uint64_t wanted) {
  float_format const* const format = float_format_of(to);
  if (format == nullptr || got == wanted) return got == wanted;
  bool const zeros = format->magnitude(got) == 0 && format->magnitude(wanted) == 0;
  return (zeros && (opcode.has("sat") || opcode.has("relu"))) ||
         (format->bits == 64 && format->is_nan(got) && format->is_nan(wanted));
}

bool is_byte_format(std::string const& type) { return type == "e4m3x2" || type == "e5m2x2"; }

class Conversion : public testing::TestWithParam<std::string> {};

TEST_P(Conversion, FollowsItsTypes) {
  spelling const opcode(GetParam());
  std::string const& from = opcode.type();
  std::string const& to = opcode.pieces[opcode.pieces.size() - 2];
  std::vector<case_bits> cases;
  for (std::uint64_t const value : values_of(from)) cases.push_back({value});
  auto const results = run_instruction(
      GetParam(),
      {{register_type(register_bits(to))}, {register_type(register_bits(from))}}, cases);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    std::uint64_t const wanted = expected(opcode, to, from, cases[i][0]);
    ASSERT_TRUE(agree(opcode, to, results[i][0], wanted))
        << GetParam() << " of " << hexadecimal(cases[i]) << " gives " << hexadecimal(results[i])
        << ", not " << hexadecimal({wanted});
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, Conversion,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           if (opcode.mnemonic() != "cvt") return false;
                           std::string const& to = opcode.pieces[opcode.pieces.size() - 2];
                           return to.find("x2") == std::string::npos &&
                                  opcode.type().find("x2") == std::string::npos &&
                                  !is_byte_format(to);
                         })),
                         test_name);

class PackingConversion : public testing::TestWithParam<std::string> {};

// cvt.f16x2.f32 d, a, b: a goes to the upper half.
TEST_P(PackingConversion, PutsTheFirstOperandInTheUpperHalf) {
  spelling const opcode(GetParam());
  std::string const type = opcode.pieces[opcode.pieces.size() - 2];
  std::string const half = type.substr(0, type.size() - 2);
  auto const values = values_of("f32");
  std::vector<case_bits> cases;
  for (std::size_t i = 0; i < values.size(); ++i)
    cases.push_back({values[i], values[(i * 7 + 3) % values.size()]});
  auto const results = run_instruction(GetParam(), {{"b32"}, {"b32", "b32"}}, cases);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (unsigned k = 0; k < 2; ++k) {
      std::uint64_t const wanted = expected(opcode, half, "f32", cases[i][k]);
      std::uint64_t const got = results[i][0] >> (k == 0 ? 16 : 0) & 0xFFFF;
      ASSERT_TRUE(agree(opcode, half, got, wanted))
          << GetParam() << " of " << hexadecimal(cases[i]) << " gives " << hexadecimal(results[i]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Opcodes, PackingConversion,
                         testing::ValuesIn(opcodes_where([](spelling const& opcode) {
                           if (opcode.mnemonic() != "cvt") return false;
                           std::string const& to = opcode.pieces[opcode.pieces.size() - 2];
                           return opcode.type() == "f32" && (to == "f16x2" || to == "bf16x2");
                         })),
                         test_name);

}  // namespace
}  // namespace emulator
