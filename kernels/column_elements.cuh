// What a thread has of columns along another axis than the last, and how it moves and sums them, group by
// group.
#pragma once

#include "column_place.cuh"
#include "row_call.cuh"
#include "row_group.cuh"
#include "row_sums.cuh"
#include "vector_access.cuh"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace activations_cuda::kernels {

/// A thread goes through so many of its columns at a time.
template <bool held, int most>
inline constexpr int columns_at_once =
    held&& most > tuning::column_steps ? tuning::column_steps : most;

/// Calls body(first, slot) for every group of a thread's columns: the first one's number, and its place
/// among those that the thread holds.
template <bool held, int most, class Body>
__device__ void for_each_group(std::int64_t all, Body const& body) {
  constexpr int group = columns_at_once<held, most>;
  if constexpr (held) {
#pragma unroll
    for (int k = 0; k < most; k += group) {
      if (k == 0 || k < static_cast<int>(all)) body(std::int64_t{k}, k);
    }
  } else {
#pragma unroll 1
    for (std::int64_t done = 0; done < all; done += group) body(done, 0);
  }
}

template <bool held>
using column_number = std::conditional_t<held, int, std::int64_t>;

/// Whether a group is there for all threads of a block.
template <int group, bool held>
__device__ bool is_whole(column_bounds const& bounds, std::int64_t first) {
  using number = column_number<held>;
  return static_cast<number>(first) + group <= static_cast<number>(bounds.whole);
}
/// How many columns of a group a thread has: less than one is none.
template <int group, bool held>
__device__ int count_of(column_bounds const& bounds, std::int64_t first) {
  using number = column_number<held>;
  number const own = static_cast<number>(bounds.own) - static_cast<number>(first);
  if constexpr (held) {
    return own;
  } else {
    return own < 0 ? 0 : static_cast<int>(own < group ? own : group);
  }
}
template <int group, bool held, class Walk, class Pack>
__device__ void load_group(Walk& from, column_bounds const& bounds, std::int64_t first,
                           Pack const& beyond, Pack* to) {
  if (is_whole<group, held>(bounds, first)) {
#pragma unroll
    for (int k = 0; k < group; ++k) {
      to[k] = from.load();
      from.next();
    }
  } else {
    int const count = count_of<group, held>(bounds, first);
#pragma unroll
    for (int k = 0; k < group; ++k) {
      to[k] = from.load_if(k < count, beyond);
      from.next();
    }
  }
}
/// result_of(k): of the group's.
template <int group, bool held, class Walk, class Result>
__device__ void store_group(Walk& to, column_bounds const& bounds, std::int64_t first,
                            Result const& result_of) {
  if (is_whole<group, held>(bounds, first)) {
#pragma unroll
    for (int k = 0; k < group; ++k) {
      to.store(result_of(k));
      to.next();
    }
  } else {
    int const count = count_of<group, held>(bounds, first);
#pragma unroll
    for (int k = 0; k < group; ++k) {
      to.store_if(k < count, result_of(k));
      to.next();
    }
  }
}

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
inline constexpr bool bfloat16_pairs_compare = true;
#else
inline constexpr bool bfloat16_pairs_compare = false;
#endif
template <class T, int width>
__device__ std::uint32_t word_of(pack<T, width> const& elements, int i) {
  std::uint32_t words[pack<T, width>::bytes / 4];
  memcpy(words, &elements.raw, sizeof(words));
  return words[i];
}
/// Adds two numbers to sums, but for one whose element, of a pair of 16 bits, is equal to that of another
/// pair: one comparison for both.
template <class T>
__device__ void add_unless_equal(std::uint32_t pair, std::uint32_t other, float const (&numbers)[2],
                                 float* sums) {
#define ACTIVATIONS_CUDA_ADD_UNLESS_EQUAL(type) \
  asm("{\n\t"                                   \
      ".reg .pred first, second;\n\t"           \
      "setp.eq." type                           \
      " first|second, %2, %3;\n\t"              \
      "@!first add.rn.f32 %0, %0, %4;\n\t"      \
      "@!second add.rn.f32 %1, %1, %5;\n\t"     \
      "}"                                       \
      : "+f"(sums[0]), "+f"(sums[1])            \
      : "r"(pair), "r"(other), "f"(numbers[0]), "f"(numbers[1]))
  if constexpr (std::is_same_v<T, __half>) {
    ACTIVATIONS_CUDA_ADD_UNLESS_EQUAL("f16x2");
  } else {
    ACTIVATIONS_CUDA_ADD_UNLESS_EQUAL("bf16x2");
  }
#undef ACTIVATIONS_CUDA_ADD_UNLESS_EQUAL
}

/// What a thread has of x at a time, most columns of width elements, on its way to y.
template <class Op, class T, int width, int most, bool held, class Mask>
struct held_columns {
  using evaluator = evaluator_of<Op, T>;
  using real = typename evaluator::real;
  using pack = kernels::pack<T, width>;
  using some = together<real, width>;
  static constexpr int group = columns_at_once<held, most>;
  /// The larger of 16-bit numbers two at a time.
  static constexpr bool unpacks_late = width > 1 && sizeof(T) == 2 && !Mask::is_there;
  /// And which are the maximum.
  static constexpr bool compares_pairs =
      unpacks_late && (std::is_same_v<T, __half> || bfloat16_pairs_compare);
  static constexpr int beside = evaluator::counts_maxima && compares_pairs ? 2 : some::count;

  evaluator const& op;
  Mask const& mask;
  row_scale<evaluator> by;
  real sign;  // of the logits; masks that scale leave 1
  real masked;
  pack raw[most];
  real values[most][width];

  __device__ held_columns(evaluator const& o, Mask const& m)
      : op(o),
        mask(m),
        by(o, m.scales()),
        sign(!m.scales() && o.signed_scale < 0 ? real(-1) : real(1)),
        masked(static_cast<real>(sign < 0 ? INFINITY : -INFINITY)) {}

  /// A group: its slot, its first column's number and index, how far columns are apart, and how many
  /// elements of each are there.
  template <class Walk>
  __device__ void load(Walk& x, column_bounds const& bounds, int slot, std::int64_t first,
                       std::int64_t column, int apart, int elements) {
    load_group<group, held>(x, bounds, first, pack::filled(lowest<T>(op)), raw + slot);
    if constexpr (Mask::is_there) {
#pragma unroll
      for (int k = slot; k < slot + group; ++k) raw[k].unpack(values[k]);
      int const count = count_of<group, held>(bounds, first);
      mask.template apply_to_columns<group>(column, apart, count, elements, op.signed_scale, masked,
                                            values + slot);
    }
  }
  /// For what is loaded: where all columns are held, as far as all goes.
  __device__ void raise(std::int64_t all, real (&highest)[width]) {
    if (sign < 0) {
      raise_to<true>(all, highest);
    } else {
      raise_to<false>(all, highest);
    }
  }
  /// Of columns that are held: all elements, and, if that matters, those below the maximum. What elements
  /// keep takes their place.
  __device__ void add(int slot, real const (&highest)[width], real const (&minus_origins)[width],
                      real (&totals)[width], real (&others)[width]) {
    real of_elements[width];
#pragma unroll
    for (int v = 0; v < width; ++v) of_elements[v] = math::product(highest[v], sign);
    pack const maxima = pack::from(of_elements);
    for_each_exponential(slot, minus_origins, [&](int k, int v, auto& differences, auto& e) {
#pragma unroll
      for (int j = 0; j < beside; j += some::count)
        some::put(some::get(totals + v + j) + some::get(e + j), totals + v + j);
      if constexpr (evaluator::counts_maxima && compares_pairs) {
        add_unless_equal<T>(word_of(raw[k], v / 2), word_of(maxima, v / 2), e, others + v);
      } else if constexpr (evaluator::counts_maxima) {
#pragma unroll
        for (int j = 0; j < beside; ++j) {
          real const sum = others[v + j] + e[j];
          others[v + j] = differences[j] == 0 ? others[v + j] : sum;
        }
      }
    });
  }
  __device__ void add(int slot, row_sums<evaluator> (&sums)[width],
                      real const (&minus_origins)[width]) {
    for_each_exponential(slot, minus_origins, [&](int, int v, auto& differences, auto& e) {
#pragma unroll
      for (int j = 0; j < beside; ++j) sums[v + j].add_exponential(differences[j], e[j]);
    });
  }
  __device__ static void origins_of(real const (&maxima)[width], real (&minus_origins)[width]) {
#pragma unroll
    for (int v = 0; v < width; ++v) minus_origins[v] = settled(-origin_of(maxima[v]));
  }
  __device__ pack finished(int k, row_end<evaluator> const (&ends)[width]) const {
    real results[width], normalizers[width];
#pragma unroll
    for (int v = 0; v < width; ++v) normalizers[v] = ends[v].normalizer;
#pragma unroll
    for (int v = 0; v < width; v += some::count) {
      some::put(op.finish(some::get(values[k] + v), some::get(normalizers + v), by.scale),
                results + v);
    }
    return pack::from(results);
  }

 private:
  /// Calls body(k, v, differences, exponentials) for a group's elements: of its k-th column beside neighbours
  /// from the v-th on.
  template <class Body>
  __device__ void for_each_exponential(int slot, real const (&minus_origins)[width],
                                       Body const& body) {
    if constexpr (!Mask::is_there) {
#pragma unroll
      for (int k = slot; k < slot + group; ++k) raw[k].unpack(values[k]);
    }
#pragma unroll
    for (int v = 0; v < width; v += beside) {
#pragma unroll
      for (int k = slot; k < slot + group; ++k) {
        real differences[beside], exponentials[beside];
#pragma unroll
        for (int j = 0; j < beside; j += some::count) {
          typename some::value const difference =
              math::fma(some::get(values[k] + v + j), typename some::value(sign),
                        some::get(minus_origins + v + j));
          auto const e = by.exponential(difference);
          some::put(op.keep(difference, e), values[k] + v + j);
          some::put(difference, differences + j);
          some::put(e, exponentials + j);
        }
        body(k, v, differences, exponentials);
      }
    }
  }
  template <bool negated>
  __device__ void raise_to(std::int64_t all, real (&highest)[width]) {
    if constexpr (unpacks_late) {
      pack furthest = raw[0];
      for_each_group<held, most>(held ? all : 1, [&](std::int64_t, int slot) {
#pragma unroll
        for (int k = slot; k < slot + group; ++k)
          furthest = furthest.template further<negated>(raw[k]);
      });
      real furthest_values[width];
      furthest.unpack(furthest_values);
#pragma unroll
      for (int v = 0; v < width; ++v)
        highest[v] = larger{}(negated ? -furthest_values[v] : furthest_values[v], highest[v]);
#pragma unroll
      for (int k = 0; k < most; ++k) raw[k].forget_unpacked();
    } else {
      for_each_group<held, most>(held ? all : 1, [&](std::int64_t, int slot) {
#pragma unroll
        for (int k = slot; k < slot + group; ++k) {
          if constexpr (!Mask::is_there) raw[k].unpack(values[k]);
#pragma unroll
          for (int v = 0; v < width; ++v)
            highest[v] = larger{}(negated ? -values[k][v] : values[k][v], highest[v]);
        }
      });
    }
  }
};

}  // namespace activations_cuda::kernels
