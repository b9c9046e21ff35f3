// Random numbers by their place alone: Philox4x32-10, and what an element takes of it. For host and
// device, in kernels of your own too.
#pragma once

#include <activations_cuda/config.h>

#include <cstdint>

namespace activations_cuda {

struct philox_block {
  std::uint32_t words[4];
};

/// The keys of Philox4x32-10's rounds.
struct philox_keys {
  std::uint32_t of_round[10][2];

  ACTIVATIONS_CUDA_HOST_DEVICE explicit philox_keys(std::uint64_t key) {
    of_round[0][0] = static_cast<std::uint32_t>(key);
    of_round[0][1] = static_cast<std::uint32_t>(key >> 32);
    for (int round = 1; round < 10; ++round) {
      of_round[round][0] = of_round[round - 1][0] + 0x9E3779B9U;  // the golden ratio
      of_round[round][1] = of_round[round - 1][1] + 0xBB67AE85U;  // the square root of 3, less 1
#ifdef __CUDA_ARCH__
      // Opaque, or each block would add them up again: a third of all its instructions.
      asm("" : "+r"(of_round[round][0]), "+r"(of_round[round][1]));
#endif
    }
  }
};

/// Philox4x32-10 of Salmon and others, "Parallel random numbers: as easy as 1, 2, 3" (2011): a
/// bijection of 128-bit counters for each key. The same words as cuRAND's generator of that name
/// with seed = key, which begins at the counter 0 in subsequence 0.
ACTIVATIONS_CUDA_HOST_DEVICE philox_block philox4x32_10(philox_keys const& keys,
                                                        std::uint64_t counter,
                                                        std::uint64_t counter_high = 0) {
  auto const low = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
  auto const high = [](std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); };
  philox_block c{{low(counter), high(counter), low(counter_high), high(counter_high)}};
  for (auto const& key : keys.of_round) {
    std::uint64_t const a = std::uint64_t{0xD2511F53U} * c.words[0];
    std::uint64_t const b = std::uint64_t{0xCD9E8D57U} * c.words[2];
    c = {{high(b) ^ c.words[1] ^ key[0], low(b), high(a) ^ c.words[3] ^ key[1], low(a)}};
  }
  return c;
}
ACTIVATIONS_CUDA_HOST_DEVICE philox_block philox4x32_10(std::uint64_t key, std::uint64_t counter,
                                                        std::uint64_t counter_high = 0) {
  return philox4x32_10(philox_keys(key), counter, counter_high);
}

/// An element's random number: u = value 2^-bits in [0, 1), value being a whole number, exactly.
/// A block serves the elements of one number i / elements; element i begins at word
/// (i mod elements) * words.
template <class Real>
struct philox_draw;
template <>
struct philox_draw<float> {
  static constexpr int elements = 4, words = 1, bits = 24;
  ACTIVATIONS_CUDA_HOST_DEVICE static float value(std::uint32_t const* word) {
    return static_cast<float>(word[0] >> 8);
  }
};
template <>
struct philox_draw<double> {
  static constexpr int elements = 2, words = 2, bits = 53;
  ACTIVATIONS_CUDA_HOST_DEVICE static double value(std::uint32_t const* word) {
    return static_cast<double>((std::uint64_t{word[0]} << 32 | word[1]) >> 11);
  }
};

/// The value of element i (0 or more) in the sequence that random_position describes; the keys are
/// those of its seed.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real philox_value(philox_keys const& keys, std::uint64_t offset,
                                               std::int64_t i) {
  using draw = philox_draw<Real>;
  auto const block = philox4x32_10(keys, offset + static_cast<std::uint64_t>(i) / draw::elements);
  int const place = static_cast<int>(i & (draw::elements - 1));
  // Selected, because an index would put the block into memory.
  std::uint32_t word[draw::words];
  for (int w = 0; w < draw::words; ++w) {
    word[w] = block.words[w];
    for (int e = 1; e < draw::elements; ++e)
      word[w] = place == e ? block.words[e * draw::words + w] : word[w];
  }
  return draw::value(word);
}

}  // namespace activations_cuda
