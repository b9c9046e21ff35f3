// Rows that no registers hold: a block walks through a row, or through a part of one, twice. Its
// shared memory keeps what it has read where that fits; else each element is read again. Each thread
// raises its own maximum and sums as it goes, so that the row is not walked through three times.
//
// A warp writes what it alone reads the second time, after that: outputs may be inputs.
#pragma once

#include "row_call.cuh"
#include "row_group.cuh"
#include "row_workspace.hpp"

#include <cstdint>

namespace activations_cuda::kernels {

/// The elements first to end of a row, in turns of all of the block's threads.
template <class T>
struct row_walk {
  static constexpr int packs = tuning::stream_packs;
  static constexpr int width = tuning::full_width<T>;
  static constexpr int of_warp = packs * 32 * width;
  using access = row_access<T, packs, false, whole_warp>;
  using pack = typename access::pack;

  std::int64_t first, end;
  whole_warp lanes{};

  /// Calls body(chunk) for this warp's chunks, as far as the row goes.
  template <class Body>
  __device__ void for_each_chunk(Body const& body) const {
    std::int64_t const step = std::int64_t{of_warp} * (blockDim.x / 32);
#pragma unroll 1
    for (std::int64_t start = first + threadIdx.x / 32 * of_warp; start < end; start += step)
      body(chunk(start, end));
  }
  /// The same elements as far as they are looked at.
  __device__ static row_chunk chunk(std::int64_t start, std::int64_t limit) {
    std::int64_t const left = limit - start;
    return {start, static_cast<int>(left > of_warp ? of_warp : left < 0 ? 0 : left)};
  }
  /// Where a thread keeps a pack of its chunk.
  __device__ uint4* kept(uint4* shared, std::int64_t start, int pack_of_chunk) const {
    return shared + (start - first) / width + pack_of_chunk * 32 + lanes.lane;
  }
  /// How many packs there are in whole chunks.
  __device__ static int whole_chunks(std::int64_t elements) {
    return static_cast<int>((elements - 1) / of_warp + 1) * (of_warp / width);
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
  std::int64_t limit;
  uint4* kept;

  __device__ void load_first(walk const& all, std::int64_t start,
                             pack (&to)[walk::packs]) const {
    row_chunk const chunk = walk::chunk(start, limit);
    typename walk::access{all.lanes, chunk}.load(row, limit, reach::neighbours, beyond, to);
    if constexpr (keeps) {
#pragma unroll
      for (int p = 0; p < walk::packs; ++p) *all.kept(kept, start, p) = to[p].raw;
    }
  }
  __device__ void load_again(walk const& all, std::int64_t start,
                             pack (&to)[walk::packs]) const {
    if constexpr (keeps) {
#pragma unroll
      for (int p = 0; p < walk::packs; ++p) to[p].raw = *all.kept(kept, start, p);
    } else {
      row_chunk const chunk = walk::chunk(start, limit);
      typename walk::access{all.lanes, chunk}.load(row, limit, reach::own, beyond, to);
    }
  }
};

template <class T>
struct forward_walk {
  using walk = row_walk<T>;
  static constexpr int width = walk::width;

  template <class Evaluator, class Mask, class Tensor>
  __device__ static void add(walk const& all, Tensor const& x, Evaluator const& op,
                             Mask const& mask, bool masked, row_scale<Evaluator> const& by,
                             row_sums<Evaluator>& sums) {
    using real = typename Evaluator::real;
    all.for_each_chunk([&](row_chunk const& chunk) {
      typename walk::pack raw[walk::packs];
      real values[walk::packs][width];
      x.load_first(all, chunk.start, raw);
      real highest = sums.maximum;
      for_each_pack(all, chunk, x.limit, [&](int p, std::int64_t column, int valid) {
        to_logits(raw[p], op, mask, column, valid, values[p]);
#pragma unroll
        for (int i = 0; i < width; ++i) highest = larger{}(values[p][i], highest);
      });
      sums.raise(highest, by);
      for_each_pack(all, chunk, x.limit, [&](int p, std::int64_t, int) {
        add_pack(values[p], masked, sums, op, by);
      });
    });
  }

  template <class Evaluator, class Mask, class Tensor>
  __device__ static void finish(walk const& all, Tensor const& x, T* y, Evaluator const& op,
                                Mask const& mask, bool masked, row_scale<Evaluator> const& by,
                                row_sums<Evaluator> const& sums, bool zeros) {
    row_end<Evaluator> const end(op, sums, by, zeros);
    using real = typename Evaluator::real;
    all.for_each_chunk([&](row_chunk const& chunk) {
      typename walk::pack raw[walk::packs];
      x.load_again(all, chunk.start, raw);
      typename walk::access const out{all.lanes, chunk};
      out.store(y, [&](int p) {
        std::int64_t const column = chunk.start + out.first_of(p);
        real values[width];
        to_logits(raw[p], op, mask, column, valid_from(column, x.limit), values);
        row_sums<Evaluator> again;  // what it adds is known
        again.maximum = sums.maximum;
        add_pack(values, masked, again, op, by);
        return finished_pack<T>(values, masked, op, end);
      });
    });
  }

 private:
  __device__ static int valid_from(std::int64_t column, std::int64_t limit) {
    std::int64_t const left = limit - column;
    return static_cast<int>(left > width ? width : left < 0 ? 0 : left);
  }
  template <class Body>
  __device__ static void for_each_pack(walk const& all, row_chunk const& chunk,
                                       std::int64_t limit, Body const& body) {
    typename walk::access const at{all.lanes, chunk};
#pragma unroll
    for (int p = 0; p < walk::packs; ++p) {
      if (at.is_behind(p)) break;
      std::int64_t const column = chunk.start + at.first_of(p);
      body(p, column, valid_from(column, limit));
    }
  }
};

template <class Op, class T, bool keeps>
__global__ void __launch_bounds__(tuning::most_row_warps * 32, 1)
    rowwise_stream_forward_kernel(evaluator_of<Op, T> op, row_tensor<T const> x, row_tensor<T> y,
                                  row_call<T> call) {
  using evaluator = evaluator_of<Op, T>;
  block_of_row const group(32);
  if (group.row() >= call.rows) return;
  any_mask<T> const mask(call.mask, group.row(), 0, call.columns, neighbours::columns);
  row_scale<evaluator> const by(op, mask.scales());
  row_walk<T> const all{0, call.columns};
  walked_tensor<T, keeps> const from{x.row(group.row()), lowest<T>(op), mask.limit, kept_packs};
  row_sums<evaluator> sums;
  forward_walk<T>::add(all, from, op, mask, call.masked, by, sums);
  sums.template merge<0>(group, by);
  forward_walk<T>::finish(all, from, y.row(group.row()), op, mask, call.masked, by, sums,
                          call.zeros);
  if (group.is_first()) call.statistics.store(group.row(), sums, by);
}

/// The streams of backward.
template <class T, bool keeps>
struct backward_walk {
  using walk = row_walk<T>;
  walk const& all;
  walked_tensor<T, keeps> dy, y;

  template <class Evaluator>
  __device__ typename Evaluator::real sum(Evaluator const& op, bool masked) const {
    typename Evaluator::real sum = 0;
    all.for_each_chunk([&](row_chunk const& chunk) {
      typename walk::pack packs_dy[walk::packs], packs_y[walk::packs];
      dy.load_first(all, chunk.start, packs_dy);
      y.load_first(all, chunk.start, packs_y);
#pragma unroll
      for (int p = 0; p < walk::packs; ++p) sum += sum_of(packs_dy[p], packs_y[p], masked, op);
    });
    return sum;
  }
  template <class Evaluator>
  __device__ void finish(T* dx, Evaluator const& op, bool masked,
                         typename Evaluator::real scaled_sum) const {
    all.for_each_chunk([&](row_chunk const& chunk) {
      typename walk::pack packs_dy[walk::packs], packs_y[walk::packs];
      dy.load_again(all, chunk.start, packs_dy);
      y.load_again(all, chunk.start, packs_y);
      typename walk::access{all.lanes, chunk}.store(dx, [&](int p) {
        return gradient_of(packs_dy[p], packs_y[p], masked, scaled_sum, op);
      });
    });
  }
};

template <class Op, class T, bool keeps>
__global__ void __launch_bounds__(tuning::most_row_warps * 32, 1)
    rowwise_stream_backward_kernel(evaluator_of<Op, T> op, row_tensor<T const> dy,
                                   row_tensor<T const> y, row_tensor<T> dx, row_call<T> call) {
  using evaluator = evaluator_of<Op, T>;
  using real = typename evaluator::real;
  block_of_row const group(32);
  std::int64_t const row = group.row();
  if (row >= call.rows) return;
  any_mask<T> const mask(call.mask, row, 0, call.columns, neighbours::columns);
  row_walk<T> const all{0, call.columns};
  uint4* const behind = kept_packs + row_walk<T>::whole_chunks(call.columns);  // dy's
  T const nothing = from_real<T>(static_cast<real>(evaluator::masked));
  backward_walk<T, keeps> const streams{all,
                                        {dy.row(row), from_real<T>(0), mask.limit, kept_packs},
                                        {y.row(row), nothing, mask.limit, behind}};
  real const sum = group.reduce<0>(streams.sum(op, call.masked), plus{}, real(0));
  streams.finish(dx.row(row), op, call.masked, math::product(sum, op.signed_scale));
}

// Rows shared among blocks: one kernel leaves each part's sums in the workspace, the next one merges
// those of its row and finishes its part.

/// Blocks are counted part by part of a row, row by row.
struct part_of_row {
  std::int64_t row, part, columns;
  __device__ part_of_row(std::int64_t parts, std::int64_t part_columns) : columns(part_columns) {
    auto const [r, p] = divided(block_number(), parts);
    row = r;
    part = p;
  }
  __device__ std::int64_t first() const { return part * columns; }
  __device__ std::int64_t end(std::int64_t of_row) const {
    std::int64_t const end = first() + columns;
    return end < of_row ? end : of_row;
  }
};

/// For each part of each row what its block found, and how many parts a row has.
template <class Real>
struct row_parts {
  Real* sums;
  std::int64_t parts, columns;
  __device__ Real* of(std::int64_t row, std::int64_t part, int count) const {
    return sums + (row * parts + part) * count;
  }
};

template <class Op, class T, bool finishes>
__global__ void __launch_bounds__(tuning::most_row_warps * 32, 1)
    rowwise_parts_forward_kernel(evaluator_of<Op, T> op, row_tensor<T const> x, row_tensor<T> y,
                                 row_call<T> call,
                                 row_parts<typename arithmetic_for<T>::real> parts) {
  using evaluator = evaluator_of<Op, T>;
  using real = typename evaluator::real;
  block_of_row const group(32);
  part_of_row const part(parts.parts, parts.columns);
  if (part.row >= call.rows) return;
  any_mask<T> const mask(call.mask, part.row, 0, call.columns, neighbours::columns);
  row_scale<evaluator> const by(op, mask.scales());
  row_walk<T> const all{part.first(), part.end(call.columns)};
  walked_tensor<T, false> const from{x.row(part.row), lowest<T>(op), mask.limit, nullptr};
  row_sums<evaluator> sums;
  if constexpr (!finishes) {
    forward_walk<T>::add(all, from, op, mask, call.masked, by, sums);
    sums.template merge<0>(group, by);
    if (group.is_first()) {
      real* const to = parts.of(part.row, part.part, forward_sums);
      to[0] = sums.maximum;
      to[1] = sums.maxima;
      to[2] = sums.others;
    }
  } else {
    if (threadIdx.x < parts.parts) {
      real const* const of = parts.of(part.row, threadIdx.x, forward_sums);
      sums.maximum = of[0];
      sums.maxima = of[1];
      sums.others = of[2];
    }
    sums.template merge<0>(group, by);
    forward_walk<T>::finish(all, from, y.row(part.row), op, mask, call.masked, by, sums,
                            call.zeros);
    if (group.is_first() && part.part == 0) call.statistics.store(part.row, sums, by);
  }
}

template <class Op, class T, bool finishes>
__global__ void __launch_bounds__(tuning::most_row_warps * 32, 1)
    rowwise_parts_backward_kernel(evaluator_of<Op, T> op, row_tensor<T const> dy,
                                  row_tensor<T const> y, row_tensor<T> dx, row_call<T> call,
                                  row_parts<typename arithmetic_for<T>::real> parts) {
  using evaluator = evaluator_of<Op, T>;
  using real = typename evaluator::real;
  block_of_row const group(32);
  part_of_row const part(parts.parts, parts.columns);
  if (part.row >= call.rows) return;
  any_mask<T> const mask(call.mask, part.row, 0, call.columns, neighbours::columns);
  row_walk<T> const all{part.first(), part.end(call.columns)};
  T const nothing = from_real<T>(static_cast<real>(evaluator::masked));
  backward_walk<T, false> const streams{all,
                                        {dy.row(part.row), from_real<T>(0), mask.limit, nullptr},
                                        {y.row(part.row), nothing, mask.limit, nullptr}};
  if constexpr (!finishes) {
    real const sum = group.reduce<0>(streams.sum(op, call.masked), plus{}, real(0));
    if (group.is_first()) *parts.of(part.row, part.part, backward_sums) = sum;
  } else {
    real const own =
        threadIdx.x < parts.parts ? *parts.of(part.row, threadIdx.x, backward_sums) : real(0);
    real const sum = group.reduce<0>(own, plus{}, real(0));
    streams.finish(dx.row(part.row), op, call.masked, math::product(sum, op.signed_scale));
  }
}

}  // namespace activations_cuda::kernels
