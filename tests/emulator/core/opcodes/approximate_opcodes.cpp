// The .approx instructions: computed in float64, rounded once to float32. Hardware differs in the
// last bits; what it may differ by is in the PTX ISA.
#include "core/opcodes/float_rules.hpp"

#include <cmath>

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
  rows.push_back(lanewise<[](f32 a, f32 b) {
    return rounded<flushes>(static_cast<f64>(input<flushes>(a)) / input<flushes>(b));
  }>("div.{approx|full}" + tail));
}

// A float64 approximation keeps the upper 32 bits; the rest is zero.
inline f64 upper_half(f64 value) {
  if (value != value) return bits_as<f64>(u64{0x7FFFFFFF} << 32);
  return bits_as<f64>(bits_as<u64>(value) & ~u64{0xFFFFFFFF});
}

inline f64 flushed64(f64 value) {
  return std::fabs(value) < 0x1p-1022 ? std::copysign(0.0, value) : value;
}

}  // namespace

void add_approximate_opcodes(opcode_rows& rows) {
  add_float32<false>(rows, ".f32");
  add_float32<true>(rows, ".ftz.f32");
  rows.push_back(lanewise<[](f32 a) { return rounded<false>(std::tanh(static_cast<f64>(a))); }>(
      "tanh.approx.f32"));
  rows.push_back(lanewise<[](f64 a) { return upper_half(flushed64(1.0 / flushed64(a))); }>(
      "rcp.approx.ftz.f64"));
  rows.push_back(lanewise<[](f64 a) { return upper_half(1.0 / std::sqrt(flushed64(a))); }>(
      "rsqrt.approx.ftz.f64"));
  rows.push_back(lanewise<[](f64 a) { return 1.0 / std::sqrt(a); }>("rsqrt.approx.f64"));
}

}  // namespace emulator
