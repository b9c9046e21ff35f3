#pragma once

#include <activations_cuda/config.h>

#include <cstdint>

namespace activations_cuda {

/// Which random numbers the elements of a call get. Element k of the call is element
/// i = first_element + k of a sequence, and has the Philox4x32-10 block (philox.cuh) whose key is
/// the seed and whose 128-bit counter is, in its low half,
///   offset + i / 4 (float, __half, __nv_bfloat16) or offset + i / 2 (double), modulo 2^64,
/// and 0 in its high half; it takes word i mod 4 or, for double, words 2 (i mod 2), the high one, and
/// 2 (i mod 2) + 1. So an element's number depends on nothing else: a tensor may be computed in
/// pieces, each with the first_element at which it begins.
///
/// Calls that are to be independent differ in the seed, or in the offset by at least random_blocks()
/// of all elements of a sequence.
struct random_position {
  std::uint64_t seed = 0;
  std::uint64_t offset = 0;
  std::int64_t first_element = 0;  // 0 or more; first_element + n may not overflow

  // Device memory (of the references, host memory), or null. Read by the kernel when it runs, so
  // that a captured graph replays with what stands there then.
  std::uint64_t const* device_seed = nullptr;    // the seed, in place of seed
  std::uint64_t const* device_offset = nullptr;  // is added to offset, modulo 2^64

  /// The seed and the offset in device memory.
  static random_position in_device_memory(std::uint64_t const* seed, std::uint64_t const* offset,
                                          std::int64_t first_element = 0) {
    return {0, 0, first_element, seed, offset};
  }
};

/// How many blocks elements 0 to n - 1 of a sequence of type T take: what to add to the offset for
/// the next independent sequence.
template <class T>
constexpr std::uint64_t random_blocks(std::int64_t n) {
  std::int64_t const elements_of_a_block = sizeof(T) == 8 ? 2 : 4;
  return n > 0 ? static_cast<std::uint64_t>((n - 1) / elements_of_a_block + 1) : 0;
}

}  // namespace activations_cuda
