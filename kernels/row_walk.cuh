// The turns of a block through a row that no registers hold, and what it keeps of it in shared memory.
#pragma once

#include "row_access.cuh"
#include "tuning.hpp"

#include <cstdint>

namespace activations_cuda::kernels {

/// Whether all packs of a turn are the row's, and on the boundaries of all tensors.
struct whole_turn {};
struct ragged_turn {};

/// A block's turns through the elements first to end of a row. Its packs begin shift elements early.
template <class T>
struct row_walk {
  static constexpr int packs = tuning::stream_packs;
  static constexpr int width = tuning::full_width<T>;
  static constexpr int apart = tuning::most_row_warps * 32 * width;
  using access = row_access<T, packs, false, true>;
  using pack = typename access::pack;

  std::int64_t first, end;
  int shift;

  /// Calls body(kind, turn, start) until all is done that comes before an element: a whole_turn where all
  /// of a turn's elements are from low to high, and lean allows it.
  template <class Body>
  __device__ void for_each_turn(std::int64_t before, bool lean, std::int64_t low, std::int64_t high,
                                Body const& body) const {
    int turn = 0;
#pragma unroll 1
    for (std::int64_t start = first; start - shift < before; start += packs * apart) {
      std::int64_t const from = start - shift;
      if (lean & (from >= low) & (from + packs * apart <= high)) {
        body(whole_turn{}, turn++, start);
      } else {
        body(ragged_turn{}, turn++, start);
      }
    }
  }
  /// This thread's packs of a turn, and which elements of them are those from low to high.
  __device__ access at(ragged_turn, std::int64_t start, std::int64_t low, std::int64_t high) const {
    return {my_first(), apart, clamped(low - start), clamped(high - start), {}};
  }
  __device__ whole_access<T, packs, apart> at(whole_turn, std::int64_t, std::int64_t,
                                              std::int64_t) const {
    return {my_first()};
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
  __device__ int my_first() const { return static_cast<int>(threadIdx.x) * width - shift; }
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

  /// Whether the walk's packs are on this tensor's boundaries.
  __device__ bool is_beside(walk const& w) const {
    return misalignment(row + (w.first - w.shift)) == 0;
  }

  template <class Access>
  __device__ void load_first(Access const& at, int turn, std::int64_t start,
                             pack (&to)[walk::packs]) const {
    at.load(row + start, beyond, to);
    if constexpr (keeps) {
#pragma unroll
      for (int p = 0; p < walk::packs; ++p) {
        if (at.touches(p)) *walk::kept(kept, turn, p) = to[p].raw;
      }
    }
  }
  template <class Access>
  __device__ void load_again(Access const& at, int turn, std::int64_t start,
                             pack (&to)[walk::packs]) const {
    if constexpr (keeps) {
#pragma unroll
      for (int p = 0; p < walk::packs; ++p) {
        to[p] = walk::access::pack::filled(beyond);
        if (at.touches(p)) to[p].raw = *walk::kept(kept, turn, p);
      }
    } else {
      at.load(row + start, beyond, to);
    }
  }
};

}  // namespace activations_cuda::kernels
