// Softmax along another axis than the last: [outer, columns, inner], inner elements side by side.
//
// Neighbouring threads take neighbours along the inner axis, two elements of 16 bits each: accesses are
// coalesced, and a thread has so few elements of a column that it holds many columns, and shares them
// with few others or none. Of few columns that it has alone it takes more neighbours, up to 16 bytes, if
// they lie on their boundaries: addresses and what a thread does once serve more elements. It reads
// columns twice where they do not fit. Two elements that do not begin on a boundary of 4 bytes have an
// access each. None of that changes what is computed for an element: sums are a thread's own elements of
// a column in order, then the threads of a warp, then the warps.
#pragma once

#include "column_place.cuh"
#include "column_plan.hpp"
#include "row_call.cuh"
#include "row_group.cuh"

#include <cstdint>

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
  if constexpr (std::is_same_v<T, __half>) {
    asm("{\n\t"
        ".reg .pred first, second;\n\t"
        "setp.eq.f16x2 first|second, %2, %3;\n\t"
        "@!first add.rn.f32 %0, %0, %4;\n\t"
        "@!second add.rn.f32 %1, %1, %5;\n\t"
        "}"
        : "+f"(sums[0]), "+f"(sums[1])
        : "r"(pair), "r"(other), "f"(numbers[0]), "f"(numbers[1]));
  } else {
    asm("{\n\t"
        ".reg .pred first, second;\n\t"
        "setp.eq.bf16x2 first|second, %2, %3;\n\t"
        "@!first add.rn.f32 %0, %0, %4;\n\t"
        "@!second add.rn.f32 %1, %1, %5;\n\t"
        "}"
        : "+f"(sums[0]), "+f"(sums[1])
        : "r"(pair), "r"(other), "f"(numbers[0]), "f"(numbers[1]));
  }
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

/// width elements side by side, in one access or singly; a thread has most columns at a time, and shares
/// them or not.
template <class Op, class T, int width, bool singly, int most, bool held, column_sharing sharing,
          class Mask>
__global__ void __launch_bounds__(most_threads_of<sharing>, least_blocks_of<sharing>)
    column_forward_kernel(evaluator_of<Op, T> op, column_tensor<T const> x, column_tensor<T> y,
                          row_call<T> call, column_shape shape) {
  using evaluator = evaluator_of<Op, T>;
  using real = typename evaluator::real;
  constexpr int group = columns_at_once<held, most>;
  column_place<width, sharing> const place(shape);
  Mask const mask(call.mask, place.outer, place.inner, call.columns);
  column_bounds const bounds = Mask::is_there ? place.before(mask.limit) : place.columns;
  int const apart = place.columns_apart;
  int const there = singly ? place.elements : width;
  auto const column_of = [&](std::int64_t k) { return place.first_column + k * apart; };

  held_columns<Op, T, width, most, held, Mask> elements(op, mask);
  row_sums<evaluator> sums[width];
  real highest[width], minus_origins[width];
#pragma unroll
  for (int v = 0; v < width; ++v) highest[v] = sums[v].maximum;
  column_walk<T const, width, singly> read(x, place);
  for_each_group<held, most>(bounds.all, [&](std::int64_t first, int slot) {
    elements.load(read, bounds, slot, first, column_of(first), apart, there);
    if constexpr (!held) {
      elements.raise(group, highest);
#pragma unroll
      for (int v = 0; v < width; ++v) sums[v].raise(highest[v], elements.by);
      elements.origins_of(highest, minus_origins);
      elements.add(slot, sums, minus_origins);
    }
  });
  if constexpr (held) elements.raise(bounds.all, highest);
  combine_columns<sharing>(highest, shape.log2_lanes, larger{});
#pragma unroll
  for (int v = 0; v < width; ++v) {
    highest[v] += real(0);  // of zeros, whichever comes first
    if constexpr (held) {
      sums[v].maximum = highest[v];
    } else {
      sums[v].raise(highest[v], elements.by);
    }
  }
  elements.origins_of(highest, minus_origins);
  real all[width], others[width];
  if constexpr (held) {
#pragma unroll
    for (int v = 0; v < width; ++v)
      all[v] = others[v] = real(-0.0);  // to which the first one is added for nothing
    for_each_group<held, most>(bounds.all, [&](std::int64_t, int slot) {
      elements.add(slot, highest, minus_origins, all, others);
    });
  } else {
    if constexpr (evaluator::counts_maxima) {
#pragma unroll
      for (int v = 0; v < width; ++v) all[v] = sums[v].maxima;
      combine_columns<sharing>(all, shape.log2_lanes, plus{});
#pragma unroll
      for (int v = 0; v < width; ++v) sums[v].maxima = all[v];
    }
#pragma unroll
    for (int v = 0; v < width; ++v) all[v] = sums[v].others;
  }
  combine_columns<sharing>(all, shape.log2_lanes, plus{});
  real normalizers[width];
#pragma unroll
  for (int v = 0; v < width; ++v) {
    sums[v].others = all[v];
    normalizers[v] = held ? op.normalizer(all[v]) : normalizer_of(op, sums[v]);
  }
  if constexpr (held && evaluator::counts_maxima) {
    bool some_dominated = false;
#pragma unroll
    for (int v = 0; v < width; ++v) some_dominated |= is_dominated<evaluator>(all[v]);
    if (__any_sync(0xFFFFFFFFU, some_dominated)) {
      combine_columns<sharing>(others, shape.log2_lanes, plus{});
#pragma unroll
      for (int v = 0; v < width; ++v) {
        real const near = op.normalizer(::rint(all[v] - others[v]), others[v]);
        normalizers[v] = is_dominated<evaluator>(all[v]) ? near : normalizers[v];
      }
    }
  }
  row_end<evaluator> ends[width];
#pragma unroll
  for (int v = 0; v < width; ++v)
    ends[v] = row_end<evaluator>(normalizers[v], sums[v], elements.by, call.zeros);

  column_walk<T const, width, singly> read_again(x, place);
  column_walk<T, width, singly> written(y, place);
  for_each_group<held, most>(place.columns.all, [&](std::int64_t first, int slot) {
    if constexpr (!held) {
      elements.load(read_again, bounds, slot, first, column_of(first), apart, there);
      row_sums<evaluator> unused[width];
      elements.add(slot, unused, minus_origins);
    }
    store_group<group, held>(written, place.columns, first,
                             [&](int k) { return elements.finished(slot + k, ends); });
  });
  if constexpr (Mask::is_there) {
#pragma unroll
    for (int v = 0; v < width; ++v) {
      if (!ends[v].is_nan || v >= there) continue;
#pragma unroll 1
      for (std::int64_t k = 0; k < place.columns.own; ++k) {
        std::int64_t const column = column_of(k);
        y.at(place.outer, column, place.inner)[v] =
            masked_or_nan<T, evaluator>(mask.keeps(column, v));
      }
    }
  }
  if (place.is_there & (place.first_column == 0)) {
#pragma unroll
    for (int v = 0; v < width; ++v) {
      if (v < there)
        call.statistics.store(place.outer * shape.inner + place.inner + v, sums[v], elements.by);
    }
  }
}

template <class Op, class T, int width, bool singly, int most, bool held, column_sharing sharing,
          class Mask>
__global__ void __launch_bounds__(most_threads_of<sharing>, least_blocks_of<sharing>)
    column_backward_kernel(evaluator_of<Op, T> op, column_tensor<T const> dy,
                           column_tensor<T const> y, column_tensor<T> dx, row_call<T> call,
                           column_shape shape) {
  using evaluator = evaluator_of<Op, T>;
  using real = typename evaluator::real;
  using pack = kernels::pack<T, width>;
  constexpr int group = columns_at_once<held, most>;
  column_place<width, sharing> const place(shape);
  Mask const mask(call.mask, place.outer, place.inner, call.columns);
  bool const masked = Mask::is_there && call.masked;
  column_bounds const bounds = Mask::is_there ? place.before(mask.limit) : place.columns;
  pack const zero = pack::filled(from_real<T>(0));
  pack const nothing = pack::filled(from_real<T>(static_cast<real>(evaluator::masked)));

  pack packs_dy[most], packs_y[most];
  real sum[width] = {};
  using walk = column_walk<T const, width, singly>;
  auto const load = [&](walk& read_dy, walk& read_y, std::int64_t first, int slot) {
    load_group<group, held>(read_dy, bounds, first, zero, packs_dy + slot);
    load_group<group, held>(read_y, bounds, first, nothing, packs_y + slot);
  };
  auto const add = [&](int slot) {
#pragma unroll
    for (int k = slot; k < slot + group; ++k)
      add_gradients(packs_dy[k], packs_y[k], masked, sum, op);
  };
  walk read_dy(dy, place), read_y(y, place);
  for_each_group<held, most>(bounds.all, [&](std::int64_t first, int slot) {
    load(read_dy, read_y, first, slot);
    if constexpr (!held) add(slot);
  });
  if constexpr (held)
    for_each_group<held, most>(bounds.all, [&](std::int64_t, int slot) { add(slot); });
  combine_columns<sharing>(sum, shape.log2_lanes, plus{});
#pragma unroll
  for (int v = 0; v < width; ++v) sum[v] = math::product(sum[v], op.signed_scale);
  if constexpr (held) {
#pragma unroll
    for (int k = 0; k < most; ++k) {
      packs_dy[k].forget_unpacked();
      packs_y[k].forget_unpacked();
    }
  }
  walk again_dy(dy, place), again_y(y, place);
  column_walk<T, width, singly> written(dx, place);
  for_each_group<held, most>(place.columns.all, [&](std::int64_t first, int slot) {
    if constexpr (!held) load(again_dy, again_y, first, slot);
    store_group<group, held>(written, place.columns, first, [&](int k) {
      return gradient_of(packs_dy[slot + k], packs_y[slot + k], masked, sum, op);
    });
  });
}

}  // namespace activations_cuda::kernels
