#include "support/error_screen.hpp"

#include <algorithm>

// The dynamic linker takes the version that the processor can execute.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_SEVERAL_PROCESSORS __attribute__((target_clones("default", "arch=x86-64-v3")))
#else
#define FOR_SEVERAL_PROCESSORS
#endif

namespace support {
namespace {

// g++ does not make vector code of a maximum that minds NaN, so the vectors are written.
constexpr std::size_t lanes = 4;
using floats = float __attribute__((vector_size(4 * lanes)));
using doubles = double __attribute__((vector_size(8 * lanes)));
using integers = std::int64_t __attribute__((vector_size(8 * lanes)));

}  // namespace

FOR_SEVERAL_PROCESSORS
screened screen(float const* results, double const* exact, double const* factors, std::size_t n,
                double allowed) {
  integers const all_but_sign = integers{} + INT64_MAX;
  integers clear = integers{} - 1;
  integers zeros{};
  doubles worst{};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    floats result;
    doubles expected;
    doubles factor;
    std::memcpy(&result, results + i, sizeof(result));
    std::memcpy(&expected, exact + i, sizeof(expected));
    std::memcpy(&factor, factors + i, sizeof(factor));
    doubles const value = __builtin_convertvector(result, doubles);
    doubles const distance =
        reinterpret_cast<doubles>(reinterpret_cast<integers>(value - expected) & all_but_sign);
    doubles const scaled = distance * factor;
    clear &= (scaled <= allowed) & (scaled >= -(1 - 0x1p-40));
    worst = scaled > worst ? scaled : worst;
    zeros -= value == 0;
  }
  screened found{true, 0, 0};
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    found.clear = found.clear && clear[lane] != 0;
    found.worst = std::max(found.worst, worst[lane]);
    found.zeros += static_cast<std::size_t>(zeros[lane]);
  }
  for (; i < n; ++i) {
    double const scaled = std::fabs(results[i] - exact[i]) * factors[i];
    found.clear = found.clear && is_clear(scaled, allowed);
    found.worst = std::max(found.worst, scaled);
    found.zeros += results[i] == 0 ? 1 : 0;
  }
  return found;
}

}  // namespace support
