// Arithmetic in float16 and bfloat16, one number a register or two.
#include "core/opcodes/float_rules.hpp"

#include <cmath>
#include <string>

namespace emulator {

namespace {

/// A 16-bit format: how its bits are read, and how a float64 is rounded to it.
template <f32 (*read_bits)(u16), u16 (*round_bits)(f64), int smallest_exponent>
struct half_format {
  static f32 read(u16 bits) { return read_bits(bits); }
  static u16 round(f64 value) { return round_bits(value); }
  static bool is_subnormal(u16 bits) {
    return std::fabs(read(bits)) < std::ldexp(1.0F, smallest_exponent);
  }
};
using half = half_format<from_half, to_half, -14>;
using bfloat = half_format<from_bfloat, to_bfloat, -126>;

// a * b + c, rounded to odd, so that the second rounding is the right one: products of two 11-bit
// numbers are exact in float64, their sums are not always.
inline f64 fma_to_odd(f64 a, f64 b, f64 c) {
  f64 const product = a * b;
  f64 const sum = product + c;
  if (!std::isfinite(sum)) return sum;
  f64 const of_c = sum - product;
  f64 const error = (product - (sum - of_c)) + (c - of_c);
  u64 const bits = bits_as<u64>(sum);
  if (error == 0 || (bits & 1) != 0) return sum;
  return bits_as<f64>((error > 0) == (sum > 0) ? bits + 1 : bits - 1);
}

template <class Format, bool flushes, bool saturates>
struct arithmetic {
  static u16 input(u16 bits) {
    return flushes && Format::is_subnormal(bits) ? static_cast<u16>(bits & 0x8000) : bits;
  }
  static f64 read(u16 bits) { return Format::read(input(bits)); }
  static u16 write(f64 value) { return input(Format::round(saturates ? saturated(value) : value)); }

  static u16 sum(u16 a, u16 b) { return write(read(a) + read(b)); }
  static u16 difference(u16 a, u16 b) { return write(read(a) - read(b)); }
  static u16 product(u16 a, u16 b) { return write(read(a) * read(b)); }
  static u16 fused(u16 a, u16 b, u16 c) { return write(fma_to_odd(read(a), read(b), read(c))); }
  static u16 fused_relu(u16 a, u16 b, u16 c) {
    f64 const value = fma_to_odd(read(a), read(b), read(c));
    return write(value < 0 ? 0.0 : value);
  }
  static u16 negated(u16 a) { return input(a) ^ 0x8000; }
  static u16 magnitude(u16 a) { return input(a) & 0x7FFF; }

  template <bool larger, bool propagates_nan>
  static u16 extreme(u16 a, u16 b) {
    f64 const x = read(a);
    f64 const y = read(b);
    if (x != x || y != y) {
      if (propagates_nan || (x != x && y != y)) return 0x7FFF;
      return input(x != x ? b : a);
    }
    if (x == y) return ((a & 0x8000) != 0) == larger ? input(b) : input(a);  // -0 is less than +0
    return input((x > y) == larger ? a : b);
  }
};

// The smaller or larger magnitude, with the product's sign.
template <auto extreme>
u16 signed_extreme(u16 a, u16 b) {
  u16 const magnitude = extreme(a & 0x7FFF, b & 0x7FFF);
  return magnitude > 0x7FFE ? magnitude : static_cast<u16>(magnitude | ((a ^ b) & 0x8000));
}

template <auto function>
u32 pair1(u32 a) {
  return function(static_cast<u16>(a)) | u32{function(static_cast<u16>(a >> 16))} << 16;
}
template <auto function>
u32 pair2(u32 a, u32 b) {
  return function(static_cast<u16>(a), static_cast<u16>(b)) |
         u32{function(static_cast<u16>(a >> 16), static_cast<u16>(b >> 16))} << 16;
}
template <auto function>
u32 pair3(u32 a, u32 b, u32 c) {
  return function(static_cast<u16>(a), static_cast<u16>(b), static_cast<u16>(c)) |
         u32{function(static_cast<u16>(a >> 16), static_cast<u16>(b >> 16),
                      static_cast<u16>(c >> 16))}
             << 16;
}

// A row for one number, and one for two.
template <auto function>
void add_both(opcode_rows& rows, std::string const& name) {
  rows.push_back(lanewise<function>(name));
  if constexpr (std::is_invocable_v<decltype(function), u16>) {
    rows.push_back(lanewise<pair1<function>>(name + "x2"));
  } else if constexpr (std::is_invocable_v<decltype(function), u16, u16>) {
    rows.push_back(lanewise<pair2<function>>(name + "x2"));
  } else {
    rows.push_back(lanewise<pair3<function>>(name + "x2"));
  }
}

template <class Format, bool flushes>
void add_format(opcode_rows& rows, std::string const& flush, std::string const& type) {
  using plain = arithmetic<Format, flushes, false>;
  using saturating = arithmetic<Format, flushes, true>;
  std::string const tail = flush + type;
  add_both<plain::sum>(rows, "add{.rn|}" + tail);
  add_both<plain::difference>(rows, "sub{.rn|}" + tail);
  add_both<plain::product>(rows, "mul{.rn|}" + tail);
  add_both<plain::fused>(rows, "fma.rn" + tail);
  add_both<plain::fused_relu>(rows, "fma.rn" + flush + ".relu" + type);
  add_both<saturating::sum>(rows, "add{.rn|}" + flush + ".sat" + type);
  add_both<saturating::difference>(rows, "sub{.rn|}" + flush + ".sat" + type);
  add_both<saturating::product>(rows, "mul{.rn|}" + flush + ".sat" + type);
  add_both<saturating::fused>(rows, "fma.rn" + flush + ".sat" + type);
  add_both<plain::negated>(rows, "neg" + tail);
  add_both<plain::magnitude>(rows, "abs" + tail);
  add_both<plain::template extreme<false, false>>(rows, "min" + tail);
  add_both<plain::template extreme<true, false>>(rows, "max" + tail);
  add_both<plain::template extreme<false, true>>(rows, "min" + flush + ".NaN" + type);
  add_both<plain::template extreme<true, true>>(rows, "max" + flush + ".NaN" + type);
  std::string const with_sign = ".xorsign.abs" + type;
  add_both<signed_extreme<plain::template extreme<false, false>>>(rows, "min" + flush + with_sign);
  add_both<signed_extreme<plain::template extreme<true, false>>>(rows, "max" + flush + with_sign);
  add_both<signed_extreme<plain::template extreme<false, true>>>(rows,
                                                                 "min" + flush + ".NaN" + with_sign);
  add_both<signed_extreme<plain::template extreme<true, true>>>(rows,
                                                                "max" + flush + ".NaN" + with_sign);
}

}  // namespace

void add_half_opcodes(opcode_rows& rows) {
  add_format<half, false>(rows, "", ".f16");
  add_format<half, true>(rows, ".ftz", ".f16");
  add_format<bfloat, false>(rows, "", ".bf16");
}

}  // namespace emulator
