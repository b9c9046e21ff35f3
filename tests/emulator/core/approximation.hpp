// How far the .approx instructions are moved from the correctly rounded result. Hardware may differ
// from it by what the PTX ISA documents; results that hold for one sign of every error need not
// hold for another.
#pragma once

#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace emulator {

enum class approximate_function : std::uint8_t {
  ex2,
  rcp,
  sqrt,
  rsqrt,
  lg2,
  sin,
  cos,
  tanh,
  div,
  rcp64,    // rcp.approx.ftz.f64
  rsqrt64,  // rsqrt.approx.ftz.f64
  rsqrt_f64,
  ex2_f16,
  ex2_bf16,
  tanh_f16,
  tanh_bf16
};
inline constexpr unsigned approximate_functions =
    static_cast<unsigned>(approximate_function::tanh_bf16) + 1;

std::string_view to_string(approximate_function which);

/// The documented bound of one function, and where it is documented.
struct approximation_bound {
  enum class unit : std::uint8_t { ulps, relative, absolute };
  unit what;
  double size;
  std::string_view source;
};
/// The bound of ex2 and rcp for the argument x, in ulps. libdevice takes ex2 for the exact power
/// where x is whole: tanh and erf in double, documented to err by 1 and 2 ulps, have no other source
/// of 2^k.
template <approximate_function which>
double ulps_bound(double x) {
  static_assert(which == approximate_function::ex2 || which == approximate_function::rcp);
  if constexpr (which == approximate_function::rcp) return 1;
  return x == std::nearbyint(x) ? 0.0 : 2.0;
}

/// For the argument x: some bounds depend on it.
approximation_bound bound_of(approximate_function which, double x);

/// What all launches use; changed between launches only.
class approximation {
 public:
  static approximation& current();

  /// "exact"; "ex2=+,rcp=-": these moved by their bound, up or down, the others exact;
  /// "random:SEED": each by a part of its bound between -1 and 1 that depends on the seed, the
  /// function and the arguments, as hardware's error does. Returns what is wrong with the text, or
  /// "".
  std::string set(std::string_view text);

  bool is_exact() const { return exact_; }
  /// The part of its bound, from -1 to 1, by which this call is moved.
  double share(approximate_function which, std::uint64_t argument_bits) const;
  /// Those for a warp's arguments.
  void shares(approximate_function which, std::uint32_t const (&argument_bits)[32],
              double (&result)[32]) const;

  /// Which functions have been executed since the last call, a bit each.
  std::uint32_t take_executed() { return executed_.exchange(0); }
  void note_executed(approximate_function which) {
    std::uint32_t const bit = 1U << static_cast<unsigned>(which);
    if ((executed_.load(std::memory_order_relaxed) & bit) == 0) executed_.fetch_or(bit);
  }

 private:
  bool exact_ = true;
  bool random_ = false;
  std::uint64_t seed_ = 0;
  std::array<signed char, approximate_functions> direction_{};
  std::atomic<std::uint32_t> executed_{0};
};

/// `rounded`, which is `exact` correctly rounded, moved by a share of the bound; never beyond it.
/// Results that are special cases of the instruction's table (zeros, infinities, NaN) are not
/// passed here.
float moved(approximate_function which, double x, double exact, float rounded, double share);

}  // namespace emulator
