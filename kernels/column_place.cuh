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

/// A thread's place: elements, width at most, from (outer, first_column + k columns_apart, inner) on.
/// Where threads share columns: else all that is the same for all of them is known to the compiler.
template <int width, bool shared>
struct column_place {
  std::int64_t outer, inner;
  int elements;
  int first_column, columns_apart;
  bool is_there;
  column_bounds columns;

  __device__ explicit column_place(column_shape const& shape)
      : first_column(shared ? static_cast<int>(threadIdx.x) >> shape.log2_lanes : 0),
        columns_apart(shared ? static_cast<int>(blockDim.x >> shape.log2_lanes) : 1) {
    int const lanes = shared ? 1 << shape.log2_lanes : tuning::lone_column_threads;
    std::int64_t const first =
        shared ? block_number() << shape.log2_lanes : block_number() * tuning::lone_column_threads;
    std::int64_t const place = first + (static_cast<int>(threadIdx.x) & (lanes - 1));
    is_there = place < shape.all_places;
    auto const [o, i] = shape.places.divide(is_there ? place : 0);
    outer = o;
    inner = i * width;
    elements = shape.inner - inner < width ? static_cast<int>(shape.inner - inner) : width;
    bool const block_is_there = first + lanes <= shape.all_places;
    columns.own = is_there ? shape.own + static_cast<int>(first_column < shape.rest) : 0;
    columns.whole = block_is_there ? shape.own : 0;
    columns.all = shape.own + static_cast<int>(shape.rest > 0);
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

  template <bool shared>
  __device__ column_walk(column_tensor<T> const& of, column_place<width, shared> const& place)
      : here(__cvta_generic_to_global(of.at(place.outer, place.first_column, place.inner))),
        step(place.columns_apart * of.column * static_cast<std::int64_t>(sizeof(T))),
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

/// Of the threads that share a column: the same for each of them. The warps' values are combined by as
/// many threads as a block has places.
template <bool shared, int width, class Real, class Combine>
__device__ void combine_columns(Real (&values)[width], int log2_lanes, Combine combine) {
  if constexpr (!shared) return;
  constexpr int most_warps = tuning::column_threads / 32, side_by_side = 32 * width;
  __shared__ Real of_warps[most_warps][side_by_side];
  __shared__ Real of_all[side_by_side];
  if (static_cast<int>(blockDim.x) == 1 << log2_lanes) return;  // none shares
  int const warp = static_cast<int>(threadIdx.x) / 32;
  int const lane = static_cast<int>(threadIdx.x) & 31;
  int const warps = static_cast<int>(blockDim.x / 32);
#pragma unroll
  for (int step = 16; step > 0; step /= 2) {
    if (step < 1 << log2_lanes) break;
#pragma unroll
    for (int v = 0; v < width; ++v)
      values[v] = combine(values[v], __shfl_xor_sync(0xFFFFFFFFU, values[v], step));
  }
  if (warps == 1) return;
#pragma unroll
  for (int v = 0; v < width; ++v) of_warps[warp][v * 32 + lane] = values[v];
  __syncthreads();
  for (int i = static_cast<int>(threadIdx.x); i < side_by_side; i += static_cast<int>(blockDim.x)) {
    Real all = of_warps[0][i];
    for (int w = 1; w < warps; ++w) all = combine(all, of_warps[w][i]);
    of_all[i] = all;
  }
  __syncthreads();  // after which the next call's values may take their place, too
#pragma unroll
  for (int v = 0; v < width; ++v) values[v] = of_all[v * 32 + lane];
}

}  // namespace activations_cuda::kernels
