// The .approx instructions on 16-bit formats and float64: computed in float64, rounded once, and
// then moved within the error that the PTX ISA allows where a test asks for that.
#include "core/approximation.hpp"
#include "core/opcodes/float_rules.hpp"

#include <cmath>
#include <string>

namespace emulator {

namespace {

f64 reciprocal(f64 a) { return 1.0 / a; }
// Correctly rounded: a Newton step from a candidate, its residual exact to about 2^-100, tells how far
// the exact result is from it.
f64 reciprocal_root(f64 a) {
  f64 const near = 1.0 / std::sqrt(a);
  if (!std::isfinite(near) || near == 0) return near;
  f64 const product = a * near;
  f64 const rest = std::fma(a, near, -product);
  f64 const correction = near * 0.5 * (std::fma(-product, near, 1.0) - rest * near);
  f64 const above = std::nextafter(near, HUGE_VAL);
  f64 const below = std::nextafter(near, 0.0);
  if (correction > (above - near) / 2) return above;
  return correction < (below - near) / 2 ? below : near;
}
f64 power_of_two(f64 a) { return std::exp2(a); }
f64 hyperbolic_tangent(f64 a) { return std::tanh(a); }

// ---- formats: how the bits of a register are read and written, and the step to the next number --

// .ftz: subnormal numbers in and out become zero.
f32 from_bfloat_flushed(u16 bits) { return flushed(from_bfloat(bits)); }
u16 to_bfloat_flushed(f64 value) {
  u16 const result = to_bfloat(value);
  return (result & 0x7F80) != 0 ? result : static_cast<u16>(result & 0x8000);
}

template <f32 (*read_bits)(u16), u16 (*round)(f64)>
struct narrow {
  using bits = u16;
  static constexpr bits step = 1;
  static f64 read(bits a) { return read_bits(a); }
  static bits write(f64 value) { return round(value); }
};
using half = narrow<from_half, to_half>;
using bfloat = narrow<from_bfloat, to_bfloat>;
using flushed_bfloat = narrow<from_bfloat_flushed, to_bfloat_flushed>;

// The .ftz approximations in float64 read and write the upper 32 bits; the rest is zero.
struct upper_half {
  using bits = u64;
  static constexpr bits step = u64{1} << 32;
  static f64 read(bits a) {
    f64 const value = bits_as<f64>(a & ~(step - 1));
    return std::fabs(value) < 0x1p-1022 ? std::copysign(0.0, value) : value;
  }
  static bits write(f64 value) {
    if (value != value) return u64{0x7FFFFFFF} << 32;
    return bits_as<u64>(read(bits_as<u64>(value)));
  }
};

struct whole {
  using bits = u64;
  static constexpr bits step = 1;
  static f64 read(bits a) { return bits_as<f64>(a); }
  static bits write(f64 value) { return bits_as<u64>(value); }
};

// ---- one operation -----------------------------------------------------------------------------

/// What the bound allows to differ from the exact result.
f64 allowance(approximation_bound const& bound, f64 exact) {
  switch (bound.what) {
    case approximation_bound::unit::ulps:  // of float64
      return bound.size * (std::nextafter(std::fabs(exact), HUGE_VAL) - std::fabs(exact));
    case approximation_bound::unit::relative:
      return bound.size * std::fabs(exact);
    case approximation_bound::unit::absolute:
      break;
  }
  return bound.size;
}

template <class Format, f64 (*function)(f64)>
typename Format::bits rounded(typename Format::bits a) {
  return Format::write(function(Format::read(a)));
}

template <class Format, approximate_function which, f64 (*function)(f64)>
typename Format::bits approximated(typename Format::bits a) {
  f64 const argument = Format::read(a);
  f64 const exact = function(argument);
  auto const result = Format::write(exact);
  // Zeros, infinities and NaN are special cases of the instruction's table.
  if (argument == 0 || !std::isfinite(argument) || !std::isfinite(exact) || exact == 0 ||
      Format::read(result) == 0) {
    return result;
  }
  f64 const most = allowance(bound_of(which, argument), exact);
  f64 wanted = exact + approximation::current().share(which, a) * most;
  if (which == approximate_function::tanh_f16 || which == approximate_function::tanh_bf16)
    wanted = std::fmin(std::fmax(wanted, -1.0), 1.0);
  auto const beyond = [&](typename Format::bits candidate) {
    f64 const value = Format::read(candidate);
    return value == 0 || !std::isfinite(value) || std::fabs(value - exact) > most;
  };
  auto moved = Format::write(wanted);
  if (!beyond(moved)) return moved;
  // Rounding has gone past the bound: the next number on the way back.
  bool const smaller = std::fabs(Format::read(moved)) > std::fabs(exact);
  moved = static_cast<typename Format::bits>(smaller ? moved - Format::step : moved + Format::step);
  return beyond(moved) ? result : moved;
}

template <auto one>
u32 both(u32 a) {
  return u32{one(static_cast<u16>(a >> 16))} << 16 | one(static_cast<u16>(a));
}

template <approximate_function which, auto exact, auto moved, class Argument>
void run_either(warp& w, decoded_instruction const& in, lane_mask mask) {
  approximation& current = approximation::current();
  current.note_executed(which);
  auto const run = current.is_exact() ? detail::lanewise_handler<exact, Argument, Argument>::run
                                      : detail::lanewise_handler<moved, Argument, Argument>::run;
  run(w, in, mask);
}

template <approximate_function which, auto exact, auto moved, class Argument>
opcode_row approximate(std::string name) {
  opcode_row row = lanewise<exact>(std::move(name));
  row.run = run_either<which, exact, moved, Argument>;
  return row;
}

template <class Format, approximate_function which, f64 (*function)(f64)>
void add_narrow(opcode_rows& rows, std::string const& name) {
  constexpr auto exact = rounded<Format, function>;
  constexpr auto moved = approximated<Format, which, function>;
  rows.push_back(approximate<which, exact, moved, u16>(name));
  rows.push_back(approximate<which, both<exact>, both<moved>, u32>(name + "x2"));
}

template <class Format, approximate_function which, f64 (*function)(f64)>
opcode_row of_float64(std::string name) {
  return approximate<which, rounded<Format, function>, approximated<Format, which, function>, u64>(
      std::move(name));
}

}  // namespace

void add_other_approximate_opcodes(opcode_rows& rows) {
  using f = approximate_function;
  add_narrow<half, f::ex2_f16, power_of_two>(rows, "ex2.approx.f16");
  add_narrow<flushed_bfloat, f::ex2_bf16, power_of_two>(rows, "ex2.approx.ftz.bf16");
  add_narrow<half, f::tanh_f16, hyperbolic_tangent>(rows, "tanh.approx.f16");
  add_narrow<bfloat, f::tanh_bf16, hyperbolic_tangent>(rows, "tanh.approx.bf16");
  rows.push_back(of_float64<upper_half, f::rcp64, reciprocal>("rcp.approx.ftz.f64"));
  rows.push_back(of_float64<upper_half, f::rsqrt64, reciprocal_root>("rsqrt.approx.ftz.f64"));
  rows.push_back(of_float64<whole, f::rsqrt_f64, reciprocal_root>("rsqrt.approx.f64"));
}

}  // namespace emulator
