// cvt: between every pair of types, with rounding, flushing and saturation.
#include "core/opcodes/float_rules.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <tuple>

namespace emulator {

namespace {

template <class T>
struct named {
  using type = T;
  char const* name;
};

constexpr std::tuple integers{named<u8>{"u8"},   named<s8>{"s8"},   named<u16>{"u16"},
                              named<s16>{"s16"}, named<u32>{"u32"}, named<s32>{"s32"},
                              named<u64>{"u64"}, named<s64>{"s64"}};

template <class Function>
void for_each_integer(Function const& function) {
  std::apply([&](auto... each) { (function(each), ...); }, integers);
}

template <int direction>
constexpr char const* rounding_name() {
  return direction == FE_TONEAREST    ? "rn"
         : direction == FE_TOWARDZERO ? "rz"
         : direction == FE_DOWNWARD   ? "rm"
                                      : "rp";
}

template <class To, class From>
To clamped(From value) {
  if (std::cmp_less(value, std::numeric_limits<To>::min())) return std::numeric_limits<To>::min();
  if (std::cmp_greater(value, std::numeric_limits<To>::max()))
    return std::numeric_limits<To>::max();
  return static_cast<To>(value);
}

void add_integer_to_integer(opcode_rows& rows) {
  for_each_integer([&](auto to) {
    for_each_integer([&](auto from) {
      using To = typename decltype(to)::type;
      using From = typename decltype(from)::type;
      std::string const types = std::string(to.name) + "." + from.name;
      rows.push_back(lanewise<[](From a) { return static_cast<To>(a); }>("cvt." + types));
      rows.push_back(lanewise<[](From a) { return clamped<To>(a); }>("cvt.sat." + types));
    });
  });
}

/// A floating-point format as cvt sees it: what its registers hold, and how that becomes a number
/// and back.
struct format32 {
  static constexpr char const* name = "f32";
  using bits = f32;
  static f32 read(f32 a) { return a; }
  static f32 write(f64 a) { return canonical(static_cast<f32>(a)); }
};
struct format64 {
  static constexpr char const* name = "f64";
  using bits = f64;
  static f64 read(f64 a) { return a; }
  static f64 write(f64 a) { return a; }
};
struct format_half {
  static constexpr char const* name = "f16";
  using bits = u16;
  static f32 read(u16 a) { return from_half(a); }
  static u16 write(f64 a) { return to_half(a); }
};
struct format_bfloat {
  static constexpr char const* name = "bf16";
  using bits = u16;
  static f32 read(u16 a) { return from_bfloat(a); }
  static u16 write(f64 a) { return to_bfloat(a); }
};

// An integer as a float64 whose rounding to 16 bits is the integer's own: of 64 bits the lower 11
// only tell whether there is more than the upper 53, in the lowest of those.
template <class T>
f64 to_odd(T value) {
  if constexpr (sizeof(T) < 8) {
    return static_cast<f64>(value);
  } else {
    constexpr T lower = 0x7FF;
    bool const is_exact = value >= 0 ? value >> 53 == 0 : value >> 53 == T(-1);
    if (is_exact) return static_cast<f64>(value);
    return static_cast<f64>((value & ~lower) | ((value & lower) != 0 ? lower + 1 : 0));
  }
}

template <class Format, int direction>
void add_integer_to_float(opcode_rows& rows) {
  for_each_integer([&](auto from) {
    using From = typename decltype(from)::type;
    std::string const tail = std::string(".") + Format::name + "." + from.name;
    std::string const head = std::string("cvt.") + rounding_name<direction>();
    // float32 and float64 are converted to directly: float64 in between would round 64-bit integers
    // twice.
    rows.push_back(lanewise<[](From a) {
      if constexpr (std::is_floating_point_v<typename Format::bits>)
        return static_cast<typename Format::bits>(a);
      else
        return Format::write(to_odd(a));
    },
                            direction>(head + tail));
  });
}

// Clamped to the type's range; NaN is 0, or, where 64 bits take part, the top bit alone.
template <class To, bool from_f64>
To to_integer(f64 value) {
  if (value != value)
    return from_f64 || sizeof(To) == 8 ? static_cast<To>(u64{1} << (8 * sizeof(To) - 1)) : To{0};
  f64 const lowest = static_cast<f64>(std::numeric_limits<To>::min());
  f64 const beyond = std::ldexp(1.0, std::numeric_limits<To>::digits);
  if (value < lowest) return std::numeric_limits<To>::min();
  if (value >= beyond) return std::numeric_limits<To>::max();
  return static_cast<To>(value);
}

template <class Format, int direction>
void add_float_to_integer(opcode_rows& rows) {
  for_each_integer([&](auto to) {
    using To = typename decltype(to)::type;
    std::string const head = std::string("cvt.") + rounding_name<direction>() + "i";
    std::string const tail = std::string("{.sat|}.") + to.name + "." + Format::name;
    rows.push_back(lanewise<[](typename Format::bits a) {
      return to_integer<To, std::is_same_v<Format, format64>>(
          std::nearbyint(static_cast<f64>(Format::read(a))));
    },
                            direction>(head + tail));
    if constexpr (std::is_same_v<Format, format32>) {
      rows.push_back(lanewise<[](f32 a) {
        return to_integer<To, false>(std::nearbyint(static_cast<f64>(flushed(a))));
      },
                              direction>(head + ".ftz" + tail));
    }
  });
}

// To an integral value of the same type.
template <class Format, int direction>
void add_round_to_integral(opcode_rows& rows) {
  using bits = typename Format::bits;
  std::string const head = std::string("cvt.") + rounding_name<direction>() + "i";
  std::string const tail = std::string(".") + Format::name + "." + Format::name;
  rows.push_back(lanewise<[](bits a) {
    return Format::write(std::nearbyint(static_cast<f64>(Format::read(a))));
  },
                          direction>(head + tail));
  if constexpr (std::is_same_v<Format, format32>) {
    rows.push_back(lanewise<[](f32 a) { return canonical(std::nearbyint(flushed(a))); }, direction>(
        head + ".ftz" + tail));
    rows.push_back(lanewise<[](f32 a) { return saturated(std::nearbyint(a)); }, direction>(
        head + ".sat" + tail));
  }
}

// Narrowing conversions round; .relu turns negative results and NaN's sign away.
template <class To, class From, int direction>
void add_narrowing(opcode_rows& rows) {
  std::string const head = std::string("cvt.") + rounding_name<direction>();
  std::string const tail = std::string(".") + To::name + "." + From::name;
  using bits = typename From::bits;
  if constexpr (direction == FE_TONEAREST && std::is_same_v<From, format32> &&
                !std::is_same_v<To, format32>) {
    constexpr bool is_half = std::is_same_v<To, format_half>;
    rows.push_back(
        lanewise<[](f32 a) { return is_half ? to_half_nearest(a) : to_bfloat_nearest(a); }>(head +
                                                                                            tail));
    // The first operand goes to the upper half.
    rows.push_back(lanewise<[](f32 high, f32 low) {
      return is_half ? u32{to_half_nearest(high)} << 16 | to_half_nearest(low)
                     : u32{to_bfloat_nearest(high)} << 16 | to_bfloat_nearest(low);
    }>(head + "." + To::name + "x2.f32"));
    rows.push_back(lanewise<[](f32 high, f32 low) {
      f32 const h = high < 0 ? 0.0F : high;
      f32 const l = low < 0 ? 0.0F : low;
      return is_half ? u32{to_half_nearest(h)} << 16 | to_half_nearest(l)
                     : u32{to_bfloat_nearest(h)} << 16 | to_bfloat_nearest(l);
    }>(head + ".relu." + To::name + "x2.f32"));
    rows.push_back(lanewise<[](f32 a) {
      return is_half ? to_half_nearest(flushed(a)) : to_bfloat_nearest(flushed(a));
    }>(head + ".ftz" + tail));
  } else {
    rows.push_back(
        lanewise<[](bits a) { return To::write(From::read(a)); }, direction>(head + tail));
    if constexpr (std::is_same_v<From, format32> && !std::is_same_v<To, format32>) {
      rows.push_back(
          lanewise<[](f32 high, f32 low) { return u32{To::write(high)} << 16 | To::write(low); },
                   direction>(head + "." + To::name + "x2.f32"));
    }
  }
  rows.push_back(
      lanewise<[](bits a) { return To::write(saturated(static_cast<f64>(From::read(a)))); },
               direction>(head + ".sat" + tail));
  if constexpr (std::is_same_v<To, format32>) {
    rows.push_back(lanewise<[](bits a) { return flushed(To::write(From::read(a))); }, direction>(
        head + ".ftz" + tail));
  }
}

template <int direction>
void add_rounding(opcode_rows& rows) {
  add_integer_to_float<format32, direction>(rows);
  add_integer_to_float<format64, direction>(rows);
  add_integer_to_float<format_half, direction>(rows);
  add_integer_to_float<format_bfloat, direction>(rows);
  add_float_to_integer<format32, direction>(rows);
  add_float_to_integer<format64, direction>(rows);
  add_float_to_integer<format_half, direction>(rows);
  add_float_to_integer<format_bfloat, direction>(rows);
  add_round_to_integral<format32, direction>(rows);
  add_round_to_integral<format64, direction>(rows);
  add_round_to_integral<format_half, direction>(rows);
  add_round_to_integral<format_bfloat, direction>(rows);
  add_narrowing<format32, format64, direction>(rows);
  add_narrowing<format_half, format64, direction>(rows);
  add_narrowing<format_bfloat, format64, direction>(rows);
  add_narrowing<format_half, format32, direction>(rows);
  add_narrowing<format_bfloat, format32, direction>(rows);
}

}  // namespace

void add_conversion_opcodes(opcode_rows& rows) {
  add_integer_to_integer(rows);
  add_rounding<FE_TONEAREST>(rows);
  add_rounding<FE_TOWARDZERO>(rows);
  add_rounding<FE_DOWNWARD>(rows);
  add_rounding<FE_UPWARD>(rows);
  rows.push_back(lanewise<[](f32 a) { return static_cast<f64>(a); }>("cvt.f64.f32"));
  rows.push_back(lanewise<[](f32 a) { return static_cast<f64>(flushed(a)); }>("cvt.ftz.f64.f32"));
  rows.push_back(lanewise<[](u16 a) { return canonical(from_half(a)); }>("cvt{.ftz|}.f32.f16"));
  rows.push_back(lanewise<[](u16 a) { return static_cast<f64>(from_half(a)); }>("cvt.f64.f16"));
  rows.push_back(lanewise<[](u16 a) { return canonical(from_bfloat(a)); }>("cvt.f32.bf16"));
  rows.push_back(lanewise<[](u16 a) { return static_cast<f64>(from_bfloat(a)); }>("cvt.f64.bf16"));
  rows.push_back(lanewise<[](f32 a) { return canonical(a); }>("cvt.f32.f32"));
  rows.push_back(lanewise<[](f32 a) { return canonical(flushed(a)); }>("cvt.ftz.f32.f32"));
  rows.push_back(lanewise<[](f32 a) { return saturated(a); }>("cvt.sat.f32.f32"));
  rows.push_back(lanewise<[](f32 a) { return saturated(flushed(a)); }>("cvt.ftz.sat.f32.f32"));
  rows.push_back(lanewise<[](f64 a) { return a; }>("cvt.f64.f64"));
  rows.push_back(lanewise<[](f64 a) { return saturated(a); }>("cvt.sat.f64.f64"));
}

}  // namespace emulator
