// A row's elements between global memory and the registers of the threads that share it.
//
// Each thread has packs of neighbouring elements, which are moved in 16-byte accesses on the 16-byte
// boundaries of what is written: there is nothing to exchange where the tensors share their alignment.
// So it depends on the alignment which thread has an element, and nothing else may: the order of sums
// is restored by row_places.cuh. Only at a row's ends do elements move singly.
#pragma once

#include "tuning.hpp"
#include "vector_access.cuh"

#include <cstdint>

namespace activations_cuda::kernels {

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

}  // namespace detail

/// Elements that a pointer is beyond a boundary of 16 bytes.
template <class T>
__device__ int misalignment(T const* pointer) {
  return static_cast<int>(reinterpret_cast<std::uintptr_t>(pointer) % 16 / sizeof(T));
}

/// Of the rounds in which a warp's threads take packs: in the first of them, whole ones, each pack is the
/// row's; in those up to all some are. A row that begins within a pack has a ragged first round as well.
struct row_rounds {
  int whole, all;
  bool ragged;

  /// Of a row that goes so far behind the place where a group's packs begin, and from there on leaves
  /// early elements to others.
  template <int width, int packs, class Group>
  __device__ static row_rounds of(int elements, int early, Group const& group) {
    int const there = elements > 0 ? elements : 0;
    int const together = group.together() * width, before = group.unit() * together;
    int const rounds = group.rounds(there / width);
    if constexpr (Group::
                      is_one_unit) {  // whose rounds have their packs, or the last one some of them
      int const all = group.rounds((there + together - 1) / width);
      return {group.from_first(rounds), group.from_first(all), group.from_first(early > 0)};
    }
    int const rest = there - rounds * group.threads() * width;
    int const whole = rounds + static_cast<int>(rest >= before + together);
    int const all = rounds + static_cast<int>(rest > before);
    // The compiler takes what comes from one lane to be the same for all of them: no branch on it
    // needs to bring lanes together again.
    return {group.from_first(whole), group.from_first(all), group.from_first(early > before)};
  }
};

/// Loads and stores a thread's packs: the p-th one begins first + p apart elements behind a pointer
/// into the row, and of the elements from there on those from low to high are the row's. exchanges says
/// that all lanes of a warp load together from one row, each the packs beside its neighbours'; there are
/// few such packs, the ends of a walk, and no rounds are counted.
template <class T, int packs, bool aligned, bool exchanges = false>
struct row_access {
  static constexpr int width = tuning::full_width<T>;
  using pack = kernels::pack<T, width>;

  int first, apart;
  int low, high;
  row_rounds rounds;

  __device__ int at(int p) const { return first + p * apart; }
  __device__ bool touches(int p) const { return (at(p) + width > low) & (at(p) < high); }

  /// An address in global memory that is not worked out anew for each pack.
  template <class Element>
  __device__ static Element* settled(Element* pointer) {
    std::size_t address = __cvta_generic_to_global(pointer);
    asm volatile("" : "+l"(address));
    return static_cast<Element*>(__cvta_global_to_generic(address));
  }

  /// Of all threads of the warp.
  __device__ bool is_whole(int p) const {
    return !exchanges && (p < rounds.whole) & (p > 0 || !rounds.ragged);
  }

  /// What is not the row's becomes beyond.
  __device__ void load(T const* from, T beyond, pack (&to)[packs]) const {
    T const* const mine = settled(from + first);
    if constexpr (!aligned) {
      // 0 but where the tensors differ in their alignment: then a pack is in two.
      if (int const shift = misalignment(mine); shift != 0) {
        load_from_twos(from, shift, beyond, to);
        return;
      }
    }
    if constexpr (aligned) {
      if (rounds.whole < packs) {
#pragma unroll
        for (int p = 0; p < packs; ++p) {
          to[p] = pack::filled(beyond);
          to[p].load_over_if(at(p) < high, mine + p * apart);
        }
        return;
      }
    }
#pragma unroll
    for (int p = 0; p < packs; ++p) {
      if (aligned || is_whole(p)) {
        to[p].load_global(mine + p * apart);
      } else if constexpr (exchanges) {
        to[p] = pack::filled(beyond);
        load_within(from, at(p), to[p]);
      } else {
        load_if_there(p, mine + p * apart, beyond, to[p]);
      }
    }
  }

  /// Elements that lie apart, or 0 where the row has none: one by one, in few registers.
  __device__ void load_apart(T const* from, std::int64_t stride, pack (&to)[packs]) const {
#pragma unroll
    for (int p = 0; p < packs; ++p) {
      to[p].raw = {};
#pragma unroll 1
      for (int i = at(p); i < at(p) + width; ++i)
        to[p].shift_in((i >= low) & (i < high) ? from[i * stride] : from_real<T>(0));
    }
  }

  /// pack_at(p) makes the p-th pack; to + first is on a boundary.
  template <class PackAt>
  __device__ void store(T* to, PackAt const& pack_at) const {
    T* const mine = settled(to + first);
#pragma unroll
    for (int p = 0; p < packs; ++p) {
      if constexpr (aligned) {
        pack const result = pack_at(p);
        result.store_if(at(p) < high, mine + p * apart);
      } else if (is_whole(p)) {
        pack_at(p).store_global(mine + p * apart);
      } else if (exchanges || p < rounds.all) {
        store_within([&] { return exchanges ? to + at(p) : mine + p * apart; }, at(p), pack_at(p));
      }
    }
  }

  /// A pack at a boundary, as far as it is the row's.
  __device__ void load_within(T const* from, int place, pack& to) const {
    bool const whole = (place >= low) & (place + width <= high);
    to.load_over_if(whole, from + place);
    if (!whole & (place + width > low) & (place < high)) load_singly(from + place, place, to);
  }
  /// address() makes it anew: not in a register meanwhile.
  template <class Address>
  __device__ void store_within(Address const& address, int place, pack const& from) const {
    bool const whole = (place >= low) & (place + width <= high);
    from.store_if(whole, address());
    if (!whole & (place + width > low) & (place < high)) store_singly(address(), place, from);
  }

 private:
  /// A pack of a round that is not whole. A branch for those that are: there is nothing to make first of
  /// what they are loaded over.
  __device__ void load_if_there(int p, T const* from, T beyond, pack& to) const {
    if ((at(p) >= low) & (at(p) + width <= high)) {
      to.load_global(from);
    } else {
      to = pack::filled(beyond);
      if (touches(p)) load_singly(from, at(p), to);
    }
  }
  /// Packs that begin shift elements behind a boundary.
  __device__ void load_from_twos(T const* from, int shift, T beyond, pack (&to)[packs]) const {
    int const bytes = shift * static_cast<int>(sizeof(T));
#pragma unroll
    for (int p = 0; p < packs; ++p) {
      to[p] = pack::filled(beyond);
      if constexpr (exchanges) {
        int const lane = static_cast<int>(threadIdx.x) & 31;
        pack low_part = to[p], end_part = to[p];
        load_within(from, at(p) - shift, low_part);
        if (lane == 31) load_within(from, at(p) - shift + width, end_part);
        uint4 next = from_next_lane(low_part.raw);
        if (lane == 31) next = end_part.raw;
        to[p].raw = detail::funnel<T>(low_part.raw, next, bytes);
      } else {
        bool const whole = (at(p) - shift >= low) & (at(p) - shift + 2 * width <= high);
        if (whole) {
          T const* const here = from + at(p) - shift;
          uint4 const words = pack::load(here).raw;
          to[p].raw = detail::funnel<T>(words, pack::load(here + width).raw, bytes);
        } else if (touches(p)) {
          load_singly(from + at(p), at(p), to[p]);
        }
      }
    }
  }
  __device__ static uint4 from_next_lane(uint4 const& words) {
    constexpr unsigned all = 0xFFFFFFFFU;
    return {__shfl_down_sync(all, words.x, 1), __shfl_down_sync(all, words.y, 1),
            __shfl_down_sync(all, words.z, 1), __shfl_down_sync(all, words.w, 1)};
  }
  /// A pack that begins at a place of its own.
  __device__ void load_singly(T const* from, int place, pack& to) const {
    T elements[width];
    memcpy(elements, &to.raw, sizeof(to.raw));
#pragma unroll
    for (int i = 0; i < width; ++i) {
      if ((place + i >= low) & (place + i < high)) elements[i] = from[i];
    }
    memcpy(&to.raw, elements, sizeof(to.raw));
  }
  __device__ void store_singly(T* to, int place, pack const& from) const {
    T elements[width];
    memcpy(elements, &from.raw, sizeof(from.raw));
#pragma unroll
    for (int i = 0; i < width; ++i) {
      if ((place + i >= low) & (place + i < high)) to[i] = elements[i];
    }
  }
};

/// Packs that are the row's from the first element of the first one to the last element of the last.
template <class T, int packs, int apart>
struct whole_access {
  static constexpr int width = tuning::full_width<T>;
  using pack = kernels::pack<T, width>;
  static constexpr int low = -(1 << 30), high = 1 << 30;

  int first;

  __device__ int at(int p) const { return first + p * apart; }
  __device__ static bool touches(int /*p*/) { return true; }
  __device__ void load(T const* from, T /*beyond*/, pack (&to)[packs]) const {
    T const* const mine = from + first;
#pragma unroll
    for (int p = 0; p < packs; ++p) to[p].load_global(mine + p * apart);
  }
  template <class PackAt>
  __device__ void store(T* to, PackAt const& pack_at) const {
    T* const mine = to + first;
#pragma unroll
    for (int p = 0; p < packs; ++p) pack_at(p).store_global(mine + p * apart);
  }
};

}  // namespace activations_cuda::kernels
