// Inputs for accuracy tests.
#pragma once

#include "support/storage.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace support {

/// ACTIVATIONS_CUDA_TEST_SEED, or else a fresh one; printed, so that a failure can be had again.
std::uint64_t seed();

/// Pairs of x and dy, as bits. Pair i follows from the seed and i alone, so that any part of a
/// sample can be had at any time and by any thread.
class sample {
 public:
  virtual ~sample() = default;
  virtual std::uint64_t size() const = 0;
  /// Infinities and NaN may be among them.
  virtual std::uint64_t x(std::uint64_t i) const = 0;
  /// Finite: 1, or of random sign and exponent.
  virtual std::uint64_t dy(std::uint64_t i) const = 0;
  /// Pair begin + i as elements i, for i from first to last; dy may be null.
  virtual void write(std::uint64_t begin, std::size_t first, std::size_t last, host_array& x,
                     host_array* dy) const = 0;
};

/// What follows from x() and dy() of a sample, without a virtual call for each.
template <class Sample>
class sample_of : public sample {
 public:
  void write(std::uint64_t begin, std::size_t first, std::size_t last, host_array& x,
             host_array* dy) const override {
    auto const& self = static_cast<Sample const&>(*this);
    for (std::size_t i = first; i < last; ++i) x.set_bits(i, self.Sample::x(begin + i));
    if (dy == nullptr) return;
    for (std::size_t i = first; i < last; ++i) dy->set_bits(i, self.Sample::dy(begin + i));
  }
};

/// Every value of the type, once with dy = 1 and then in further rounds with other dy.
class every_input : public sample_of<every_input> {
 public:
  every_input(storage const& type, std::uint64_t rounds, std::uint64_t seed)
      : type_(type), rounds_(rounds), seed_(seed) {}
  std::uint64_t size() const override { return rounds_ * values(); }
  std::uint64_t x(std::uint64_t i) const override { return i & (values() - 1); }
  std::uint64_t dy(std::uint64_t i) const override;

 private:
  std::uint64_t values() const { return std::uint64_t{1} << (8 * type_.bytes); }
  storage type_;
  std::uint64_t rounds_;
  std::uint64_t seed_;
};

/// The same with one other dy, in parts of 2^part_bits values: each with dy = 1, then each with
/// another, so that what depends on x alone can be had once for both.
class every_input_in_parts : public sample_of<every_input_in_parts> {
 public:
  every_input_in_parts(storage const& type, int part_bits, std::uint64_t seed)
      : all_(type, 2, seed), part_bits_(part_bits), bits_(8 * static_cast<int>(type.bytes)) {}
  std::uint64_t size() const override { return all_.size(); }
  std::uint64_t x(std::uint64_t i) const override { return all_.x(place(i)); }
  std::uint64_t dy(std::uint64_t i) const override { return all_.dy(place(i)); }

 private:
  std::uint64_t place(std::uint64_t i) const {
    std::uint64_t const round = i >> part_bits_ & 1U;
    std::uint64_t const within = i & ((std::uint64_t{1} << part_bits_) - 1);
    return round << bits_ | i >> (part_bits_ + 1) << part_bits_ | within;
  }
  every_input all_;
  int part_bits_;
  int bits_;
};

/// Finite values of both signs: half of the count over all exponents, each as often as the other,
/// half over those from 2^-12 to 2^8, where functions that saturate still move; then the
/// neighbours of each knot, 64 on either side and beyond them at powers of two of ulps.
class spread_inputs : public sample_of<spread_inputs> {
 public:
  spread_inputs(storage const& type, std::vector<double> knots, std::uint64_t count,
                std::uint64_t seed)
      : type_(type), knots_(std::move(knots)), count_(count), seed_(seed) {}
  std::uint64_t size() const override { return count_ + knots_.size() * neighbours(); }
  std::uint64_t x(std::uint64_t i) const override;
  std::uint64_t dy(std::uint64_t i) const override;

 private:
  std::uint64_t neighbours() const;
  std::uint64_t neighbour(double knot, std::uint64_t which) const;

  storage type_;
  std::vector<double> knots_;
  std::uint64_t count_;
  std::uint64_t seed_;
};

/// All finite values of a 16-bit type; else so many of float32 or 2^14 of float64, spread, and the
/// neighbours of the knots.
host_array inputs(storage const& type, std::vector<double> const& knots, std::mt19937_64& random,
                  std::uint64_t of_float32 = 1 << 16);

/// dy of mixed sign and exponent, 1 for about every other element.
host_array output_gradients(storage const& type, std::size_t n, std::mt19937_64& random);

}  // namespace support
