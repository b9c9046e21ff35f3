// How the threads of a block share an axis other than the last: which elements each has, and how they
// combine what they find out about a column.
#pragma once

#include "grid.hpp"
#include "row_mask.cuh"
#include "tuning.hpp"
#include "vector_access.cuh"

#include <cstdint>

namespace activations_cuda::kernels {

/// A tensor whose element (o, c, i) is first[o outer + c column + i].
template <class T>
struct column_tensor {
  T* first;
  std::int64_t outer, column;
  __device__ T* at(std::int64_t o, std::int64_t c, std::int64_t i) const {
    return first + o * outer + c * column + i;
  }
};

/// places: of the inner axis, in as many elements as a kernel is wide, the last one with the rest of
/// them; the block's lanes are a power of two. Each of the threads that share columns has own ones, the
/// first rest of them one more.
struct column_shape {
  divisor places;
  std::int64_t all_places;  // of all outer indices
  std::int64_t inner;
  std::int64_t own;
  int rest, log2_lanes;
};

/// Of a thread's columns: it has own ones. As far as whole goes all threads of its block have them, and
/// none has one from all on: bounds that are the same for a block cost neither predicates nor work for
/// what is not there.
struct column_bounds {
  std::int64_t own, whole, all;
};

/// Who shares a column: nobody; the warps of a block, whose threads are all side by side; the threads of
/// one warp, which is the block; or who the shape says. Of the first two all is known to the compiler.
enum class column_sharing { lone, warps, one_warp, any };

/// The threads of a block at most, and blocks of an SM at least.
template <column_sharing sharing>
inline constexpr int most_threads_of =
    sharing == column_sharing::lone       ? tuning::lone_column_threads
    : sharing == column_sharing::one_warp ? 32
                                          : tuning::column_threads;
template <column_sharing sharing>
inline constexpr int least_blocks_of = sharing == column_sharing::lone ? tuning::lone_column_blocks
                                       : sharing == column_sharing::one_warp ? 16
                                                                             : 1;

/// A thread's place: elements, width at most, from (outer, first_column + k columns_apart, inner) on.
template <int width, column_sharing sharing>
struct column_place {
  std::int64_t outer, inner;
  int elements;
  int first_column, columns_apart;
  bool is_there;
  column_bounds columns;

  __device__ explicit column_place(column_shape const& shape) {
    constexpr bool lone = sharing == column_sharing::lone;
    constexpr bool known = lone || sharing == column_sharing::warps;
    constexpr int known_lanes = lone ? tuning::lone_column_threads : 32;
    int const lanes = known ? known_lanes : 1 << shape.log2_lanes;
    int const thread = static_cast<int>(threadIdx.x);
    if constexpr (lone) {
      first_column = 0;
      columns_apart = 1;
    } else {
      int const log2_lanes = known ? 5 : shape.log2_lanes;
      int const threads = sharing == column_sharing::one_warp ? 32 : static_cast<int>(blockDim.x);
      first_column = thread >> log2_lanes;
      columns_apart = threads >> log2_lanes;
    }
    std::int64_t const first =
        known ? block_number() * known_lanes : block_number() << shape.log2_lanes;
    std::int64_t const place = first + (thread & (lanes - 1));
    is_there = place < shape.all_places;
    auto const [o, i] = shape.places.divide(is_there ? place : 0);
    outer = o;
    inner = i * width;
    elements = shape.inner - inner < width ? static_cast<int>(shape.inner - inner) : width;
    bool const block_is_there = first + lanes <= shape.all_places;
    columns.own = is_there ? shape.own + static_cast<int>(first_column < shape.rest) : 0;
    columns.whole = block_is_there ? shape.own : 0;
    columns.all = shape.own + static_cast<int>(shape.rest > 0);
    asm volatile("" : "+l"(outer), "+l"(inner));
  }
  /// Of its columns those before a limit, which is not the same for all threads of a block: no group
  /// passes for whole.
  __device__ column_bounds before(std::int64_t limit) const {
    bool const some = is_there && first_column < limit;
    return {some ? divided(limit - 1 - first_column, columns_apart).quotient + 1 : 0, 0,
            columns.all};
  }
};

/// Goes down a thread's columns of a tensor, whose elements it moves in one access, or singly, where
/// they do not lie on the boundaries of pairs. The compiler does not get to work out each address anew.
template <class T, int width, bool singly>
struct column_walk {
  using element = std::remove_const_t<T>;
  using pack = kernels::pack<element, width>;
  std::size_t here;  // in global memory
  std::int64_t step;
  int second;  // whether there is one

  template <column_sharing sharing>
  __device__ column_walk(column_tensor<T> const& of, column_place<width, sharing> const& place)
      : here(__cvta_generic_to_global(
            of.at(place.outer, static_cast<std::uint32_t>(place.first_column), place.inner))),
        step(static_cast<std::uint32_t>(place.columns_apart) * of.column *
             static_cast<std::int64_t>(sizeof(T))),
        second(place.elements > 1) {
    asm volatile("" : "+l"(here), "+l"(step));
  }
  __device__ void next() { here += step; }

  /// What it has of them. The place of a second element that there is not, is undefined: nothing of it
  /// is stored.
  __device__ pack load() const {
    if constexpr (singly) {
      static_assert(width == 2 && sizeof(T) == 2);
      pack result;
      asm volatile(
          "{\n\t"
          ".reg .pred both;\n\t"
          ".reg .b32 low, high;\n\t"
          "setp.ne.b32 both, %2, 0;\n\t"
          "ld.global.u16 low, [%1];\n\t"
          "@both ld.global.u16 high, [%1 + 2];\n\t"
          "prmt.b32 %0, low, high, 0x5410;\n\t"
          "}"
          : "=r"(result.raw)
          : "l"(here), "r"(second)
          : "memory");
      return result;
    } else {
      return pack::load(at());
    }
  }
  /// If the column is there; other has twice the same element.
  __device__ pack load_if(bool there, pack const& other) const {
    if constexpr (singly) {
      pack result;
      asm volatile(
          "{\n\t"
          ".reg .pred first, second;\n\t"
          ".reg .b32 low, high;\n\t"
          "setp.ne.b32 first, %2, 0;\n\t"
          "setp.ne.and.b32 second, %3, 0, first;\n\t"
          "mov.b32 low, %4;\n\t"
          "mov.b32 high, %4;\n\t"
          "@first ld.global.u16 low, [%1];\n\t"
          "@second ld.global.u16 high, [%1 + 2];\n\t"
          "prmt.b32 %0, low, high, 0x5410;\n\t"
          "}"
          : "=r"(result.raw)
          : "l"(here), "r"(static_cast<int>(there)), "r"(second), "r"(other.raw)
          : "memory");
      return result;
    } else {
      return there ? pack::load(at()) : other;
    }
  }
  /// Apart from store_if: a condition that is always true leaves predicates, 0.2 instructions an element.
  __device__ void store(pack const& values) const {
    if constexpr (singly) {
      asm volatile(
          "{\n\t"
          ".reg .pred both;\n\t"
          ".reg .b32 low, high;\n\t"
          "setp.ne.b32 both, %2, 0;\n\t"
          "shr.u32 high, %1, 16;\n\t"
          "st.global.u16 [%0], %1;\n\t"
          "@both st.global.u16 [%0 + 2], high;\n\t"
          "}"
          :
          : "l"(here), "r"(values.raw), "r"(second)
          : "memory");
    } else {
      values.store(at());
    }
  }
  __device__ void store_if(bool there, pack const& values) const {
    if constexpr (singly) {
      asm volatile(
          "{\n\t"
          ".reg .pred first, second;\n\t"
          ".reg .b32 low, high;\n\t"
          "setp.ne.b32 first, %2, 0;\n\t"
          "setp.ne.and.b32 second, %3, 0, first;\n\t"
          "shr.u32 high, %1, 16;\n\t"
          "@first st.global.u16 [%0], %1;\n\t"
          "@second st.global.u16 [%0 + 2], high;\n\t"
          "}"
          :
          : "l"(here), "r"(values.raw), "r"(static_cast<int>(there)), "r"(second)
          : "memory");
    } else {
      if (there) values.store(at());
    }
  }

 private:
  __device__ T* at() const { return static_cast<T*>(__cvta_global_to_generic(here)); }
};

namespace detail {

/// Of a warp that has so many threads side by side.
template <int width, class Real, class Combine>
__device__ void combine_threads(Real (&values)[width], int log2_lanes, Combine combine) {
#pragma unroll
  for (int step = 16; step > 0; step /= 2) {
    if (step < 1 << log2_lanes) break;
#pragma unroll
    for (int v = 0; v < width; ++v)
      values[v] = combine(values[v], __shfl_xor_sync(0xFFFFFFFFU, values[v], step));
  }
}
/// What the warps of a block tell each other: each its values, and all of them combined.
template <int width, class Real>
struct warp_values {
  static constexpr int side_by_side = 32 * width;
  static_assert(side_by_side <= 64, "the threads of two warps");
  Real of_warps[tuning::column_threads / 32][side_by_side];
  Real of_all[side_by_side];

  __device__ static warp_values& of_block() {
    __shared__ warp_values values;
    return values;
  }
};
/// Of the warps of a block, by a thread for each of a warp's values.
template <int width, class Real, class Combine>
__device__ void combine_warps(Real (&values)[width], Combine combine) {
  auto& shared = warp_values<width, Real>::of_block();
  unsigned const thread = threadIdx.x, warps = blockDim.x / 32;
  Real* const of_warp = shared.of_warps[thread / 32] + thread % 32;
#pragma unroll
  for (int v = 0; v < width; ++v) of_warp[v * 32] = values[v];
  __syncthreads();
  if (thread < shared.side_by_side) {
    Real all = shared.of_warps[0][thread];
#pragma unroll 1
    for (unsigned w = 1; w < warps; ++w) all = combine(all, shared.of_warps[w][thread]);
    shared.of_all[thread] = all;
  }
  __syncthreads();  // after which the next call's values may take their place, too
#pragma unroll
  for (int v = 0; v < width; ++v) values[v] = shared.of_all[v * 32 + thread % 32];
}

}  // namespace detail

/// Of the threads that share a column: the same for each of them. All warps of a block that shares have
/// all of its places.
template <column_sharing sharing, int width, class Real, class Combine>
__device__ void combine_columns(Real (&values)[width], int log2_lanes, Combine combine) {
  if constexpr (sharing == column_sharing::any) {
    if (static_cast<int>(blockDim.x) == 1 << log2_lanes) return;  // none shares
  }
  if constexpr (sharing == column_sharing::one_warp || sharing == column_sharing::any)
    detail::combine_threads(values, log2_lanes, combine);
  if constexpr (sharing == column_sharing::any) {
    if (blockDim.x == 32) return;
  }
  if constexpr (sharing == column_sharing::warps || sharing == column_sharing::any)
    detail::combine_warps(values, combine);
}

}  // namespace activations_cuda::kernels
