// Random numbers that are the same everywhere: the standard fixes the output of std::mt19937 and
// std::seed_seq, but not of its distributions or of std::shuffle.
#pragma once

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace digits {

class random_source {
 public:
  /// Each purpose draws from a sequence of its own, so that one does not shift another.
  enum purpose : std::uint32_t { splitting, training, activation };

  random_source(std::uint32_t seed, purpose use) {
    std::seed_seq sequence{seed, static_cast<std::uint32_t>(use)};
    generator_.seed(sequence);
  }

  /// Uniform in [-limit, limit), in steps of limit * 2^-23.
  float uniform(float limit) {
    return limit * (static_cast<float>(generator_() >> 8) * 0x1p-23f - 1.0f);
  }

  template <class T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t left = values.size(); left > 1; --left)
      std::swap(values[left - 1], values[below(left)]);
  }

 private:
  std::size_t below(std::size_t bound) {
    return static_cast<std::size_t>(std::uint64_t{generator_()} * bound >> 32);
  }

  std::mt19937 generator_;
};

}  // namespace digits
