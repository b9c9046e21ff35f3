// The turns of a block through a row that no registers hold, and what it keeps of it in shared memory.
#pragma once

#include "row_access.cuh"
#include "tuning.hpp"

#include <cstdint>

namespace activations_cuda::kernels {

/// All walks have blocks of the same size.
struct threads_of_walk {
  __device__ static constexpr int threads() { return tuning::most_row_warps * 32; }
  __device__ static constexpr int together() { return 32; }
  __device__ static int unit() { return static_cast<int>(threadIdx.x / 32); }
  __device__ static constexpr int rounds(int packs) { return packs / threads(); }
  template <class Value>
  __device__ static Value from_first(Value value) {
    return from_lane(value, 0);
  }
};

/// A block's turns through the elements first to end of a row. Its packs begin shift elements early.
template <class T>
struct row_walk {
  static constexpr int packs = tuning::stream_packs;
  static constexpr int width = tuning::full_width<T>;
  using access = row_access<T, packs, false, true>;
  using pack = typename access::pack;

  std::int64_t first, end;
  int shift;

  __device__ static constexpr int apart() { return threads_of_walk::threads() * width; }
  /// Calls body(turn, start) until all is done that comes before an element.
  template <class Body>
  __device__ void for_each_turn(std::int64_t before, Body const& body) const {
    int turn = 0;
#pragma unroll 1
    for (std::int64_t start = first; start - shift < before; start += packs * apart())
      body(turn++, start);
  }
  /// This thread's packs of a turn, and which elements of them are those from low to high.
  __device__ access at(std::int64_t start, std::int64_t low, std::int64_t high) const {
    int const from = clamped(low - start), to = clamped(high - start);
    return {static_cast<int>(threadIdx.x) * width - shift, apart(), from, to,
            row_rounds::of<width, packs>(to + shift, from + shift, threads_of_walk{})};
  }
  /// Where a thread keeps its packs of a turn: in the row's order.
  __device__ static uint4* kept(uint4* shared, int turn, int pack_of_turn) {
    return shared + (turn * packs + pack_of_turn) * static_cast<int>(blockDim.x) + threadIdx.x;
  }
  /// How many packs a row may be in: one more than it fills.
  __device__ static int kept_packs_of(std::int64_t columns) {
    return static_cast<int>((columns - 1) / width) + 2;
  }

 private:
  __device__ static int clamped(std::int64_t distance) {
    constexpr int far = 1 << 30;
    return static_cast<int>(distance > far ? far : distance < -far ? -far : distance);
  }
};

extern __shared__ uint4 kept_packs[];

/// A stream's packs, from global memory or from where they were kept.
template <class T, bool keeps>
struct walked_tensor {
  using walk = row_walk<T>;
  using pack = typename walk::pack;
  T const* row;
  T beyond;
  uint4* kept;

  __device__ void load_first(typename walk::access const& at, int turn, std::int64_t start,
                             pack (&to)[walk::packs]) const {
    at.load(row + start, beyond, to);
    if constexpr (keeps) {
#pragma unroll
      for (int p = 0; p < walk::packs; ++p) {
        if (at.touches(p)) *walk::kept(kept, turn, p) = to[p].raw;
      }
    }
  }
  __device__ void load_again(typename walk::access const& at, int turn, std::int64_t start,
                             pack (&to)[walk::packs]) const {
    if constexpr (keeps) {
#pragma unroll
      for (int p = 0; p < walk::packs; ++p) {
        to[p] = walk::access::filled(beyond);
        if (at.touches(p)) to[p].raw = *walk::kept(kept, turn, p);
      }
    } else {
      at.load(row + start, beyond, to);
    }
  }
};

}  // namespace activations_cuda::kernels
