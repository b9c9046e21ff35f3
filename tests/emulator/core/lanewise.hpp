// Rows for instructions that treat each lane alike: a captureless lambda over scalars is the
// instruction's meaning, its parameter and result types are its operands; bool is a predicate.
#pragma once

#include "core/decoder.hpp"
#include "core/opcode.hpp"
#include "core/warp.hpp"

#include <cfenv>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace emulator {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using s8 = std::int8_t;
using s16 = std::int16_t;
using s32 = std::int32_t;
using s64 = std::int64_t;
using f32 = float;
using f64 = double;

template <class To, class From>
To bits_as(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof(to));
  return to;
}

template <class T>
constexpr operand_type operand_of() {
  if constexpr (std::is_same_v<T, bool>) {
    return {operand_type::kind::predicate, 0, false};
  } else if constexpr (std::is_floating_point_v<T>) {
    return {operand_type::kind::floating, sizeof(T), true};
  } else {
    return {operand_type::kind::integer, sizeof(T), std::is_signed_v<T>};
  }
}

/// Bit i is set where values[i] is not 0; each value is 0 or all ones.
inline lane_mask to_mask(std::uint32_t const (&values)[warp_size]) {
#if defined(__AVX2__)
  lane_mask result = 0;
  for (unsigned i = 0; i < warp_size; i += 8) {
    __m256 const eight = _mm256_loadu_ps(reinterpret_cast<float const*>(values + i));
    result |= static_cast<lane_mask>(_mm256_movemask_ps(eight)) << i;
  }
  return result;
#else
  lane_mask result = 0;
  for (unsigned i = 0; i < warp_size; ++i) result |= (values[i] & 1U) << i;
  return result;
#endif
}

/// The rounding of a handler's floating-point operations, as an <fenv.h> direction.
class rounding_scope {
 public:
  explicit rounding_scope(int direction) : before_(std::fegetround()) { set(direction); }
  ~rounding_scope() { set(before_); }
  rounding_scope(rounding_scope const&) = delete;
  rounding_scope& operator=(rounding_scope const&) = delete;

 private:
  // The barriers keep the loads before, the arithmetic between and the stores after where they
  // stand.
  static void set(int direction) {
    asm volatile("" ::: "memory");
    std::fesetround(direction);
    asm volatile("" ::: "memory");
  }
  int before_;
};

namespace detail {

template <class T>
struct lane_source {
  T const* values;
  lane_source(warp const& w, slot where) : values(w.lanes<T const>(where)) {}
  T operator[](unsigned lane) const { return values[lane]; }
};
template <>
struct lane_source<bool> {
  lane_mask mask;
  lane_source(warp const& w, slot where) : mask(w.predicate(where)) {}
  bool operator[](unsigned lane) const { return (mask >> lane & 1U) != 0; }
};

template <auto function, class Result, class... Sources>
struct lanewise_handler {
  static void run(warp& w, decoded_instruction const& in, lane_mask mask) {
    run_with(w, in, mask, std::index_sequence_for<Sources...>{});
  }

  template <std::size_t... i>
  static void run_with(warp& w, decoded_instruction const& in, lane_mask mask,
                       std::index_sequence<i...>) {
    apply(w, in, mask, lane_source<Sources>(w, in.src[i])...);
  }

  template <class... Lanes>
  static void apply(warp& w, decoded_instruction const& in, lane_mask mask, Lanes const... from) {
    if constexpr (std::is_same_v<Result, bool>) {
      alignas(32) std::uint32_t results[warp_size];
      for (unsigned i = 0; i < warp_size; ++i) results[i] = function(from[i]...) ? ~0U : 0U;
      lane_mask& to = w.predicate(in.dst);
      to = (to & ~mask) | (to_mask(results) & mask);
    } else {
      Result* const to = w.lanes<Result>(in.dst);
      // A destination is a source or apart from it: lanes never overlap crosswise.
      if (mask == full_mask) {
#pragma GCC ivdep
        for (unsigned i = 0; i < warp_size; ++i) to[i] = function(from[i]...);
      } else {
#pragma GCC ivdep
        for (unsigned i = 0; i < warp_size; ++i) {
          Result const value = function(from[i]...);
          to[i] = (mask >> i & 1U) != 0 ? value : to[i];
        }
      }
    }
  }
};

/// The same with directed rounding.
template <auto function, int direction, class Result, class... Sources>
void run_rounded(warp& w, decoded_instruction const& in, lane_mask mask) {
  rounding_scope const scope(direction);
  lanewise_handler<function, Result, Sources...>::run(w, in, mask);
}

template <auto function, int direction, class Result, class... Sources>
opcode_row lanewise_row(std::string pattern, Result (*)(Sources...)) {
  static_assert(sizeof...(Sources) <= 4);
  opcode_row row;
  row.pattern = std::move(pattern);
  row.decode = decode_lanewise;
  if constexpr (direction == FE_TONEAREST) {
    row.run = lanewise_handler<function, Result, Sources...>::run;
  } else {
    row.run = run_rounded<function, direction, Result, Sources...>;
  }
  row.dst = operand_of<Result>();
  row.src = {operand_of<Sources>()...};
  row.sources = sizeof...(Sources);
  return row;
}

template <auto function>
void run_predicates(warp& w, decoded_instruction const& in, lane_mask mask) {
  lane_mask& to = w.predicate(in.dst);
  lane_mask result;
  if constexpr (std::is_invocable_v<decltype(function), lane_mask>) {
    result = function(w.predicate(in.src[0]));
  } else {
    result = function(w.predicate(in.src[0]), w.predicate(in.src[1]));
  }
  to = (to & ~mask) | (result & mask);
}

}  // namespace detail

/// lanewise<[](u32 a, u32 b) { return a + b; }>("add.{u32|s32|b32}")
template <auto function, int direction = FE_TONEAREST>
opcode_row lanewise(std::string pattern) {
  return detail::lanewise_row<function, direction>(std::move(pattern), +function);
}

/// The same for predicates, all lanes of which are one word: a lambda over lane_mask.
template <auto function>
opcode_row predicatewise(std::string pattern) {
  opcode_row row;
  row.pattern = std::move(pattern);
  row.decode = decode_lanewise;
  row.run = detail::run_predicates<function>;
  row.dst = operand_of<bool>();
  row.src = {operand_of<bool>(), operand_of<bool>()};
  row.sources = std::is_invocable_v<decltype(function), lane_mask> ? 1 : 2;
  return row;
}

}  // namespace emulator
