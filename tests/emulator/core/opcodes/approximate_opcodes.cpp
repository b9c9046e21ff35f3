// The .approx instructions: computed in float64, rounded once to float32. Hardware differs in the
// last bits; what it may differ by is in the PTX ISA.
#include "core/opcodes/float_rules.hpp"

#include <cmath>
#include <limits>
#include <string>

namespace emulator {

namespace {

// 2^x with a relative error below 2^-50, without a call, so that the loop over lanes is vector
// code.
inline f64 power_of_two(f32 x) {
  f64 const clamped = x > 200.0F ? 200.0 : (x < -200.0F ? -200.0 : static_cast<f64>(x));
  f64 const shifted = clamped + 0x1.8p52;
  f64 const r = (clamped - (shifted - 0x1.8p52)) * 0.693147180559945309417;
  f64 p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  // The integer stands in the low bits of shifted; adding it to the exponent of p multiplies by
  // 2^integer.
  f64 const result = bits_as<f64>(bits_as<u64>(p) + (bits_as<u64>(shifted) << 52));
  return x != x ? static_cast<f64>(x) : result;
}

template <bool flushes>
f32 rounded(f64 value) {
  return output<flushes, false>(static_cast<f32>(value));
}

template <bool flushes>
f32 quotient(f32 a, f32 b) {
  return rounded<flushes>(static_cast<f64>(input<flushes>(a)) / input<flushes>(b));
}

template <bool flushes>
void add_float32(opcode_rows& rows, std::string const& tail) {
  rows.push_back(lanewise<[](f32 a) { return rounded<flushes>(power_of_two(input<flushes>(a))); }>(
      "ex2.approx" + tail));
  rows.push_back(lanewise<[](f32 a) { return rounded<flushes>(1.0 / input<flushes>(a)); }>(
      "rcp.approx" + tail));
  rows.push_back(lanewise<[](f32 a) {
    return rounded<flushes>(std::sqrt(static_cast<f64>(input<flushes>(a))));
  }>("sqrt.approx" + tail));
  rows.push_back(lanewise<[](f32 a) {
    return rounded<flushes>(1.0 / std::sqrt(static_cast<f64>(input<flushes>(a))));
  }>("rsqrt.approx" + tail));
  rows.push_back(lanewise<[](f32 a) {
    return rounded<flushes>(std::log2(static_cast<f64>(input<flushes>(a))));
  }>("lg2.approx" + tail));
  rows.push_back(lanewise<[](f32 a) {
    return rounded<flushes>(std::sin(static_cast<f64>(input<flushes>(a))));
  }>("sin.approx" + tail));
  rows.push_back(lanewise<[](f32 a) {
    return rounded<flushes>(std::cos(static_cast<f64>(input<flushes>(a))));
  }>("cos.approx" + tail));
  rows.push_back(lanewise<quotient<flushes>>("div.full" + tail));
  // a * (1/b), whose second factor is 0 from 2^126 on.
  rows.push_back(lanewise<[](f32 a, f32 b) {
    f32 const magnitude = std::fabs(b);
    if (magnitude <= 0x1p126F || magnitude == std::numeric_limits<f32>::infinity() || b != b)
      return quotient<flushes>(a, b);
    return canonical(input<flushes>(a) * std::copysign(0.0F, b));
  }>("div.approx" + tail));
}

// The .ftz approximations in float64 read and write the upper 32 bits; the rest is zero.
inline f64 upper_half(f64 value) {
  if (value != value) return bits_as<f64>(u64{0x7FFFFFFF} << 32);
  f64 const result = bits_as<f64>(bits_as<u64>(value) & ~u64{0xFFFFFFFF});
  return std::fabs(result) < 0x1p-1022 ? std::copysign(0.0, result) : result;
}
inline f64 upper_half_of_input(f64 value) {
  return upper_half(bits_as<f64>(bits_as<u64>(value) & ~u64{0xFFFFFFFF}));
}

f64 hyperbolic_tangent(f64 value) { return std::tanh(value); }

template <f32 (*read)(u16), u16 (*round)(f64), f64 (*function)(f64)>
void add_halves(opcode_rows& rows, std::string const& name) {
  static constexpr auto one = [](u16 a) { return round(function(read(a))); };
  rows.push_back(lanewise<[](u16 a) { return one(a); }>(name));
  rows.push_back(lanewise<[](u32 a) {
    return u32{one(static_cast<u16>(a >> 16))} << 16 | one(static_cast<u16>(a));
  }>(name + "x2"));
}

f64 exact_power_of_two(f64 value) { return std::exp2(value); }

// .ftz: subnormal numbers in and out become zero.
f32 from_bfloat_flushed(u16 bits) { return flushed(from_bfloat(bits)); }
u16 to_bfloat_flushed(f64 value) {
  u16 const result = to_bfloat(value);
  return (result & 0x7F80) != 0 ? result : static_cast<u16>(result & 0x8000);
}

}  // namespace

void add_approximate_opcodes(opcode_rows& rows) {
  add_float32<false>(rows, ".f32");
  add_float32<true>(rows, ".ftz.f32");
  rows.push_back(lanewise<[](f32 a) { return rounded<false>(std::tanh(static_cast<f64>(a))); }>(
      "tanh.approx.f32"));
  add_halves<from_half, to_half, exact_power_of_two>(rows, "ex2.approx.f16");
  add_halves<from_bfloat_flushed, to_bfloat_flushed, exact_power_of_two>(rows,
                                                                         "ex2.approx.ftz.bf16");
  add_halves<from_half, to_half, hyperbolic_tangent>(rows, "tanh.approx.f16");
  add_halves<from_bfloat, to_bfloat, hyperbolic_tangent>(rows, "tanh.approx.bf16");
  rows.push_back(lanewise<[](f64 a) { return upper_half(1.0 / upper_half_of_input(a)); }>(
      "rcp.approx.ftz.f64"));
  rows.push_back(
      lanewise<[](f64 a) { return upper_half(1.0 / std::sqrt(upper_half_of_input(a))); }>(
          "rsqrt.approx.ftz.f64"));
  rows.push_back(lanewise<[](f64 a) { return 1.0 / std::sqrt(a); }>("rsqrt.approx.f64"));
}

}  // namespace emulator
