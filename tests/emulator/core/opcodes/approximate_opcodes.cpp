// The .approx instructions on float32: computed in float64, rounded once to float32, and then moved within the
// error that the PTX ISA allows where a test asks for that (core/approximation.hpp).
#include "core/approximation.hpp"
#include "core/opcodes/float_rules.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <tuple>

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

// A function of one or two arguments in float64, whatever they are.
f64 reciprocal(f64 a) { return 1.0 / a; }
f64 root(f64 a) { return std::sqrt(a); }
f64 reciprocal_root(f64 a) { return 1.0 / std::sqrt(a); }
f64 logarithm(f64 a) { return std::log2(a); }
f64 sine(f64 a) { return std::sin(a); }
f64 cosine(f64 a) { return std::cos(a); }
f64 hyperbolic_tangent(f64 a) { return std::tanh(a); }
f64 exponential(f64 a) { return power_of_two(static_cast<f32>(a)); }
f64 quotient(f64 a, f64 b) { return a / b; }

template <approximate_function which, auto function, bool flushes, class... Arguments>
f32 approximated(Arguments... a) {
  f64 const exact = function(input<flushes>(a)...);
  f32 const result = static_cast<f32>(exact);
  // Zeros, infinities and NaN, of arguments and results, are special cases of the instruction's
  // table.
  bool const special =
      ((a == 0 || !std::isfinite(a)) || ...) || !std::isfinite(result) || exact == 0;
  if (special) return output<flushes, false>(result);
  u64 key = 0;
  ((key = key << 32 | bits_as<u32>(a)), ...);
  f64 const first = std::get<0>(std::tuple(f64{a}...));
  return output<flushes, false>(
      moved(which, first, exact, result, approximation::current().share(which, key)));
}

template <approximate_function which, auto function, bool flushes, class... Arguments>
void run_approximate(warp& w, decoded_instruction const& in, lane_mask mask) {
  approximation& current = approximation::current();
  current.note_executed(which);
  if (current.is_exact()) {
    detail::lanewise_handler<[](Arguments... a) {
      return rounded<flushes>(function(input<flushes>(a)...));
    },
                             f32, Arguments...>::run(w, in, mask);
  } else {
    detail::lanewise_handler<approximated<which, function, flushes, Arguments...>, f32,
                             Arguments...>::run(w, in, mask);
  }
}

// approximated() for a bound in ulps, without a branch, so that the loop over lanes is vector code.
template <approximate_function which, auto function, bool flushes>
f32 moved_by_ulps(f32 a, f64 share) {
  constexpr f32 largest = std::numeric_limits<f32>::max();
  f64 const exact = function(input<flushes>(a));
  f32 const result = static_cast<f32>(exact);
  u32 const sign = bits_as<u32>(result) & 0x80000000U;
  auto const magnitude = static_cast<s32>(bits_as<u32>(result) & 0x7FFFFFFFU);
  auto const step = static_cast<s32>(std::nearbyint(share * ulps_bound<which>(a)));
  s32 const place = magnitude + (sign != 0 ? -step : step);
  f32 const moved = bits_as<f32>(sign | static_cast<u32>(place < 0 ? 0 : place));
  u32 const keeps = u32{a == 0} | u32{!(std::fabs(a) <= largest)} |
                    u32{!(std::fabs(result) <= largest)} | u32{exact == 0} |
                    u32{!(std::fabs(moved) <= largest)};
  return output<flushes, false>(keeps != 0 ? result : moved);
}

template <approximate_function which, auto function, bool flushes>
void run_moved_by_ulps(warp& w, decoded_instruction const& in, lane_mask mask) {
  approximation& current = approximation::current();
  if (current.is_exact()) return run_approximate<which, function, flushes, f32>(w, in, mask);
  current.note_executed(which);
  f32 const* const a = w.lanes<f32 const>(in.src[0]);
  u32 keys[warp_size];
  std::memcpy(keys, a, sizeof(keys));
  f64 shares[warp_size];
  current.shares(which, keys, shares);
  f32 results[warp_size];
  for (unsigned i = 0; i < warp_size; ++i)
    results[i] = moved_by_ulps<which, function, flushes>(a[i], shares[i]);
  f32* const to = w.lanes<f32>(in.dst);
  for (unsigned i = 0; i < warp_size; ++i) to[i] = (mask >> i & 1U) != 0 ? results[i] : to[i];
}

template <approximate_function which, auto function, bool flushes, class... Arguments>
opcode_row approximate(std::string name) {
  opcode_row row = lanewise<approximated<which, function, flushes, Arguments...>>(std::move(name));
  row.run = run_approximate<which, function, flushes, Arguments...>;
  return row;
}

template <approximate_function which, auto function, bool flushes>
opcode_row approximate_by_ulps(std::string name) {
  opcode_row row = approximate<which, function, flushes, f32>(std::move(name));
  row.run = run_moved_by_ulps<which, function, flushes>;
  return row;
}

// a * (1/b), whose second factor is 0 from 2^126 on.
template <bool flushes>
void run_fast_division(warp& w, decoded_instruction const& in, lane_mask mask) {
  f32 const* const a = w.lanes<f32 const>(in.src[0]);
  f32 const* const b = w.lanes<f32 const>(in.src[1]);
  f32 results[warp_size];
  approximation::current().note_executed(approximate_function::div);
  for (unsigned i = 0; i < warp_size; ++i) {
    bool const vanishes = std::fabs(b[i]) > 0x1p126F && std::isfinite(b[i]);
    results[i] = vanishes ? canonical(input<flushes>(a[i]) * std::copysign(0.0F, b[i]))
                          : approximated<approximate_function::div, quotient, flushes>(a[i], b[i]);
  }
  f32* const to = w.lanes<f32>(in.dst);
  for (unsigned i = 0; i < warp_size; ++i) to[i] = (mask >> i & 1U) != 0 ? results[i] : to[i];
}

template <bool flushes>
void add_float32(opcode_rows& rows, std::string const& tail) {
  using f = approximate_function;
  rows.push_back(approximate_by_ulps<f::ex2, exponential, flushes>("ex2.approx" + tail));
  rows.push_back(approximate_by_ulps<f::rcp, reciprocal, flushes>("rcp.approx" + tail));
  rows.push_back(approximate<f::sqrt, root, flushes, f32>("sqrt.approx" + tail));
  rows.push_back(approximate<f::rsqrt, reciprocal_root, flushes, f32>("rsqrt.approx" + tail));
  rows.push_back(approximate<f::lg2, logarithm, flushes, f32>("lg2.approx" + tail));
  rows.push_back(approximate<f::sin, sine, flushes, f32>("sin.approx" + tail));
  rows.push_back(approximate<f::cos, cosine, flushes, f32>("cos.approx" + tail));
  rows.push_back(approximate<f::div, quotient, flushes, f32, f32>("div.full" + tail));
  opcode_row division = approximate<f::div, quotient, flushes, f32, f32>("div.approx" + tail);
  division.run = run_fast_division<flushes>;
  rows.push_back(division);
}

}  // namespace

void add_approximate_opcodes(opcode_rows& rows) {
  add_float32<false>(rows, ".f32");
  add_float32<true>(rows, ".ftz.f32");
  rows.push_back(
      approximate<approximate_function::tanh, hyperbolic_tangent, false, f32>("tanh.approx.f32"));
}

}  // namespace emulator
