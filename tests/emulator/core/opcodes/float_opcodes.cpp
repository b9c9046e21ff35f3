// Floating-point arithmetic that IEEE 754 defines, in float32 and float64.
#include "core/opcodes/float_rules.hpp"

#include <cmath>

namespace emulator {

namespace {

template <class T>
T minimum(T a, T b) {
  if (a != a) return canonical(b);
  if (b != b) return a;
  if (a == b) return std::signbit(a) ? a : b;  // -0 is less than +0
  return a < b ? a : b;
}

template <class T>
T maximum(T a, T b) {
  if (a != a) return canonical(b);
  if (b != b) return a;
  if (a == b) return std::signbit(a) ? b : a;
  return a > b ? a : b;
}

template <class T, bool flushes, bool saturates, int direction>
void add_rounded(opcode_rows& rows, std::string const& modifiers, std::string const& tail) {
  auto const name = [&](char const* mnemonic, std::string const& rounding) {
    return mnemonic + rounding + tail;
  };
  // Without a rounding modifier add, sub and mul round to nearest.
  std::string const optional = direction == FE_TONEAREST ? "{" + modifiers + "|}" : modifiers;
  rows.push_back(lanewise<[](T a, T b) {
    return output<flushes, saturates>(input<flushes>(a) + input<flushes>(b));
  },
                          direction>(name("add", optional)));
  rows.push_back(lanewise<[](T a, T b) {
    return output<flushes, saturates>(input<flushes>(a) - input<flushes>(b));
  },
                          direction>(name("sub", optional)));
  rows.push_back(lanewise<[](T a, T b) {
    return output<flushes, saturates>(input<flushes>(a) * input<flushes>(b));
  },
                          direction>(name("mul", optional)));
  rows.push_back(lanewise<[](T a, T b, T c) {
    return output<flushes, saturates>(
        std::fma(input<flushes>(a), input<flushes>(b), input<flushes>(c)));
  },
                          direction>(name("fma", modifiers)));
  rows.push_back(lanewise<[](T a, T b, T c) {
    return output<flushes, saturates>(
        std::fma(input<flushes>(a), input<flushes>(b), input<flushes>(c)));
  },
                          direction>(name("mad", modifiers)));
  if constexpr (!saturates) {
    rows.push_back(lanewise<[](T a, T b) {
      return output<flushes, false>(input<flushes>(a) / input<flushes>(b));
    },
                            direction>(name("div", modifiers)));
    rows.push_back(
        lanewise<[](T a) { return output<flushes, false>(T{1} / input<flushes>(a)); }, direction>(
            name("rcp", modifiers)));
    rows.push_back(
        lanewise<[](T a) { return output<flushes, false>(std::sqrt(input<flushes>(a))); },
                 direction>(name("sqrt", modifiers)));
  }
}

template <class T, bool flushes, bool saturates>
void add_all_roundings(opcode_rows& rows, std::string const& tail) {
  add_rounded<T, flushes, saturates, FE_TONEAREST>(rows, ".rn", tail);
  add_rounded<T, flushes, saturates, FE_TOWARDZERO>(rows, ".rz", tail);
  add_rounded<T, flushes, saturates, FE_DOWNWARD>(rows, ".rm", tail);
  add_rounded<T, flushes, saturates, FE_UPWARD>(rows, ".rp", tail);
}

template <class T, bool flushes>
void add_exact(opcode_rows& rows, std::string const& tail) {
  rows.push_back(lanewise<[](T a, T b) { return minimum(input<flushes>(a), input<flushes>(b)); }>(
      "min" + tail));
  rows.push_back(lanewise<[](T a, T b) { return maximum(input<flushes>(a), input<flushes>(b)); }>(
      "max" + tail));
  rows.push_back(lanewise<[](T a) { return input<flushes>(-a); }>("neg" + tail));
  rows.push_back(lanewise<[](T a) { return input<flushes>(std::fabs(a)); }>("abs" + tail));
}

template <class T>
T nan_or(T a, T b, T otherwise) {
  return a != a || b != b ? bits_as<T>(u32{0x7FFFFFFF}) : otherwise;
}

}  // namespace

void add_float_opcodes(opcode_rows& rows) {
  add_all_roundings<f32, false, false>(rows, ".f32");
  add_all_roundings<f32, true, false>(rows, ".ftz.f32");
  add_all_roundings<f32, false, true>(rows, ".sat.f32");
  add_all_roundings<f32, true, true>(rows, ".ftz.sat.f32");
  add_all_roundings<f64, false, false>(rows, ".f64");
  add_exact<f32, false>(rows, ".f32");
  add_exact<f32, true>(rows, ".ftz.f32");
  add_exact<f64, false>(rows, ".f64");
  rows.push_back(lanewise<[](f32 a, f32 b) { return nan_or(a, b, minimum(a, b)); }>("min.NaN.f32"));
  rows.push_back(lanewise<[](f32 a, f32 b) { return nan_or(a, b, maximum(a, b)); }>("max.NaN.f32"));
  // The sign comes from the first operand.
  rows.push_back(
      lanewise<[](u32 a, u32 b) { return (a & 0x80000000U) | (b & 0x7FFFFFFFU); }>("copysign.f32"));
  rows.push_back(lanewise<[](u64 a, u64 b) { return (a & u64{1} << 63) | (b & ~(u64{1} << 63)); }>(
      "copysign.f64"));
  rows.push_back(lanewise<[](f32 a) { return std::isfinite(a); }>("testp.finite.f32"));
  rows.push_back(lanewise<[](f32 a) { return std::isinf(a); }>("testp.infinite.f32"));
  rows.push_back(lanewise<[](f32 a) { return a != a; }>("testp.notanumber.f32"));
  rows.push_back(lanewise<[](f64 a) { return std::isfinite(a); }>("testp.finite.f64"));
  rows.push_back(lanewise<[](f64 a) { return std::isinf(a); }>("testp.infinite.f64"));
  rows.push_back(lanewise<[](f64 a) { return a != a; }>("testp.notanumber.f64"));
}

}  // namespace emulator
