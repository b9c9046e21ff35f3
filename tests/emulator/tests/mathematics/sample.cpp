#include "sample.hpp"

#include "pairs.hpp"
#include "representation.hpp"

#include <cstdio>
#include <cstdlib>

namespace mathematics {

namespace {

constexpr unsigned per_range = 10'000;
constexpr unsigned steps_from_point = 64;
constexpr unsigned quarter_turns = 12'000;

// As many for each exponent as makes about 40,000 in all.
template <class T>
constexpr unsigned per_exponent = sizeof(T) == 4 ? 64 : 8;

template <class T>
void add_special_values(std::vector<T>& x) {
  using limits = std::numeric_limits<T>;
  x.insert(x.end(), {T{0}, -T{0}, limits::infinity(), -limits::infinity(), limits::quiet_NaN()});
}

template <class T>
void add_each_exponent(std::vector<T>& x, std::mt19937_64& random) {
  for (int exponent = format<T>::lowest; exponent <= format<T>::highest; ++exponent) {
    for (T const sign : {T{1}, T{-1}}) {
      x.push_back(sign * std::ldexp(T{1}, exponent));
      x.push_back(sign * std::nextafter(std::ldexp(T{1}, exponent), T{0}));
      for (unsigned i = 0; i < per_exponent<T>; ++i) {
        x.push_back(sign * with_exponent<T>(exponent, random));
      }
    }
  }
}

// All neighbours, and from there on ever farther ones.
template <class T>
void add_around(std::vector<T>& x, T point, std::mt19937_64& random) {
  for (unsigned step = 0; step <= steps_from_point; ++step) {
    x.push_back(moved_by(point, step));
    x.push_back(moved_by(point, -std::int64_t{step}));
  }
  for (int bits = 7; bits < format<T>::digits; ++bits) {
    for (unsigned i = 0; i < 16; ++i) {
      auto const distance = static_cast<std::int64_t>(random() >> (64 - bits));
      x.push_back(moved_by(point, i % 2 == 0 ? distance : -distance));
    }
  }
}

// The numbers next to k pi/2. k has up to as many bits as T, times a power of 2: every exponent is reached.
template <class T>
void add_quarter_turns(std::vector<T>& x, std::mt19937_64& random) {
  mpfr_t half_pi, product;
  mpfr_inits2(1200, half_pi, product, nullptr);
  mpfr_const_pi(half_pi, MPFR_RNDN);
  mpfr_div_2ui(half_pi, half_pi, 1, MPFR_RNDN);
  for (unsigned i = 0; i < quarter_turns; ++i) {
    unsigned long const k = i < quarter_turns / 4 ? i : random() >> (64 - 1 - random() % 53);
    long const exponent = i % 2 == 0 ? 0 : static_cast<long>(random() % (format<T>::highest + 1));
    mpfr_mul_ui(product, half_pi, k, MPFR_RNDN);
    mpfr_mul_2si(product, product, exponent, MPFR_RNDN);
    auto const near = static_cast<T>(mpfr_get_d(product, MPFR_RNDN));
    if (!std::isfinite(near)) continue;
    for (std::int64_t const step : {0, 1, -1}) x.push_back(moved_by(near, step));
  }
  mpfr_clears(half_pi, product, nullptr);
  // No float64 is closer to a multiple of pi/2, for its size, than the first; no float32 than the second (Muller, "Elementary
  // Functions", worst cases of range reduction).
  for (double const worst : {std::ldexp(6381956970095103.0, 797), std::ldexp(16367173.0, 72)}) {
    if (auto const near = static_cast<T>(worst); std::isfinite(near)) x.push_back(near);
  }
}

}  // namespace

template <class T>
sample<T> sample_for(function const& f, std::mt19937_64& random) {
  if (f.where.pairs != pair_kind::none) return pairs<T>(f.where.pairs, random);
  sample<T> result;
  add_special_values(result.x);
  add_each_exponent(result.x, random);
  for (double const point : f.where.points) {
    add_around(result.x, static_cast<T>(point), random);
    add_around(result.x, static_cast<T>(-point), random);
  }
  for (auto const& [low, high] : f.where.ranges) {
    std::uniform_real_distribution<double> between(low, high);
    for (unsigned i = 0; i < per_range; ++i) result.x.push_back(static_cast<T>(between(random)));
  }
  if (f.where.quarter_turns) add_quarter_turns(result.x, random);
  result.y.resize(result.x.size());
  return result;
}

template sample<float> sample_for(function const&, std::mt19937_64&);
template sample<double> sample_for(function const&, std::mt19937_64&);

std::uint64_t seed() {
  static std::uint64_t const value = [] {
    char const* const given = std::getenv("EMULATOR_TEST_SEED");
    std::uint64_t const chosen =
        given != nullptr ? std::strtoull(given, nullptr, 0) : std::random_device{}();
    std::printf("EMULATOR_TEST_SEED=%llu\n", static_cast<unsigned long long>(chosen));
    return chosen;
  }();
  return value;
}

}  // namespace mathematics
