#include "core/approximation.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace emulator {

namespace {

constexpr std::array<std::string_view, approximate_functions> names{
    "ex2", "rcp",   "sqrt",    "rsqrt",     "lg2",     "sin",      "cos",      "tanh",
    "div", "rcp64", "rsqrt64", "rsqrt_f64", "ex2_f16", "ex2_bf16", "tanh_f16", "tanh_bf16"};

using unit = approximation_bound::unit;

// Floating-point numbers in order, as integers.
std::int64_t place_of(float value) {
  std::int32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits >= 0 ? bits : -static_cast<std::int64_t>(bits & 0x7FFFFFFF);
}
float at_place(std::int64_t place) {
  auto const magnitude = static_cast<std::uint32_t>(place < 0 ? -place : place);
  float value;
  std::memcpy(&value, &magnitude, sizeof(value));
  return place < 0 ? -value : value;
}

std::uint64_t mixed(std::uint64_t value) {  // splitmix64's finaliser
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9U;
  value = (value ^ value >> 27) * 0x94D049BB133111EBU;
  return value ^ value >> 31;
}
double random_share(std::uint64_t key, std::uint64_t argument_bits) {
  return static_cast<double>(static_cast<std::int64_t>(mixed(key ^ argument_bits))) * 0x1p-63;
}

}  // namespace

std::string_view to_string(approximate_function which) {
  return names[static_cast<unsigned>(which)];
}

approximation_bound bound_of(approximate_function which, double x) {
  using f = approximate_function;
  constexpr double pi = 3.14159265358979323846;
  switch (which) {
    case f::ex2:
      return {unit::ulps, ulps_bound<f::ex2>(x), "PTX ISA 9.7.3.21 ex2"};
    case f::rcp:
      return {unit::ulps, ulps_bound<f::rcp>(x), "PTX ISA 9.7.3.13 rcp"};
    case f::sqrt:
      return {unit::relative, 0x1p-23, "PTX ISA 9.7.3.15 sqrt"};
    case f::rsqrt:
      return {unit::relative, std::exp2(-22.9), "PTX ISA 9.7.3.16 rsqrt"};
    case f::lg2:
      return {x > 0.5 && x < 2 ? unit::absolute : unit::relative, 0x1p-22, "PTX ISA 9.7.3.20 lg2"};
    case f::sin:
    case f::cos: {
      // Beyond 100 pi the ISA promises nothing: the wider bound goes on.
      bool const near = std::fabs(x) <= 2 * pi;
      return {unit::absolute, std::exp2(near ? -20.5 : -14.7),
              "PTX ISA 9.7.3.18 sin, 9.7.3.19 cos"};
    }
    case f::tanh:
      return {unit::relative, 0x1p-11, "PTX ISA 9.7.3.22 tanh"};
    case f::div:
      return {unit::ulps, 2, "PTX ISA 9.7.3.8 div"};
    case f::rcp64:
      return {unit::relative, 0x1p-20,
              "PTX ISA 9.7.3.14 rcp.approx.ftz.f64: 20 bits, no bound given"};
    case f::rsqrt64:
      return {unit::relative, 0x1p-20,
              "PTX ISA 9.7.3.17 rsqrt.approx.ftz.f64: 20 bits, no bound given"};
    case f::rsqrt_f64:
      return {unit::ulps, 1,
              "PTX ISA 9.7.3.16 rsqrt.approx.f64: no bound given; that of CUDA's rsqrt()"};
    case f::ex2_f16:
      return {unit::relative, std::exp2(-9.9), "PTX ISA 9.7.4.10 ex2"};
    case f::ex2_bf16:
      return {unit::relative, 0x1p-7, "PTX ISA 9.7.4.10 ex2"};
    case f::tanh_f16:
      return {unit::absolute, std::exp2(-10.987), "PTX ISA 9.7.4.9 tanh"};
    case f::tanh_bf16:
      break;
  }
  return {unit::absolute, 0x1p-8, "PTX ISA 9.7.4.9 tanh"};
}

approximation& approximation::current() {
  static approximation instance;
  return instance;
}

std::string approximation::set(std::string_view text) {
  std::string allowed = "; allowed are exact, random:SEED and lists such as ex2=+,rcp=- of";
  for (auto const& name : names)
    allowed += (name == names.front() ? " " : ", ") + std::string(name);
  std::array<signed char, approximate_functions> direction{};
  std::uint64_t seed = 0;
  bool const random = text.substr(0, 7) == "random:";
  if (random) {
    char const* const end = text.data() + text.size();
    auto const [rest, error] = std::from_chars(text.data() + 7, end, seed);
    if (error != std::errc{} || rest != end)
      return "'" + std::string(text) + "' has no seed" + allowed;
  } else if (text != "exact") {
    while (!text.empty()) {
      std::string_view const item = text.substr(0, text.find(','));
      text.remove_prefix(std::min(text.size(), item.size() + 1));
      std::size_t const equals = item.find('=');
      std::string_view const sign = equals == std::string_view::npos ? "" : item.substr(equals + 1);
      unsigned which = 0;
      while (which < names.size() && names[which] != item.substr(0, equals)) ++which;
      if (which == names.size() || (sign != "+" && sign != "-")) {
        return "'" + std::string(item) + "' is no function with a sign" + allowed;
      }
      direction[which] = sign == "+" ? 1 : -1;
    }
  }
  random_ = random;
  seed_ = seed;
  direction_ = direction;
  exact_ = !random && direction == decltype(direction){};
  return "";
}

double approximation::share(approximate_function which, std::uint64_t argument_bits) const {
  auto const index = static_cast<unsigned>(which);
  if (!random_) return direction_[index];
  return random_share(mixed(seed_ + index), argument_bits);
}

void approximation::shares(approximate_function which, std::uint32_t const (&argument_bits)[32],
                           double (&result)[32]) const {
  auto const index = static_cast<unsigned>(which);
  if (!random_) {
    for (double& share : result) share = direction_[index];
    return;
  }
  std::uint64_t const key = mixed(seed_ + index);
  for (unsigned i = 0; i < 32; ++i) result[i] = random_share(key, argument_bits[i]);
}

float moved(approximate_function which, double x, double exact, float rounded, double share) {
  if (share == 0) return rounded;
  approximation_bound const bound = bound_of(which, x);
  float result;
  if (bound.what == unit::ulps) {
    std::int64_t const place =
        place_of(rounded) + static_cast<std::int64_t>(std::nearbyint(share * bound.size));
    // A power of two, and a quotient, has the sign that it has, however small it is.
    result = at_place(std::signbit(rounded) ? std::min<std::int64_t>(place, 0)
                                            : std::max<std::int64_t>(place, 0));
  } else {
    double const most = bound.what == unit::absolute ? bound.size : bound.size * std::fabs(exact);
    result = static_cast<float>(exact + share * most);
    // Rounding may have gone past the bound.
    if (std::fabs(static_cast<double>(result) - exact) > most) {
      result = at_place(place_of(result) + (static_cast<double>(result) > exact ? -1 : 1));
      if (std::fabs(static_cast<double>(result) - exact) > most) result = rounded;
    }
  }
  using f = approximate_function;
  if (which == f::tanh || which == f::sin || which == f::cos)
    result = std::fmin(std::fmax(result, -1.0F), 1.0F);
  if (result == 0) return std::copysign(0.0F, rounded);
  return std::isfinite(result) ? result : rounded;
}

}  // namespace emulator
