#include "support/samples.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace support {
namespace {

/// Random bits that follow from a seed and an index: splitmix64, its state computed directly.
std::uint64_t random_bits(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t value = seed + (index + 1) * 0x9E3779B97F4A7C15U;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9U;
  value = (value ^ value >> 27) * 0x94D049BB133111EBU;
  return value ^ value >> 31;
}

// Elements as sign, exponent field and mantissa.

std::uint64_t low_bits(int count) { return (std::uint64_t{1} << count) - 1; }
int sign_place(storage const& type) { return static_cast<int>(8 * type.bytes) - 1; }
int bias(storage const& type) { return 1 - type.smallest_exponent; }

/// A random number with this exponent field. Field 0 holds the subnormal numbers, of which each
/// binade is as likely as the others.
std::uint64_t element(storage const& type, bool negative, int field, std::uint64_t random) {
  std::uint64_t mantissa = random & low_bits(type.mantissa_bits);
  if (field == 0) mantissa >>= (random >> 56) % static_cast<unsigned>(type.mantissa_bits + 1);
  return (std::uint64_t{negative} << sign_place(type)) |
         (static_cast<std::uint64_t>(field) << type.mantissa_bits) | mantissa;
}

std::uint64_t random_gradient(storage const& type, std::uint64_t seed, std::uint64_t i) {
  std::uint64_t const choice = random_bits(~seed, 2 * i);
  int const field = static_cast<int>((choice >> 1) % static_cast<unsigned>(2 * bias(type) + 1));
  return element(type, (choice & 1U) != 0, field, random_bits(~seed, 2 * i + 1));
}
std::uint64_t gradient(storage const& type, std::uint64_t seed, std::uint64_t i) {
  bool const one = (random_bits(seed ^ 0x6479U, i) & 1U) != 0;
  return one ? encode(type, 1) : random_gradient(type, seed, i);
}

constexpr std::uint64_t steps = 64;  // on either side of a knot

}  // namespace

std::uint64_t seed() {
  static std::uint64_t const value = [] {
    char const* const given = std::getenv("ACTIVATIONS_CUDA_TEST_SEED");
    std::uint64_t const chosen =
        given != nullptr ? std::strtoull(given, nullptr, 0) : std::random_device{}();
    std::printf("ACTIVATIONS_CUDA_TEST_SEED=%llu\n", static_cast<unsigned long long>(chosen));
    return chosen;
  }();
  return value;
}

std::uint64_t every_input::dy(std::uint64_t i) const {
  return i < values() ? encode(type_, 1) : random_gradient(type_, seed_, i);
}

std::uint64_t spread_inputs::x(std::uint64_t i) const {
  if (i >= count_) {
    std::uint64_t const k = i - count_;
    return neighbour(knots_[k / neighbours()], k % neighbours());
  }
  bool const everywhere = i < count_ / 2;
  std::uint64_t const turn = everywhere ? i : i - count_ / 2;
  int const lowest = everywhere ? 0 : bias(type_) - 12;
  int const highest = bias(type_) + (everywhere ? bias(type_) : 7);
  auto const field = static_cast<int>(turn / 2 % static_cast<unsigned>(highest - lowest + 1));
  return element(type_, turn % 2 != 0, lowest + field, random_bits(seed_, i));
}

std::uint64_t spread_inputs::dy(std::uint64_t i) const { return gradient(type_, seed_, i); }

std::uint64_t spread_inputs::neighbours() const {
  // 0 to 64, then 2^7 to a power that leads from 0 beyond 1
  return 2 * (steps + 1 + static_cast<std::uint64_t>(sign_place(type_)) - 7);
}

std::uint64_t spread_inputs::neighbour(double knot, std::uint64_t which) const {
  std::uint64_t const step = which / 2;
  auto const distance =
      static_cast<std::int64_t>(step <= steps ? step : std::uint64_t{1} << (step - steps - 1 + 7));
  // Numbers in order, as integers.
  std::uint64_t const bits = encode(type_, knot);
  auto const magnitude = static_cast<std::int64_t>(bits & low_bits(sign_place(type_)));
  std::int64_t const place = bits >> sign_place(type_) != 0 ? -magnitude : magnitude;
  auto const largest = static_cast<std::int64_t>(
      (static_cast<std::uint64_t>(2 * bias(type_) + 1) << type_.mantissa_bits) - 1);
  // Not place + distance, which may be beyond the integers.
  std::int64_t const there = which % 2 == 0
                                 ? (place > largest - distance ? largest : place + distance)
                                 : (place < distance - largest ? -largest : place - distance);
  return there < 0 ? std::uint64_t{1} << sign_place(type_) | static_cast<std::uint64_t>(-there)
                   : static_cast<std::uint64_t>(there);
}

host_array inputs(storage const& type, std::vector<double> const& knots, std::mt19937_64& random,
                  std::uint64_t of_float32) {
  std::vector<std::uint64_t> bits;
  auto const keep = [&](sample const& from) {
    for (std::uint64_t i = 0; i < from.size(); ++i) {
      if (std::isfinite(decode(type, from.x(i)))) bits.push_back(from.x(i));
    }
  };
  if (type.bytes == 2) {
    keep(every_input(type, 1, 0));
  } else {
    keep(spread_inputs(type, knots, type.bytes == 4 ? of_float32 : 1 << 14, random()));
  }
  host_array result(type, bits.size());
  for (std::size_t i = 0; i < bits.size(); ++i) result.set_bits(i, bits[i]);
  return result;
}

host_array output_gradients(storage const& type, std::size_t n, std::mt19937_64& random) {
  std::uint64_t const from = random();
  host_array result(type, n);
  for (std::size_t i = 0; i < n; ++i) result.set_bits(i, gradient(type, from, i));
  return result;
}

}  // namespace support
