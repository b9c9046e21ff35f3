// cvt to and from the 8-bit formats e4m3 and e5m2, two numbers a register of 16 bits.
#include "core/opcodes/float_rules.hpp"

#include <cmath>
#include <string>

namespace emulator {

namespace {

template <int mantissa, int lowest, u16 largest_code>
struct byte_format {
  static constexpr int mantissa_bits = mantissa;
  static constexpr int smallest_exponent = lowest;
  static constexpr u16 largest = largest_code;  // finite
};
struct e4m3 : byte_format<3, -6, 0x7E> {
  static constexpr char const* name = "e4m3x2";
};
struct e5m2 : byte_format<2, -14, 0x7B> {
  static constexpr char const* name = "e5m2x2";
};

constexpr u16 not_a_number = 0x7F;

// To nearest; what is too large becomes the largest number (.satfinite, which these need).
template <class Format>
u16 write(f32 value) {
  if (value != value) return not_a_number;
  auto const sign = static_cast<u16>(std::signbit(value) ? 0x80 : 0);
  f32 const magnitude = std::fabs(value);
  if (std::isinf(magnitude)) return sign | Format::largest;
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  if (magnitude == 0) exponent = Format::smallest_exponent;
  exponent = std::max(exponent - 1, Format::smallest_exponent);
  // The hidden bit adds one to the exponent's field, which is 0 for subnormal numbers.
  auto const units =
      static_cast<int>(std::nearbyint(std::ldexp(magnitude, Format::mantissa_bits - exponent)));
  int const code = ((exponent - Format::smallest_exponent) << Format::mantissa_bits) + units;
  return sign | static_cast<u16>(std::min<int>(code, Format::largest));
}

// As f16, which holds every value.
template <class Format>
u16 read(u16 byte) {
  auto const sign = static_cast<u16>((byte & 0x80) << 8);
  int const code = byte & 0x7F;
  if (code > Format::largest) {
    constexpr u16 infinity = Format::largest + 1;
    return code == infinity && infinity != not_a_number ? sign | u16{0x7C00} : u16{0x7FFF};
  }
  int const field = code >> Format::mantissa_bits;
  int const fraction = code & ((1 << Format::mantissa_bits) - 1);
  int const significand = field == 0 ? fraction : fraction | 1 << Format::mantissa_bits;
  f64 const magnitude = std::ldexp(significand, std::max(field, 1) - 1 + Format::smallest_exponent -
                                                    Format::mantissa_bits);
  return sign | to_half(magnitude);
}

template <bool relu>
f32 clipped(f32 value) {
  return relu && value < 0 ? 0.0F : value;
}

template <bool relu>
u16 clipped_half(u16 value) {
  return relu && value > 0x8000 ? u16{0} : value;
}

template <class Format, bool relu>
void add_format(opcode_rows& rows) {
  std::string const modifier = relu ? ".relu" : "";
  std::string const to = "cvt.rn.satfinite" + modifier + "." + Format::name;
  rows.push_back(lanewise<[](f32 high, f32 low) {
    return static_cast<u16>(write<Format>(clipped<relu>(high)) << 8 |
                            write<Format>(clipped<relu>(low)));
  }>(to + ".f32"));
  rows.push_back(lanewise<[](u32 halves) {
    f32 const high = from_half(static_cast<u16>(halves >> 16));
    f32 const low = from_half(static_cast<u16>(halves));
    return static_cast<u16>(write<Format>(clipped<relu>(high)) << 8 |
                            write<Format>(clipped<relu>(low)));
  }>(to + ".f16x2"));
  rows.push_back(lanewise<[](u16 bytes) {
    return u32{clipped_half<relu>(read<Format>(bytes >> 8))} << 16 |
           clipped_half<relu>(read<Format>(bytes & 0xFF));
  }>("cvt.rn" + modifier + ".f16x2." + Format::name));
}

}  // namespace

void add_byte_float_opcodes(opcode_rows& rows) {
  add_format<e4m3, false>(rows);
  add_format<e4m3, true>(rows);
  add_format<e5m2, false>(rows);
  add_format<e5m2, true>(rows);
}

}  // namespace emulator
