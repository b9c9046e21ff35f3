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

f32 nan_or(f32 a, f32 b, f32 otherwise) {
  return a != a || b != b ? bits_as<f32>(u32{0x7FFFFFFF}) : otherwise;
}

// The smaller or larger magnitude, with the product's sign.
f32 with_sign_of_product(f32 a, f32 b, f32 magnitude) {
  u32 const sign = (bits_as<u32>(a) ^ bits_as<u32>(b)) & 0x80000000U;
  return bits_as<f32>((bits_as<u32>(magnitude) & 0x7FFFFFFFU) | sign);
}

template <f32 (*extreme)(f32, f32), bool flushes>
void add_extreme_forms(opcode_rows& rows, std::string const& name) {
  std::string const head = flushes ? name + ".ftz" : name;
  rows.push_back(lanewise<[](f32 a, f32 b) {
    f32 const x = input<flushes>(a);
    f32 const y = input<flushes>(b);
    return nan_or(x, y, extreme(x, y));
  }>(head + ".NaN.f32"));
  rows.push_back(lanewise<[](f32 a, f32 b) {
    f32 const x = std::fabs(input<flushes>(a));
    f32 const y = std::fabs(input<flushes>(b));
    f32 const result = extreme(x, y);
    return result != result ? result : with_sign_of_product(a, b, result);
  }>(head + ".xorsign.abs.f32"));
  rows.push_back(lanewise<[](f32 a, f32 b) {
    f32 const x = std::fabs(input<flushes>(a));
    f32 const y = std::fabs(input<flushes>(b));
    f32 const result = nan_or(x, y, extreme(x, y));
    return result != result ? result : with_sign_of_product(a, b, result);
  }>(head + ".NaN.xorsign.abs.f32"));
}

template <class T>
void add_tests(opcode_rows& rows, std::string const& type) {
  rows.push_back(lanewise<[](T a) { return std::isfinite(a); }>("testp.finite." + type));
  rows.push_back(lanewise<[](T a) { return std::isinf(a); }>("testp.infinite." + type));
  rows.push_back(lanewise<[](T a) { return a == a; }>("testp.number." + type));
  rows.push_back(lanewise<[](T a) { return a != a; }>("testp.notanumber." + type));
  rows.push_back(lanewise<[](T a) { return std::isnormal(a); }>("testp.normal." + type));
  rows.push_back(lanewise<[](T a) {
    return a != 0 && std::fabs(a) < std::numeric_limits<T>::min();
  }>("testp.subnormal." + type));
}

// Two float32 a register, the first in the lower half.
struct float_pair {
  f32 low, high;
};
float_pair pair_of(u64 bits) { return bits_as<float_pair>(bits); }

template <bool flushes, int direction>
void add_pairs(opcode_rows& rows, std::string const& modifiers) {
  static constexpr auto both = [](auto function, auto... from) {
    return bits_as<u64>(
        float_pair{output<flushes, false>(function(input<flushes>(pair_of(from).low)...)),
                   output<flushes, false>(function(input<flushes>(pair_of(from).high)...))});
  };
  std::string const tail = std::string(flushes ? ".ftz" : "") + ".f32x2";
  std::string const optional = direction == FE_TONEAREST ? "{" + modifiers + "|}" : modifiers;
  rows.push_back(lanewise<[](u64 a, u64 b) {
    return both([](f32 x, f32 y) { return x + y; }, a, b);
  },
                          direction>("add" + optional + tail));
  rows.push_back(lanewise<[](u64 a, u64 b) {
    return both([](f32 x, f32 y) { return x - y; }, a, b);
  },
                          direction>("sub" + optional + tail));
  rows.push_back(lanewise<[](u64 a, u64 b) {
    return both([](f32 x, f32 y) { return x * y; }, a, b);
  },
                          direction>("mul" + optional + tail));
  rows.push_back(lanewise<[](u64 a, u64 b, u64 c) {
    return both([](f32 x, f32 y, f32 z) { return std::fma(x, y, z); }, a, b, c);
  },
                          direction>("fma" + modifiers + tail));
}

template <int direction>
void add_pairs_rounded(opcode_rows& rows, std::string const& rounding) {
  add_pairs<false, direction>(rows, rounding);
  add_pairs<true, direction>(rows, rounding);
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
  add_extreme_forms<minimum<f32>, false>(rows, "min");
  add_extreme_forms<minimum<f32>, true>(rows, "min");
  add_extreme_forms<maximum<f32>, false>(rows, "max");
  add_extreme_forms<maximum<f32>, true>(rows, "max");
  // The sign comes from the first operand.
  rows.push_back(
      lanewise<[](u32 a, u32 b) { return (a & 0x80000000U) | (b & 0x7FFFFFFFU); }>("copysign.f32"));
  rows.push_back(lanewise<[](u64 a, u64 b) { return (a & u64{1} << 63) | (b & ~(u64{1} << 63)); }>(
      "copysign.f64"));
  add_tests<f32>(rows, "f32");
  add_tests<f64>(rows, "f64");
  add_pairs_rounded<FE_TONEAREST>(rows, ".rn");
  add_pairs_rounded<FE_TOWARDZERO>(rows, ".rz");
  add_pairs_rounded<FE_DOWNWARD>(rows, ".rm");
  add_pairs_rounded<FE_UPWARD>(rows, ".rp");
}

}  // namespace emulator
