// Arguments at which the functions are measured: the tails more than the middle.
#pragma once

#include "functions.hpp"

#include <cstdint>
#include <random>
#include <vector>

namespace mathematics {

template <class T>
struct sample {
  std::vector<T> x;
  std::vector<T> y;  // as many; zeros where the function has one argument
};

template <class T>
sample<T> sample_for(function const& f, std::mt19937_64& random);

/// EMULATOR_TEST_SEED, or else a fresh one; printed, so that a failure can be had again.
std::uint64_t seed();

}  // namespace mathematics
