// A row's elements between global memory and the registers of the lanes that share it.
//
// Each lane has packs of neighbouring elements, counted from the row's first one whatever its
// alignment: so the sums add in the same order. Global memory is moved in 16-byte packs on 16-byte
// boundaries; where these do not match, neighbouring lanes exchange words. Only at the ends of a
// chunk do elements move singly.
#pragma once

#include "tuning.hpp"
#include "vector_access.cuh"

#include <cstdint>

namespace activations_cuda::kernels {

/// The lanes that share a chunk: a power of two of neighbours in a warp.
struct lane_group {
  static constexpr bool is_warp = false;
  int lanes, lane;

  __device__ explicit lane_group(int count)
      : lanes(count), lane(static_cast<int>(threadIdx.x) & (count - 1)) {}
  /// This warp's lane number of a member of the group.
  __device__ int in_warp(int member) const {
    return (static_cast<int>(threadIdx.x) & 31 & ~(lanes - 1)) | (member & (lanes - 1));
  }
};
/// The same for all lanes of a warp.
struct whole_warp {
  static constexpr bool is_warp = true;
  static constexpr int lanes = 32;
  int lane = static_cast<int>(threadIdx.x) & 31;
  __device__ int in_warp(int member) const { return member & 31; }
};

/// What one group of lanes works on at a time: lane l has the packs l, l + lanes, ... of the chunk.
struct row_chunk {
  std::int64_t start;  // elements of the row before it
  int count;           // elements of the row from there on, as far as the chunk goes, or less than 0
};

namespace detail {

/// 16 bytes from byte onwards of 32: low's, then high's.
template <class T>
__device__ uint4 funnel(uint4 const& low, uint4 const& high, int byte) {
  std::uint32_t w[8] = {low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w};
  bool const by_two = (byte & 8) != 0;
#pragma unroll
  for (int j = 0; j < 6; ++j) w[j] = by_two ? w[j + 2] : w[j];
  if constexpr (sizeof(T) <= 4) {
    bool const by_one = (byte & 4) != 0;
#pragma unroll
    for (int j = 0; j < 5; ++j) w[j] = by_one ? w[j + 1] : w[j];
  }
  if constexpr (sizeof(T) == 2) {
    int const bits = (byte & 2) * 8;
#pragma unroll
    for (int j = 0; j < 4; ++j) w[j] = __funnelshift_r(w[j], w[j + 1], bits);
  }
  return {w[0], w[1], w[2], w[3]};
}

/// From another lane of the warp, all of whose lanes take part.
__device__ inline uint4 shuffle(uint4 const& words, int from) {
  constexpr unsigned all = 0xFFFFFFFFU;
  uint4 result;
  result.x = __shfl_sync(all, words.x, from);
  result.y = __shfl_sync(all, words.y, from);
  result.z = __shfl_sync(all, words.z, from);
  result.w = __shfl_sync(all, words.w, from);
  return result;
}

}  // namespace detail

/// Which elements of the packs on a chunk's ends may be read: also those of the chunks beside it, so
/// that the pack is one access, or its own alone, where others may be writing theirs.
enum class reach { neighbours, own };

/// Loads and stores the packs of a chunk.
template <class T, int packs, bool aligned, class Lanes>
struct row_access {
  static constexpr int width = tuning::full_width<T>;
  using pack = kernels::pack<T, width>;

  Lanes const& group;
  row_chunk const& chunk;

  __device__ int first_of(int p) const { return (p * group.lanes + group.lane) * width; }
  /// True for all lanes of a warp if the p-th packs lie behind the row. Groups of a warp have rows of
  /// their own: there it must not decide what the warp does.
  __device__ bool is_behind(int p) const {
    return Lanes::is_warp && p * group.lanes * width >= chunk.count;
  }

  /// The row has so many readable elements; those behind them become beyond.
  __device__ void load(T const* row, std::int64_t readable, reach within, T beyond,
                       pack (&to)[packs]) const {
    T const* const first = row + chunk.start;
    if constexpr (aligned) {
#pragma unroll
      for (int p = 0; p < packs; ++p) {
        to[p] = filled(beyond);
        if (first_of(p) < chunk.count) to[p] = pack::load(first + first_of(p));
      }
    } else {
      int const shift = misalignment(first);
      std::int64_t const ahead = readable - chunk.start;
      bounds legal{0, chunk.count};
      if (within == reach::neighbours) {
        legal.first = chunk.start > width ? -width : -static_cast<int>(chunk.start);
        legal.end = ahead > most ? most : static_cast<int>(ahead);
      }
      // Lane 0 has one pack more: what the last lane's last elements are in.
      pack raw[packs + 1];
#pragma unroll
      for (int p = 0; p <= packs; ++p) {
        int const at = first_of(p) - shift;
        bool const wanted = chunk.count > 0 && at < chunk.count &&
                            (p < packs || (group.lane == 0 && shift != 0));
        raw[p].raw = uint4{0, 0, 0, 0};
        if (wanted && legal.have(at, width)) {
          raw[p] = pack::load(first + at);
        } else if (wanted) {
          load_singly(first, at, legal, raw[p]);
        }
      }
#pragma unroll
      for (int p = 0; p < packs; ++p) {
        to[p] = filled(beyond);
        if (is_behind(p)) continue;
        uint4 const sent = group.lane == 0 ? raw[p + 1].raw : raw[p].raw;
        uint4 const next = detail::shuffle(sent, group.in_warp(group.lane + 1));
        to[p].raw = detail::funnel<T>(raw[p].raw, next, shift * static_cast<int>(sizeof(T)));
        int const valid = chunk.count - first_of(p);
        if (valid < width) cut(to[p], valid, beyond);
      }
    }
  }

  /// pack_at(p) makes the p-th pack, not of packs behind the row.
  template <class PackAt>
  __device__ void store(T* row, PackAt const& pack_at) const {
    T* const first = row + chunk.start;
    if constexpr (aligned) {
#pragma unroll
      for (int p = 0; p < packs; ++p) {
        if (is_behind(p)) break;
        pack const result = pack_at(p);
        if (first_of(p) < chunk.count) result.store(first + first_of(p));
      }
    } else {
      int const shift = misalignment(first);
      bounds const own{0, chunk.count};
      pack here;
      here.raw = uint4{0, 0, 0, 0};
#pragma unroll
      for (int p = 0; p <= packs; ++p) {
        if (Lanes::is_warp && p * group.lanes * width - shift >= chunk.count) break;
        pack const before = here;
        if (p < packs && !is_behind(p)) here = pack_at(p);
        // Before the first lane's comes the last lane's of the round before.
        uint4 const sent = group.lane == group.lanes - 1 ? before.raw : here.raw;
        uint4 const previous = detail::shuffle(sent, group.in_warp(group.lane - 1));
        pack result = here;
        if (shift != 0) {
          result.raw = detail::funnel<T>(previous, here.raw,
                                         16 - shift * static_cast<int>(sizeof(T)));
        }
        int const at = first_of(p) - shift;
        bool const wanted = p < packs || (group.lane == 0 && shift != 0);
        if (wanted && own.have(at, width)) {
          result.store(first + at);
        } else if (wanted) {
          store_singly(first, at, own, result);
        }
      }
    }
  }

 private:
  static constexpr int most = 1 << 30;

  /// Elements of the chunk that may be touched, counted from its start.
  struct bounds {
    int first, end;
    __device__ bool have(int at, int count) const { return at >= first && at + count <= end; }
    __device__ bool has(int at) const { return at >= first && at < end; }
  };

  __device__ static int misalignment(T const* pointer) {
    return static_cast<int>(reinterpret_cast<std::uintptr_t>(pointer) % 16 / sizeof(T));
  }
  __device__ static pack filled(T value) {
    T elements[width];
#pragma unroll
    for (int i = 0; i < width; ++i) elements[i] = value;
    pack result;
    memcpy(&result.raw, elements, sizeof(result.raw));
    return result;
  }
  __device__ static void load_singly(T const* first, int at, bounds const& legal, pack& to) {
    T elements[width];
    memcpy(elements, &to.raw, sizeof(to.raw));
#pragma unroll
    for (int i = 0; i < width; ++i) {
      if (legal.has(at + i)) elements[i] = first[at + i];
    }
    memcpy(&to.raw, elements, sizeof(to.raw));
  }
  __device__ static void store_singly(T* first, int at, bounds const& own, pack const& from) {
    T elements[width];
    memcpy(elements, &from.raw, sizeof(from.raw));
#pragma unroll
    for (int i = 0; i < width; ++i) {
      if (own.has(at + i)) first[at + i] = elements[i];
    }
  }
  __device__ static void cut(pack& of, int valid, T beyond) {
    T elements[width];
    memcpy(elements, &of.raw, sizeof(of.raw));
#pragma unroll
    for (int i = 0; i < width; ++i) elements[i] = i < valid ? elements[i] : beyond;
    memcpy(&of.raw, elements, sizeof(of.raw));
  }
};

}  // namespace activations_cuda::kernels
