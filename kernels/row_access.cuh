// A row's elements between global memory and the registers of the threads that share it.
//
// Each thread has packs of neighbouring elements, whatever the row's alignment: so the sums add in
// the same order. A row on 16-byte boundaries moves in whole packs; any other moves in single
// elements, neighbouring lanes taking neighbouring elements, and a warp hands them over in shared
// memory.
#pragma once

#include "row_group.cuh"
#include "vector_access.cuh"

#include <cstdint>

namespace activations_cuda::kernels {

/// The part of a row that a group works on at a time, as one warp sees it. Lane l of the warp has
/// the packs at l, l + threads, ... from start on.
template <class T, int threads, int packs_at_a_time>
struct row_part {
  static constexpr int width = tuning::full_width<T>;
  static constexpr int stride = threads * width;  // elements from a thread's pack to its next

  std::int64_t start;  // elements of the row before the warp's first pack
  int left;            // elements of the row from there on, as far as the part goes

  __device__ static int lane() { return static_cast<int>(threadIdx.x % 32); }

  __device__ bool has_pack(int p) const { return p * stride + lane() * width < left; }

  /// Calls body(index) for each of this thread's packs that has elements of the row.
  template <class Body>
  __device__ void for_each_pack(Body const& body) const {
#pragma unroll
    for (int p = 0; p < packs_at_a_time; ++p) {
      if (has_pack(p)) body(p);
    }
  }
};

template <class T, int threads, int packs, bool aligned>
struct row_access;

template <class T, int threads, int packs>
struct row_access<T, threads, packs, true> {
  using part = row_part<T, threads, packs>;
  using pack = pack<T, part::width>;

  __device__ static void load(T const* row, part const& here, T /*beyond*/, pack (&to)[packs]) {
    T const* const first = row + here.start + here.lane() * part::width;
    here.for_each_pack([&](int p) { to[p] = pack::load(first + p * part::stride); });
  }
  template <class PackAt>
  __device__ static void store(T* row, part const& here, PackAt const& pack_at) {
    T* const first = row + here.start + here.lane() * part::width;
    here.for_each_pack([&](int p) { pack_at(p).store(first + p * part::stride); });
  }
};

template <class T, int threads, int packs>
struct row_access<T, threads, packs, false> {
  using part = row_part<T, threads, packs>;
  static constexpr int width = part::width;
  using pack = pack<T, width>;
  static constexpr int in_flight = 2;  // packs loaded before they are exchanged: more would spill
  static_assert(packs % in_flight == 0, "packs are loaded in pairs");

  /// Elements beyond the row's end, in a pack that has some of the row, are set to beyond.
  __device__ static void load(T const* row, part const& here, T beyond, pack (&to)[packs]) {
    T const* const first = row + here.start + here.lane();
    T* const shared = warp_exchange();
#pragma unroll
    for (int p = 0; p < packs; p += in_flight) {
      T singles[in_flight][width];
#pragma unroll
      for (int i = 0; i < in_flight * width; ++i) {
        int const at = (p + i / width) * part::stride + i % width * 32;
        singles[i / width][i % width] = at + here.lane() < here.left ? first[at] : beyond;
      }
#pragma unroll
      for (int q = 0; q < in_flight; ++q) {
        if ((p + q) * part::stride >= here.left) break;  // the whole warp
#pragma unroll
        for (int i = 0; i < width; ++i) shared[i * 32 + here.lane()] = singles[q][i];
        __syncwarp();
        to[p + q] = pack::load(shared + here.lane() * width);
        __syncwarp();
      }
    }
  }
  template <class PackAt>
  __device__ static void store(T* row, part const& here, PackAt const& pack_at) {
    T* const first = row + here.start + here.lane();
    T* const shared = warp_exchange();
#pragma unroll
    for (int p = 0; p < packs; ++p) {
      if (p * part::stride >= here.left) break;  // the whole warp
      if (here.has_pack(p)) pack_at(p).store_shared(shared + here.lane() * width);
      __syncwarp();
#pragma unroll
      for (int i = 0; i < width; ++i) {
        int const at = p * part::stride + i * 32;
        if (at + here.lane() < here.left) first[at] = shared[i * 32 + here.lane()];
      }
      __syncwarp();
    }
  }

 private:
  /// One pack for each lane of this warp.
  __device__ static T* warp_exchange() {
    __shared__ uint4 exchange[threads * row_group<threads>::per_block];
    return reinterpret_cast<T*>(exchange + threadIdx.x / 32 * 32);
  }
};

/// Calls body(part) until the row is through: once where a part holds the whole row.
template <class T, int threads, int packs, bool held, class Body>
__device__ void for_each_part(std::int64_t columns, Body const& body) {
  using part = row_part<T, threads, packs>;
  int const warp_start = row_group<threads>::thread() / 32 * 32 * part::width;
  if constexpr (held) {
    body(part{warp_start, static_cast<int>(columns) - warp_start});
  } else {
    constexpr int step = part::stride * packs;
#pragma unroll 1
    for (std::int64_t start = warp_start; start < columns; start += step) {
      std::int64_t const left = columns - start;
      body(part{start, left < step ? static_cast<int>(left) : step});
    }
  }
}

}  // namespace activations_cuda::kernels
