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
  static constexpr u16 infinity = 0x7C00;
  using bits = u16;
  static f32 read(u16 a) { return from_half(a); }
  static u16 write(f64 a) { return to_half(a); }
};
struct format_bfloat {
  static constexpr char const* name = "bf16";
  static constexpr u16 infinity = 0x7F80;
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
    rows.push_back(
        lanewise<[](f32 a) { return saturated(std::nearbyint(flushed(a))); }, direction>(
            head + ".ftz.sat" + tail));
  }
}

template <bool relu, class T>
T not_negative(T value) {
  return relu && value < 0 ? T{0} : value;
}

/// float32 to 16 bits. .relu turns negative numbers into 0, .satfinite infinity into the largest
/// number.
template <class To, int direction, bool relu, bool finite>
u16 narrowed(f32 a) {
  f32 const value = not_negative<relu>(a);
  u16 result = 0;
  if constexpr (direction == FE_TONEAREST) {
    result = std::is_same_v<To, format_half> ? to_half_nearest(value) : to_bfloat_nearest(value);
  } else {
    result = To::write(value);
  }
  return finite && (result & 0x7FFF) == To::infinity ? static_cast<u16>(result - 1) : result;
}

template <class To, int direction, bool relu, bool finite>
void add_float32_to_16_bits(opcode_rows& rows) {
  constexpr auto narrow = narrowed<To, direction, relu, finite>;
  std::string const head = std::string("cvt.") + rounding_name<direction>() +
                           (relu ? ".relu" : "") + (finite ? ".satfinite." : ".") + To::name;
  rows.push_back(lanewise<[](f32 a) { return narrow(a); }, direction>(head + ".f32"));
  // The first operand goes to the upper half.
  rows.push_back(lanewise<[](f32 high, f32 low) { return u32{narrow(high)} << 16 | narrow(low); },
                          direction>(head + "x2.f32"));
}

template <class To, class From, int direction>
void add_narrowing(opcode_rows& rows) {
  std::string const head = std::string("cvt.") + rounding_name<direction>();
  std::string const tail = std::string(".") + To::name + "." + From::name;
  using bits = typename From::bits;
  if constexpr (std::is_same_v<From, format32>) {
    add_float32_to_16_bits<To, direction, false, false>(rows);
    add_float32_to_16_bits<To, direction, true, false>(rows);
    add_float32_to_16_bits<To, direction, false, true>(rows);
    add_float32_to_16_bits<To, direction, true, true>(rows);
    rows.push_back(lanewise<[](f32 a) {
      return narrowed<To, direction, false, false>(flushed(a));
    },
                            direction>(head + ".ftz" + tail));
  } else {
    rows.push_back(
        lanewise<[](bits a) { return To::write(From::read(a)); }, direction>(head + tail));
  }
  rows.push_back(
      lanewise<[](bits a) { return To::write(saturated(static_cast<f64>(From::read(a)))); },
               direction>(head + ".sat" + tail));
  if constexpr (std::is_same_v<To, format32>) {
    rows.push_back(lanewise<[](bits a) { return flushed(To::write(From::read(a))); }, direction>(
        head + ".ftz" + tail));
    rows.push_back(lanewise<[](bits a) {
      return flushed(To::write(saturated(static_cast<f64>(From::read(a)))));
    },
                            direction>(head + ".ftz.sat" + tail));
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
  add_narrowing<format_bfloat, format_half, direction>(rows);
  add_narrowing<format_half, format_bfloat, direction>(rows);
}

// To a format that holds every value of the other.
template <class To, class From>
void add_widening(opcode_rows& rows) {
  using bits = typename From::bits;
  std::string const tail = std::string(".") + To::name + "." + From::name;
  rows.push_back(lanewise<[](bits a) { return To::write(From::read(a)); }>("cvt" + tail));
  rows.push_back(lanewise<[](bits a) {
    return To::write(saturated(static_cast<f64>(From::read(a))));
  }>("cvt.sat" + tail));
  // Only float32 numbers are flushed.
  if constexpr (std::is_same_v<From, format32> || std::is_same_v<To, format32>) {
    rows.push_back(
        lanewise<[](bits a) { return To::write(flushed(From::read(a))); }>("cvt.ftz" + tail));
    rows.push_back(lanewise<[](bits a) {
      return To::write(saturated(static_cast<f64>(flushed(From::read(a)))));
    }>("cvt.ftz.sat" + tail));
  }
}

}  // namespace

void add_conversion_opcodes(opcode_rows& rows) {
  add_integer_to_integer(rows);
  add_rounding<FE_TONEAREST>(rows);
  add_rounding<FE_TOWARDZERO>(rows);
  add_rounding<FE_DOWNWARD>(rows);
  add_rounding<FE_UPWARD>(rows);
  add_widening<format64, format32>(rows);
  add_widening<format64, format_half>(rows);
  add_widening<format64, format_bfloat>(rows);
  add_widening<format32, format_half>(rows);
  add_widening<format32, format_bfloat>(rows);
  add_widening<format32, format32>(rows);
  add_widening<format64, format64>(rows);
  add_widening<format_half, format_half>(rows);
}

}  // namespace emulator
