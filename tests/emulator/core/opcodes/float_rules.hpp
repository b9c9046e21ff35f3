// What PTX says about every floating-point result: canonical NaN, flushing, saturation; 16-bit
// formats.
#pragma once

#include "core/lanewise.hpp"

#include <cmath>
#include <limits>

namespace emulator {

inline f32 canonical(f32 value) { return value != value ? bits_as<f32>(u32{0x7FFFFFFF}) : value; }
// NaN payloads of float64 pass through.
inline f64 canonical(f64 value) { return value; }

/// Subnormal values become zero of the same sign.
inline f32 flushed(f32 value) {
  return std::fabs(value) < std::numeric_limits<f32>::min() ? std::copysign(0.0F, value) : value;
}

template <bool flushes>
f32 input(f32 value) {
  return flushes ? flushed(value) : value;
}
template <bool flushes>
f64 input(f64 value) {
  return value;
}

/// NaN gives +0.
template <class T>
T saturated(T value) {
  return value > T{0} ? (value < T{1} ? value : T{1}) : T{0};
}

template <bool flushes, bool saturates, class T>
T output(T value) {
  if constexpr (saturates)
    return saturated(input<flushes>(value));
  else
    return canonical(input<flushes>(value));
}

// f16 and bf16 as bits. Every value of both is a float32, every product of two a float64, and so is
// every sum of two f16. Two bf16 may lie too far apart for that, but then the smaller is far below
// half a unit of the larger, and the sum's second rounding meets no tie.

inline f32 from_half(u16 bits) {
#if defined(__F16C__)
  return _cvtsh_ss(bits);
#else
  u32 const sign = u32{bits & 0x8000U} << 16;
  u32 const exponent = bits >> 10 & 0x1F;
  u32 const mantissa = bits & 0x3FF;
  if (exponent == 0x1F) return bits_as<f32>(sign | 0x7F800000U | mantissa << 13);
  if (exponent != 0) return bits_as<f32>(sign | (exponent + 112) << 23 | mantissa << 13);
  f32 const magnitude = static_cast<f32>(mantissa) * 0x1p-24F;
  return sign != 0 ? -magnitude : magnitude;
#endif
}

inline f32 from_half_flushed(u16 bits) {
  return from_half((bits & 0x7C00) != 0 ? bits : static_cast<u16>(bits & 0x8000));
}

inline f32 from_bfloat(u16 bits) { return bits_as<f32>(u32{bits} << 16); }

/// Rounds in the current direction of <fenv.h>; NaN becomes 0x7FFF.
template <int mantissa_bits, int smallest_exponent, int largest_exponent>
u16 rounded_to_16_bits(f64 value) {
  constexpr u16 infinity = ((1U << (15 - mantissa_bits)) - 1) << mantissa_bits;
  if (value != value) return 0x7FFF;
  auto const sign = static_cast<u16>(std::signbit(value) ? 0x8000 : 0);
  if (std::isinf(value)) return sign | infinity;
  int exponent = 0;
  std::frexp(value, &exponent);
  exponent = std::max(exponent - 1, smallest_exponent);
  // Below and at the format's range a unit in the last place is 2^(exponent - mantissa_bits).
  f64 const units = std::nearbyint(std::ldexp(value, mantissa_bits - exponent));
  f64 const result = std::ldexp(units, exponent - mantissa_bits);
  if (std::fabs(result) >= std::ldexp(1.0, largest_exponent + 1)) {
    int const direction = std::fegetround();
    bool const away =
        direction == FE_TONEAREST || direction == (sign != 0 ? FE_DOWNWARD : FE_UPWARD);
    return sign | static_cast<u16>(away ? infinity : infinity - 1);
  }
  f64 const magnitude = std::fabs(result);
  if (magnitude < std::ldexp(1.0, smallest_exponent)) {
    return sign | static_cast<u16>(std::ldexp(magnitude, mantissa_bits - smallest_exponent));
  }
  std::frexp(magnitude, &exponent);
  --exponent;
  auto const field = static_cast<u16>(exponent - smallest_exponent + 1);
  auto const mantissa = static_cast<u16>(std::ldexp(magnitude, mantissa_bits - exponent) -
                                         std::ldexp(1.0, mantissa_bits));
  return static_cast<u16>(sign | field << mantissa_bits | mantissa);
}

inline u16 to_half(f64 value) { return rounded_to_16_bits<10, -14, 15>(value); }
inline u16 to_bfloat(f64 value) { return rounded_to_16_bits<7, -126, 127>(value); }

// The same from float32 to nearest, in integer arithmetic: the conversions that kernels are made
// of.

inline u16 to_half_nearest(f32 value) {
  u32 const bits = bits_as<u32>(value);
  auto const sign = static_cast<u16>(bits >> 16 & 0x8000);
  u32 const magnitude = bits & 0x7FFFFFFF;
  // Normal results: rebias, add half a unit less the parity bit, cut.
  u32 const rebiased = magnitude - (112U << 23);
  u32 const normal = (rebiased + 0xFFF + (magnitude >> 13 & 1)) >> 13;
  // Subnormal results: the addition rounds at 2^-24.
  u32 const subnormal = bits_as<u32>(bits_as<f32>(magnitude) + 0.5F) - bits_as<u32>(0.5F);
  u32 const finite = magnitude < (113U << 23) ? subnormal : normal;
  u32 const bounded = finite > 0x7C00 || magnitude >= (143U << 23) ? 0x7C00 : finite;
  return magnitude > 0x7F800000 ? u16{0x7FFF} : static_cast<u16>(sign | bounded);
}

inline u16 to_bfloat_nearest(f32 value) {
  u32 const bits = bits_as<u32>(value);
  u32 const rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
  return (bits & 0x7FFFFFFF) > 0x7F800000 ? u16{0x7FFF} : static_cast<u16>(rounded);
}

}  // namespace emulator
